/** The last step: what the branch will hold, then what came of it. */

import type { File } from "../shared/document";
import { make } from "../shared/element";
import { countOf, showText } from "../shared/text";
import type { Ledger } from "./decisions";
import { askPerson, showCommand } from "./dialog";
import type { RunState } from "./runs";
import { type Applied, Refusal } from "./server";

export interface Plan {
  readonly name: string;
  readonly path: string;
  readonly run: RunState;
  readonly ledger: Ledger;
  readonly redCases: number;
  readonly problems: number;
  /** The text differs from the file, and is saved before. */
  readonly saves: boolean;
}

/** Files listed by name before a count stands for the rest. */
const LISTED = 100;

/** Shows what would be made; true where the person wants it. */
export async function askToApply(plan: Plan): Promise<boolean> {
  const { run, ledger } = plan;
  const files = run.changed.filter((file) => !isRefused(file, ledger));
  const warnings = listWarnings(plan);
  const contents: (HTMLElement | false)[] = [
    make("p", {}, "A new branch ", make("code", {}, `autotransform/${showText(plan.name)}`), " with the script and what it does. Your working tree stays as it is."),
    ...warnings.map((warning) => make("p", { class: "warning" }, warning)),
    make("h3", {}, countOf(files.length, "file")),
    make("ul", { class: "paths" }, ...files.slice(0, LISTED).map((file) => make("li", {}, showText(file.path)))),
    files.length > LISTED && make("p", { class: "note" }, `and ${countOf(files.length - LISTED, "more file")}`),
    make("h3", {}, "Refused"),
    make("p", {}, describeRefused(plan)),
    plan.saves && make("p", { class: "note" }, `The script is saved to ${showText(plan.path)} first.`),
  ];
  const answer = await askPerson({
    title: "Apply to a branch",
    contents: contents.filter((content) => content !== false),
    choices: [
      { label: "Not yet", value: false },
      { label: "Make the branch", value: true, kind: "primary" },
    ],
  });
  return answer === true;
}

function isRefused(file: File, ledger: Ledger): boolean {
  const isWhole = file.shapes.length > 0 && file.shapes.every((shape) => ledger.of("shapes", shape) === "no");
  return isWhole || ledger.of("files", file.path) === "no";
}

function listWarnings({ run, redCases, problems }: Plan): string[] {
  const warnings: string[] = [];
  const failed = [...run.files.values()].filter((file) => file.status === "failed").length;
  if (problems > 0) warnings.push(`The script has ${countOf(problems, "problem")}.`);
  if (redCases > 0) warnings.push(`${countOf(redCases, "case")} of the script ${redCases === 1 ? "is" : "are"} red.`);
  if (failed > 0) warnings.push(`${countOf(failed, "file")} failed and ${failed === 1 ? "stays" : "stay"} as ${failed === 1 ? "it is" : "they are"}.`);
  if (run.phase !== "done") warnings.push("The run of this text is not done; what is listed may come of an earlier one.");
  return warnings;
}

function describeRefused({ run, ledger }: Plan): string {
  const shapes = run.shapes.map((shape) => shape.id);
  const parts = [
    [ledger.countRefused("shapes", shapes), "shape"],
    [ledger.countRefused("files", run.files.keys()), "file"],
    [ledger.countRefused("changes"), "single change"],
  ] as const;
  const refused = parts.filter(([count]) => count > 0).map(([count, one]) => countOf(count, one));
  return refused.length > 0 ? `${refused.join(", ")}: left as before, and recorded in the commit.` : "Nothing.";
}

export async function showApplied(applied: Applied, name: string): Promise<void> {
  await askPerson({
    title: applied.branches.length === 1 ? "The branch is made" : "The branches are made",
    contents: [
      ...applied.branches.map((each) =>
        make("p", { class: "applied" }, make("code", {}, showText(each.branch)), ` at ${each.sha.slice(0, 12)}, ${countOf(each.files, "file")}`),
      ),
      ...applied.notes.map((note) => make("p", { class: "note" }, showText(note))),
      make("h3", {}, "What you can do next"),
      showCommand(`git diff HEAD...${applied.branch}`),
      showCommand(`autotransform verify ${applied.branch}`),
      showCommand(`autotransform pr ${name}`),
    ],
    choices: [{ label: "Close", value: null, kind: "primary" }],
  });
}

/** Says what went wrong, and what can be done. */
export async function showRefusal(title: string, error: unknown): Promise<void> {
  const contents = [make("p", {}, showText(error instanceof Error ? error.message : String(error)))];
  if (error instanceof Refusal) {
    if (error.fault.hint) contents.push(make("p", { class: "note" }, showText(error.fault.hint)));
    for (const detail of error.fault.details ?? []) contents.push(make("p", { class: "remark" }, showText(detail)));
  }
  await askPerson({ title, contents, choices: [{ label: "Close", value: null }] });
}
