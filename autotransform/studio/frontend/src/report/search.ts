/** Looks for a text in paths and in all diffs, and goes from one place to the next. */

import type { View } from "./view";

interface Place {
  readonly file: number;
  readonly hunk: number;
  readonly line: number;
}

const NAME = "found";
/** Places that can be gone to; more are never walked one by one. */
const MOST = 5_000;

export class Search {
  #places: Place[] = [];
  #at = -1;
  #text = "";
  #asked = 0;

  constructor(readonly view: View) {}

  /** Lines in which the text is, of files that are shown. */
  get count(): number {
    return this.#shown().length;
  }

  /** Files in which the text is, in the path or in a line; null: none is looked for. Undefined: asked anew meanwhile. */
  async find(text: string): Promise<ReadonlySet<number> | null | undefined> {
    const asked = ++this.#asked;
    this.#text = text.toLowerCase();
    this.#at = -1;
    const places: Place[] = [];
    const files = new Set<number>();
    if (this.#text) {
      for (const [file, { path }] of this.view.store.index.files.entries()) {
        if (path.toLowerCase().includes(this.#text)) files.add(file);
        await this.#findIn(file, places, files);
        if (asked !== this.#asked) return undefined;
      }
    }
    this.#places = places;
    return this.#text ? files : null;
  }

  /** The next place, or the one before; what it is called, or nothing. */
  async go(step: 1 | -1): Promise<HTMLElement | null> {
    const places = this.#shown();
    if (places.length === 0) return null;
    this.#at = (this.#at + step + places.length + (this.#at < 0 && step < 0 ? 1 : 0)) % places.length;
    const { file, hunk, line } = places[this.#at] as Place;
    const element = this.view.element(file);
    if (!element) return null;
    element.open = true;
    await this.view.draw(file);
    const cell = element.querySelectorAll(".hunk")[hunk]?.querySelector<HTMLElement>(`[data-line="${line}"]`);
    for (const old of document.querySelectorAll("tr.current")) old.classList.remove("current");
    cell?.closest("tr")?.classList.add("current");
    return cell ?? element;
  }

  /** Marks what was found in a file that is drawn, without touching its elements. */
  mark(file: number): void {
    if (!("highlights" in CSS)) return;
    const found = CSS.highlights.get(NAME) ?? new Highlight();
    CSS.highlights.set(NAME, found);
    if (!this.#text) return;
    for (const cell of this.view.element(file)?.querySelectorAll("td.code") ?? []) markIn(cell, this.#text, found);
  }

  unmark(): void {
    if ("highlights" in CSS) CSS.highlights.get(NAME)?.clear();
  }

  #shown(): Place[] {
    return this.#places.filter(({ file }) => !this.view.element(file)?.hidden);
  }

  async #findIn(file: number, places: Place[], files: Set<number>): Promise<void> {
    for (const [hunk, { lines }] of (await this.view.store.loadHunks(file)).entries()) {
      for (const [line, { text }] of lines.entries()) {
        if (!text.toLowerCase().includes(this.#text)) continue;
        files.add(file);
        if (places.length < MOST) places.push({ file, hunk, line });
      }
    }
  }
}

function markIn(cell: Element, text: string, found: Highlight): void {
  const content = (cell.textContent ?? "").toLowerCase();
  for (let from = content.indexOf(text); from >= 0; from = content.indexOf(text, from + text.length)) {
    const range = document.createRange();
    const start = locate(cell, from);
    const end = locate(cell, from + text.length);
    if (!start || !end) return;
    range.setStart(...start);
    range.setEnd(...end);
    found.add(range);
  }
}

function locate(cell: Element, position: number): [Node, number] | null {
  const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  let left = position;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { length } = node as Text;
    if (left <= length) return [node, left];
    left -= length;
  }
  return null;
}
