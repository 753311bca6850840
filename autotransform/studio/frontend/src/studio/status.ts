/** The line at the foot of the page: what goes on, what was found, whether the text is kept. */

import { make } from "../shared/element";
import { countOf, showText } from "../shared/text";
import { announce } from "./announcer";
import type { RunState } from "./runs";

export type Kept = "saved" | "kept" | "keeping" | "here only";

const KEPT: Record<Kept, string> = {
  saved: "Saved",
  kept: "Draft kept",
  keeping: "Keeping draft \u2026",
  "here only": "Kept on this page only",
};

export class Status {
  readonly element: HTMLElement;
  readonly #state = make("span", { class: "state" });
  readonly #problems = make("button", { type: "button", class: "link problems", hidden: true });
  readonly #kept = make("span", { class: "kept" });

  constructor(listeners: { readonly onProblems: () => void; readonly onHelp: () => void }) {
    this.#problems.addEventListener("click", listeners.onProblems);
    const help = make("button", { type: "button", class: "quiet", onclick: listeners.onHelp }, "Keys ", make("kbd", {}, "?"));
    this.element = make("footer", { class: "status" }, this.#state, this.#problems, make("span", { class: "spacer" }), this.#kept, help);
  }

  showRun(run: RunState): void {
    const text = describeRun(run);
    this.#state.textContent = text;
    this.#state.dataset["phase"] = run.phase;
    if (run.phase === "done") announce(text);
  }

  showFault(message: string): void {
    this.#state.textContent = showText(message);
    this.#state.dataset["phase"] = "failed";
    announce(message);
  }

  showProblems(count: number): void {
    this.#problems.hidden = count === 0;
    this.#problems.textContent = countOf(count, "problem");
    if (count > 0) announce(`${countOf(count, "problem")} in the script`);
  }

  /** What is on the page is nowhere else. */
  get isAtRisk(): boolean {
    return this.#kept.dataset["kept"] === "here only";
  }

  showKept(kept: Kept): void {
    this.#kept.textContent = KEPT[kept];
    this.#kept.dataset["kept"] = kept;
  }
}

function describeRun(run: RunState): string {
  const changes = run.shapes.reduce((sum, shape) => sum + shape.count, 0);
  const found = `${countOf(changes, "change")} in ${countOf(run.changed.length, "file")}, ${countOf(run.shapes.length, "shape")}`;
  if (run.phase === "running") {
    const { progress, selected } = run;
    const extent = progress ? `, ${progress.done} of ${countOf(progress.candidates, "candidate")}` : "";
    const said = `Running${selected === null ? "" : ` on ${countOf(selected, "file")}`}${extent} \u2026`;
    return run.stale ? said : `${said} ${found}`;
  }
  if (run.phase !== "done") return "";
  const failed = [...run.files.values()].filter((file) => file.status === "failed").length;
  return failed > 0 ? `${found}; ${countOf(failed, "file")} failed` : found;
}
