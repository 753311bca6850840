/** One review: the script, what it does, and what the person does about it. */

import type { Decision } from "../shared/document";
import { showText } from "../shared/text";
import { announce } from "./announcer";
import { askToApply, showApplied, showRefusal } from "./application";
import { Cases } from "./cases";
import { askWhich } from "./comparison";
import { Connection } from "./connection";
import { type Kind, Ledger } from "./decisions";
import type { Desk } from "./desk";
import { type Conflict, Drafts } from "./drafts";
import { Editor } from "./editor";
import { installKeys, showHelp } from "./keys";
import { buildPage, showGoodbye } from "./page";
import { Results } from "./results";
import { RunState } from "./runs";
import { type Decisions, Gone, type Problem, type State, server } from "./server";
import { Status } from "./status";
import { Trial } from "./trial";
import { Wishes } from "./wishes";

/** Milliseconds without a keystroke after which the text is kept, checked, tried on its cases and run. */
const PAUSE = 250;

export class Review implements Desk {
  readonly run = new RunState();
  readonly ledger = new Ledger();
  split = false;
  readonly #state: State;
  readonly #editor: Editor;
  readonly #results: Results;
  readonly #cases: Cases;
  readonly #status: Status;
  readonly #wishes: Wishes;
  readonly #drafts: Drafts;
  readonly #connection: Connection;
  readonly #trial: Trial;
  #timer = 0;
  #wasTyped = false;
  #problems: readonly Problem[] = [];

  constructor(state: State) {
    this.#state = state;
    this.#results = new Results(this, async (path) => (await server.hunks(path)).hunks);
    this.#cases = new Cases((line) => this.#editor.goTo(line));
    this.#status = new Status({ onProblems: () => this.#editor.goTo(this.#problems[0]?.line ?? 1), onHelp: () => void showHelp() });
    this.#wishes = new Wishes({
      source: () => this.#editor.source,
      onAccept: (source) => this.#accept(source),
      onFault: (error) => this.#fail("The model did not write a new version", error),
    });
    this.#connection = new Connection(
      () => this.#editor.source,
      () => this.#comeBack(),
    );
    this.#drafts = new Drafts(state, {
      onKept: (kept) => this.#status.showKept(kept),
      onConflict: (conflict) => void this.#settle(conflict),
      onGone: () => this.#connection.lose(),
      onFault: (error) => this.#fail("The draft was not kept", error),
    });
    const page = buildPage(state, {
      banner: this.#connection.banner,
      wishes: state.has_model ? this.#wishes.element : null,
      cases: this.#cases.element,
      results: this.#results.element,
      status: this.#status.element,
      onSave: () => void this.#save(),
      onApply: () => void this.#apply(),
      onClose: () => void this.#close(),
    });
    this.#editor = new Editor(page.script, state.source, {
      onChange: () => this.#changed(),
      onMethod: (name) => this.#results.mark(name),
      onAsk: (name) => this.#results.filterMethod(name),
    });
    this.#trial = new Trial({
      run: this.run,
      notice: page.notice,
      onProblems: (problems) => this.#showProblems(problems),
      onCases: (cases) => this.#showCases(cases),
      onCasesFault: (message) => this.#cases.showFault(message),
      onRun: () => this.#showRun(),
      onProgress: () => this.#status.showRun(this.run),
      onRunDone: () => this.#results.forget(),
      onFault: (error) => this.#showFault(error),
    });
  }

  start(): void {
    this.ledger.learnAll(this.#state.decisions);
    this.#status.showKept(this.#state.draft ? "kept" : "saved");
    this.#installKeys();
    addEventListener("beforeunload", (event) => {
      if (this.#status.isAtRisk) event.preventDefault();
    });
    addEventListener("pagehide", () => this.#wasTyped && this.#drafts.keepAtOnce(this.#editor.source));
    this.#editor.focus();
    if (this.#state.conflict) void this.#settle({ ours: this.#state.source, theirs: this.#state.file ?? "", digest: this.#state.digest });
    this.#pause();
  }

  decide(kind: Kind, ids: readonly string[], decision: Decision): void {
    this.#send(this.ledger.decide(kind, ids, decision));
  }

  undo(): void {
    const decisions = this.ledger.undo();
    if (decisions) this.#send(decisions);
    else announce("Nothing to undo");
  }

  addCase(of: { key: string } | { shape: string }, negative: boolean): void {
    void this.#addCase(of, negative);
  }

  light(methods: readonly string[]): void {
    this.#editor.light(methods);
  }

  goToMethod(name: string): void {
    this.#editor.goToMethod(name);
  }

  goToCase(name: string): void {
    this.#cases.focusCase(name);
  }

  #installKeys(): void {
    installKeys({
      toScript: () => this.#editor.focus(),
      toResults: () => this.#results.focus(),
      toCases: () => this.#cases.focus(),
      toWish: () => this.#wishes.focus(),
      save: () => void this.#save(),
      apply: () => void this.#apply(),
      undo: () => this.undo(),
      nextView: () => this.#results.showNext(),
      toggleSplit: () => this.#results.toggleSplit(),
      focusFilter: () => this.#results.focusFilter(),
    });
  }

  #changed(): void {
    performance.mark("keystroke");
    this.#wasTyped = true;
    this.#status.showKept("keeping");
    this.#cases.age();
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#pause(), PAUSE);
  }

  /** The person pauses: what they wrote is kept and tried. */
  #pause(): void {
    performance.mark("pause");
    clearTimeout(this.#timer);
    const { source } = this.#editor;
    this.#trial.begin(source);
    if (source !== this.#state.source || this.#state.draft || this.#wasTyped) void this.#drafts.keep(source);
  }

  #showProblems(problems: readonly Problem[]): void {
    this.#problems = problems;
    this.#editor.showProblems(problems);
    this.#status.showProblems(problems.length);
  }

  #showCases(cases: Parameters<Cases["show"]>[0]): void {
    this.#cases.show(cases);
    announce(this.#cases.sentence());
  }

  #showRun(): void {
    if (!this.run.stale && this.run.phase === "running") performance.mark("shapes");
    this.ledger.learnShapes(this.run.shapes);
    for (const file of this.run.files.values()) this.ledger.learnFile(file);
    if (this.run.review) this.#editor.showMethods(this.run.review.script.methods, this.run.countByMethod());
    this.#results.draw();
    this.#status.showRun(this.run);
  }

  #showFault(error: unknown): void {
    if (error instanceof Gone) this.#connection.lose();
    this.#results.draw();
    this.#status.showFault(error instanceof Error ? error.message : String(error));
  }

  #send(decisions: Decisions): void {
    this.#results.draw();
    void server.decide(decisions).then(
      () => this.#results.refresh(),
      (error: unknown) => {
        this.ledger.revert(decisions);
        this.#fail("The decision was not kept", error);
        this.#results.draw();
      },
    );
  }

  async #addCase(of: { key: string } | { shape: string }, negative: boolean): Promise<void> {
    try {
      const { source, name } = await server.addCase(of, negative, this.#editor.source);
      this.#editor.replace(source);
      this.#pause();
      announce(negative ? `Added a case that must not change: ${name}` : `Added a case: ${name}`);
    } catch (error) {
      this.#fail("No case was added", error);
    }
  }

  #accept(source: string): void {
    this.#trial.approve(source);
    this.#editor.replace(source);
    this.#pause();
  }

  async #save(): Promise<void> {
    if (await this.#drafts.save(this.#editor.source)) announce(`Saved to ${showText(this.#state.path)}`);
  }

  async #apply(): Promise<void> {
    this.#pauseNow();
    await this.#trial.settled;
    const { name, path } = this.#state;
    const saves = this.#drafts.needsSaving(this.#editor.source);
    const plan = { name, path, run: this.run, ledger: this.ledger, redCases: this.#cases.red, problems: this.#problems.length, saves };
    if (!(await askToApply(plan))) return;
    if (!(await this.#drafts.saveWhereNeeded(this.#editor.source))) return;
    this.#status.showFault("Making the branch \u2026");
    try {
      const applied = await server.apply(this.#editor.source);
      this.#status.showRun(this.run);
      announce(`The branch ${applied.branch} is made`);
      await showApplied(applied, name);
    } catch (error) {
      this.#status.showRun(this.run);
      this.#fail("No branch was made", error);
    }
  }

  async #close(): Promise<void> {
    if (!(await this.#drafts.keep(this.#editor.source))) return;
    await server.quit().catch(() => undefined);
    showGoodbye();
  }

  /** What was typed a moment ago does not wait for the pause. */
  #pauseNow(): void {
    if (!this.#trial.isOf(this.#editor.source)) this.#pause();
  }

  async #settle(conflict: Conflict): Promise<void> {
    const answer = await askWhich({
      title: "The file changed on disk",
      said: [],
      before: { label: `The file, ${showText(this.#state.path)}`, text: conflict.theirs },
      after: { label: "Yours, on this page", text: conflict.ours },
      choices: [
        { label: "Decide later", value: null },
        { label: "Take the file\u2019s", value: "theirs" as const },
        { label: "Keep mine", value: "ours" as const, kind: "primary" },
      ],
    });
    if (answer === null) return this.#status.showKept("here only");
    this.#drafts.settle(conflict);
    if (answer === "theirs") this.#editor.replace(conflict.theirs);
    await this.#drafts.keep(this.#editor.source);
    this.#pause();
  }

  #comeBack(): void {
    announce("The server is back");
    void this.#drafts.keep(this.#editor.source);
    this.#trial.forget();
    this.#pause();
  }

  #fail(title: string, error: unknown): void {
    if (error instanceof Gone) this.#connection.lose();
    else void showRefusal(title, error);
  }
}
