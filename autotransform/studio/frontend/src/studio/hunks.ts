/** The hunks of one file: what the run changes there, why, and what the person says of it. */

import { drawHunk } from "../shared/diff";
import type { Change, Hunk } from "../shared/document";
import { make } from "../shared/element";
import { showText } from "../shared/text";
import type { Desk } from "./desk";
import { drawReasons, drawVerdict } from "./verdicts";

/** Draws one hunk with what can be done about it. */
export function drawHunkCard(desk: Desk, path: string, hunk: Hunk, only: string | null): HTMLElement {
  const changes = only === null ? hunk.changes : hunk.changes.filter((change) => change.shape === only);
  const line = firstLine(hunk);
  const where = `${showText(path)}:${line}`;
  const card = make("section", { class: "hunk", "aria-label": where, "data-row": true, tabindex: -1 });
  const head = make("div", { class: "hunk-head" }, make("span", { class: "hunk-place" }, `line ${line}`));
  if (hunk.heading) head.append(make("span", { class: "hunk-heading" }, showText(hunk.heading)));
  // Within a shape, its head says why.
  if (only === null) head.append(drawReasons(desk, methodsOf(changes), casesOf(changes)));
  const first = changes[0];
  if (first) {
    const keys = changes.map((change) => change.key);
    const above = refusedAbove(desk, path, changes);
    head.append(drawCaseButtons(desk, { key: first.key }, where), drawVerdict(desk, "changes", keys, { name: where, above }));
    card.classList.toggle("refused", above !== null || keys.every((key) => desk.ledger.of("changes", key) === "no"));
  }
  lightOnPoint(desk, card, methodsOf(changes));
  card.append(head, make("div", { class: "hunk-lines" }, drawHunk(hunk, { split: desk.split, label: where })));
  return card;
}

/** The line of the text before, 1-based, at which a hunk begins to differ. */
export function firstLine(hunk: Hunk): number {
  const context = hunk.lines.findIndex((each) => each.kind !== "context");
  return Math.max(hunk.before + Math.max(context, 0), 1);
}

export function drawCaseButtons(desk: Desk, of: { key: string } | { shape: string }, where: string): HTMLElement {
  const button = (negative: boolean, label: string, title: string): HTMLElement =>
    make(
      "button",
      { type: "button", class: "quiet", title, "aria-label": `${title}: ${where}`, "data-case": negative ? "negative" : "positive", onclick: () => desk.addCase(of, negative) },
      label,
    );
  return make(
    "span",
    { class: "case-buttons" },
    button(false, "+ case", "Add as a case that must change so"),
    button(true, "+ must stay", "Add as a case that must not change"),
  );
}

/** What refuses these changes from above, in words; null where nothing does. */
function refusedAbove(desk: Desk, path: string, changes: readonly Change[]): string | null {
  if (desk.ledger.of("files", path) === "no") return "refused with its file";
  if (changes.every((change) => desk.ledger.of("shapes", change.shape) === "no")) return "refused with its shape";
  return null;
}

/** While the pointer or the focus is on the element, the methods that made it are lit in the script. */
export function lightOnPoint(desk: Desk, element: HTMLElement, methods: readonly string[]): void {
  element.dataset["methods"] = JSON.stringify(methods);
  for (const event of ["pointerenter", "focusin"]) element.addEventListener(event, () => desk.light(methods));
  for (const event of ["pointerleave", "focusout"]) element.addEventListener(event, () => desk.light([]));
}

export function methodsOf(changes: readonly Change[]): string[] {
  return [...new Set(changes.flatMap((change) => change.methods))].sort();
}

function casesOf(changes: readonly Change[]): string[] {
  return [...new Set(changes.flatMap((change) => change.cases))].sort();
}
