/** The files of the page: their diffs are drawn when they come into view, and drawn again when that changes. */

import { drawHunk } from "../shared/diff";
import type { Hunk } from "../shared/document";
import { make } from "../shared/element";
import { type Filter, emptyFilter, hasWanted, isEmpty, passes, uncoveredShapes } from "./filter";
import { placeRemarks } from "./remarks";
import type { Store } from "./store";
import { drawWhy } from "./why";

const ROW = 20;
const HEAD = 30;
const AHEAD = "900px";
/** Lines of one file that are drawn without being asked for. */
const MOST_ROWS = 1_500;

export class View {
  readonly filter: Filter = emptyFilter();
  split: boolean;
  /** Called when a file was drawn. */
  onDrawn: (file: number) => void = () => {};
  /** Files that pass the filter, in order. */
  shown: number[] = [];
  readonly uncovered: ReadonlySet<string>;
  readonly #elements: HTMLDetailsElement[];
  readonly #leaves: (HTMLElement | null)[];
  readonly #drawn = new Set<number>();
  readonly #whole = new Set<number>();
  readonly #observer: IntersectionObserver;

  constructor(readonly store: Store, { split }: { split: boolean }) {
    this.split = split;
    this.uncovered = uncoveredShapes(store.index);
    this.#elements = [...document.querySelectorAll<HTMLDetailsElement>("details.file")];
    this.#leaves = this.#elements.map((_, file) => document.querySelector<HTMLElement>(`[data-leaf="${file}"]`));
    this.#observer = new IntersectionObserver((entries) => this.#see(entries), { rootMargin: `${AHEAD} 0px` });
    this.shown = this.#elements.map((_, file) => file);
    for (const [file, element] of this.#elements.entries()) {
      this.#reserve(file);
      this.#observer.observe(element);
    }
  }

  element(file: number): HTMLDetailsElement | undefined {
    return this.#elements[file];
  }

  hunksOf(file: number): HTMLElement[] {
    return [...(this.#elements[file]?.querySelectorAll<HTMLElement>(".hunk:not([hidden])") ?? [])];
  }

  /** Draws a file now, unless it is drawn. */
  async draw(file: number): Promise<void> {
    const place = this.#elements[file]?.querySelector<HTMLElement>(".hunks");
    if (!place || this.#drawn.has(file)) return;
    this.#drawn.add(file);
    const hunks = await this.store.loadHunks(file);
    place.replaceChildren(...this.#drawHunks(file, hunks));
    place.style.minHeight = "";
    this.onDrawn(file);
  }

  async drawAll(): Promise<void> {
    for (const file of this.shown) {
      this.#whole.add(file);
      await this.draw(file);
    }
  }

  /** Draws everything again, as it comes into view. */
  redraw(): void {
    this.#drawn.clear();
    for (const element of this.#elements) {
      this.#observer.unobserve(element);
      this.#observer.observe(element);
    }
  }

  /** Shows the files that pass; `matches`: those in which the text was found, where one is looked for. */
  apply(matches: ReadonlySet<number> | null): void {
    this.shown = [];
    for (const [file, indexed] of this.store.index.files.entries()) {
      const element = this.#elements[file];
      if (!element) continue;
      const notes = element.querySelector(".file-notes") !== null;
      const isShown = passes(this.filter, indexed, { notes, uncovered: this.uncovered }) && (matches?.has(file) ?? true);
      element.hidden = !isShown;
      const leaf = this.#leaves[file];
      if (leaf) leaf.hidden = !isShown;
      if (isShown) this.shown.push(file);
    }
    for (const folder of document.querySelectorAll<HTMLElement>(".tree li:has(> details)")) {
      const leaves = folder.querySelectorAll("[data-leaf]:not([hidden])").length;
      folder.hidden = leaves === 0;
      const count = folder.querySelector("summary .count");
      if (count) count.textContent = leaves.toLocaleString("en");
    }
    const none = document.getElementById("no-match");
    if (none) none.hidden = this.shown.length > 0 || isEmpty(this.filter);
    this.redraw();
  }

  #see(entries: readonly IntersectionObserverEntry[]): void {
    for (const entry of entries) {
      if (entry.isIntersecting) void this.draw(Number((entry.target as HTMLElement).dataset["file"]));
    }
  }

  #reserve(file: number): void {
    const rows = this.store.index.files[file]?.rows ?? [];
    const place = this.#elements[file]?.querySelector<HTMLElement>(".hunks");
    const height = Math.min(MOST_ROWS, rows.reduce((sum, count) => sum + count, 0)) * ROW + rows.length * HEAD;
    if (place) place.style.minHeight = `${height}px`;
  }

  *#drawHunks(file: number, hunks: readonly Hunk[]): Generator<HTMLElement> {
    const path = this.store.index.files[file]?.path ?? "";
    let rows = 0;
    for (const [number, hunk] of hunks.entries()) {
      if (rows > MOST_ROWS && !this.#whole.has(file)) {
        yield this.#drawMore(file, hunks.length - number);
        return;
      }
      rows += hunk.lines.length;
      yield this.#drawHunk(file, hunk, `Change ${number + 1} of ${hunks.length} in ${path}`);
    }
    const counted = this.store.index.files[file]?.rows ?? [];
    const more = counted.reduce((sum, count) => sum + count, 0) - rows;
    if (more > 0) yield make("p", { class: "more" }, `${more.toLocaleString("en")} more lines are not in this report.`);
  }

  #drawHunk(file: number, hunk: Hunk, label: string): HTMLElement {
    const drawn = make(
      "div",
      { class: "hunk", tabindex: -1, role: "group", "aria-label": label, hidden: !hasWanted(this.filter, hunk.changes, this.uncovered) },
      drawWhy(hunk, this.store.index),
      drawHunk(hunk, { split: this.split, label }),
    );
    const element = this.#elements[file];
    if (element) placeRemarks(element, drawn);
    return drawn;
  }

  #drawMore(file: number, count: number): HTMLElement {
    const show = () => {
      this.#whole.add(file);
      this.#drawn.delete(file);
      void this.draw(file);
    };
    return make("button", { type: "button", class: "more", onclick: show }, `Show ${count.toLocaleString("en")} more changes`);
  }
}
