/** The cases of the script: which hold, which do not, and what came instead. */

import { drawHunk } from "../shared/diff";
import { make } from "../shared/element";
import { countOf, showText } from "../shared/text";
import type { CaseResult } from "./server";

export class Cases {
  readonly element: HTMLElement;
  readonly #goTo: (line: number) => void;
  readonly #tally = make("span", { class: "tally" });
  readonly #list = make("ul", { class: "case-list" });
  #cases: readonly CaseResult[] = [];

  constructor(goTo: (line: number) => void) {
    this.#goTo = goTo;
    const head = make("div", { class: "panel-head" }, make("h2", {}, "Cases "), this.#tally);
    this.element = make("section", { class: "cases", "aria-label": "Cases", id: "cases" }, head, this.#list);
    this.#list.append(make("li", { class: "note" }, "Not tried yet."));
  }

  get red(): number {
    return this.#cases.filter((each) => !each.ok).length;
  }

  /** What is known came of an earlier text. */
  age(): void {
    this.element.classList.add("stale");
  }

  show(cases: readonly CaseResult[]): void {
    this.#cases = cases;
    this.element.classList.remove("stale");
    this.#tally.textContent = this.describe();
    this.#tally.className = `tally ${this.red > 0 ? "bad" : "good"}`;
    const focused = this.#focusedName();
    this.#list.replaceChildren(...(cases.length > 0 ? cases.map((each) => this.#drawCase(each)) : [make("li", { class: "note" }, "The script has no cases. Add one from any change.")]));
    if (focused !== null) this.focusCase(focused);
  }

  /** Says that the cases could not be tried, and why. */
  showFault(message: string): void {
    this.age();
    this.#tally.textContent = "not tried";
    this.#tally.className = "tally";
    if (this.#cases.length === 0) this.#list.replaceChildren(make("li", { class: "note" }, showText(message)));
  }

  describe(): string {
    const { length } = this.#cases;
    if (length === 0) return "none";
    return this.red > 0 ? `${this.red} of ${length} red` : length === 1 ? "green" : `all ${length} green`;
  }

  sentence(): string {
    return this.red > 0 ? `${countOf(this.red, "case")} of ${this.#cases.length} red` : `${countOf(this.#cases.length, "case")} green`;
  }

  focusCase(name: string): void {
    const row = [...this.#list.querySelectorAll<HTMLElement>("[data-case-name]")].find((each) => each.dataset["caseName"] === name);
    row?.focus();
  }

  focus(): void {
    this.#list.querySelector<HTMLElement>(".red [data-case-name], [data-case-name]")?.focus();
  }

  lineOf(name: string): number | null {
    return this.#cases.find((each) => each.name === name)?.line ?? null;
  }

  #focusedName(): string | null {
    const active = document.activeElement;
    return active instanceof HTMLElement && this.#list.contains(active) ? (active.dataset["caseName"] ?? null) : null;
  }

  #drawCase(each: CaseResult): HTMLElement {
    const name = showText(each.name);
    const button = make(
      "button",
      { type: "button", class: "case-name", "data-case-name": each.name, "data-row": true, title: `Go to line ${each.line} of the script`, onclick: () => this.#goTo(each.line) },
      make("span", { class: "sign", "aria-hidden": true }, each.ok ? "\u2713" : "\u2717"),
      make("span", { class: "unseen" }, each.ok ? "green: " : "red: "),
      name,
    );
    const item = make("li", { class: each.ok ? "case green" : "case red" }, button);
    if (!each.ok) item.append(...drawDifference(each, name));
    return item;
  }
}

function drawDifference(each: CaseResult, name: string): Node[] {
  const parts: Node[] = [];
  if (each.detail) parts.push(make("p", { class: "remark" }, showText(each.detail)));
  for (const warning of each.warnings) parts.push(make("p", { class: "remark" }, showText(warning)));
  if (each.hunks.length > 0) {
    const expected = each.expected === null ? "\u2212 as it must stay" : "\u2212 expected";
    parts.push(make("p", { class: "legend" }, make("span", { class: "minus" }, expected), " ", make("span", { class: "plus" }, "+ what came")));
  }
  for (const hunk of each.hunks) {
    parts.push(make("div", { class: "hunk-lines" }, drawHunk(hunk, { split: false, label: `Expected and what came: ${name}, line ${hunk.before}` })));
  }
  return parts;
}
