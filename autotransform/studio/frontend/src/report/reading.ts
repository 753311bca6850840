/** What was written without a script, made better with one: colours, examples side by side, links that filter. */

import { drawHunk, drawText } from "../shared/diff";
import { make } from "../shared/element";
import { colourLines } from "../shared/highlight";
import type { View } from "./view";

export function colourScript(): void {
  const lines = [...document.querySelectorAll<HTMLElement>("#script td.code > span")];
  const texts = lines.map((line) => line.textContent ?? "");
  for (const [index, tokens] of colourLines(texts).entries()) {
    if (tokens.length > 0) lines[index]?.replaceChildren(drawText(texts[index] ?? "", tokens, []));
  }
}

/** Draws the example of each shape that is open, and of others when they are opened. */
export function drawExamples({ store, split }: View): void {
  for (const [index, hunk] of store.index.examples.entries()) {
    const place = document.querySelector<HTMLElement>(`[data-example="${store.index.shapes[index]?.id}"]`);
    const folded = place?.closest<HTMLDetailsElement>("details.shape");
    const table = place?.querySelector("table");
    if (!place || !folded || !table) continue;
    const draw = () => place.querySelector("table")?.replaceWith(drawHunk(hunk, { split, label: table.getAttribute("aria-label") ?? "" }));
    if (folded.open) draw();
    else folded.addEventListener("toggle", draw, { once: true });
  }
}

/** Adds a way to see only the changes of one shape, or what one method made. */
export function linkShapes({ showShape, showMethod }: { showShape: (id: string) => void; showMethod: (name: string) => void }): void {
  for (const shape of document.querySelectorAll<HTMLElement>("details.shape")) {
    const show = () => showShape(shape.dataset["shape"] ?? "");
    shape.querySelector(".body")?.prepend(make("button", { type: "button", class: "only", onclick: show }, "Show only these changes"));
  }
  for (const link of document.querySelectorAll<HTMLElement>("a.made")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      showMethod(link.dataset["method"] ?? "");
    });
  }
}

/** Opens what a link leads to, where it is folded. */
export function openTargets(): void {
  const open = () => {
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    for (let folded = target?.closest("details"); folded; folded = folded.parentElement?.closest("details")) folded.open = true;
    target?.scrollIntoView({ block: target.matches("tr") ? "center" : "start" });
  };
  addEventListener("hashchange", open);
  // A link to where one is already changes no address.
  document.addEventListener("click", (event) => {
    const link = (event.target as HTMLElement).closest<HTMLAnchorElement>('a[href^="#"]');
    if (link && link.getAttribute("href") === location.hash && !event.defaultPrevented) open();
  });
  if (location.hash) open();
}

/** Marks in the tree which file is in view. */
export function followFiles(): void {
  let current: HTMLElement | null = null;
  const observer = new IntersectionObserver(
    (entries) => {
      const seen = entries.find((entry) => entry.isIntersecting)?.target as HTMLElement | undefined;
      if (!seen) return;
      current?.removeAttribute("aria-current");
      current = document.querySelector<HTMLElement>(`[data-leaf="${seen.dataset["file"]}"] a`);
      current?.setAttribute("aria-current", "true");
      const side = document.getElementById("side");
      if (!current || !side || side.matches(":hover, :focus-within")) return;
      const [box, frame] = [current.getBoundingClientRect(), side.getBoundingClientRect()];
      if (box.top < frame.top || box.bottom > frame.bottom) side.scrollTop += box.top - frame.top - frame.height / 3;
    },
    { rootMargin: "-80px 0px -85% 0px" },
  );
  for (const file of document.querySelectorAll("details.file")) observer.observe(file);
}
