/** Tries a text of the script, one at a time: runs it on the repository, then checks it and runs its cases.
 *
 * The run comes first, since its first results are what the person waits for; the rest begins once they are there. */

import { make } from "../shared/element";
import { showText } from "../shared/text";
import type { RunState } from "./runs";
import { type CaseResult, type Fault, type Problem, Refusal, server } from "./server";

/** Milliseconds after which the check and the cases begin though the run has shown nothing yet. */
const PATIENCE = 400;

export interface TrialListeners {
  readonly run: RunState;
  /** Where it is said that a person's yes is waited for. */
  readonly notice: HTMLElement;
  readonly onProblems: (problems: readonly Problem[]) => void;
  readonly onCases: (cases: readonly CaseResult[]) => void;
  readonly onCasesFault: (message: string) => void;
  readonly onRun: () => void;
  readonly onProgress: () => void;
  readonly onRunDone: () => void;
  readonly onFault: (error: unknown) => void;
}

export class Trial {
  /** Done when everything about the last text is known, or is known to fail. */
  settled: Promise<unknown> = Promise.resolve();
  readonly #listeners: TrialListeners;
  #source: string | null = null;
  #approved: string | null = null;
  #ending = new AbortController();

  constructor(listeners: TrialListeners) {
    this.#listeners = listeners;
  }

  isOf(source: string): boolean {
    return this.#source === source;
  }

  /** The server is another one, which knows of no run. */
  forget(): void {
    this.#source = null;
  }

  /** The person read this text and said yes to it before it was ever tried. */
  approve(source: string): void {
    this.#approved = source;
  }

  /** Begins with a text; what goes on about an earlier one ends. */
  begin(source: string): void {
    if (this.isOf(source) && this.#listeners.run.phase !== "failed") return;
    this.#source = source;
    this.#ending.abort();
    this.#ending = new AbortController();
    const { signal } = this.#ending;
    this.#listeners.notice.replaceChildren();
    this.settled = this.#try(source, signal);
  }

  async #try(source: string, signal: AbortSignal): Promise<void> {
    let tellFirst = (isReadable: boolean): void => void isReadable;
    const first = new Promise<boolean>((resolve) => (tellFirst = resolve));
    setTimeout(() => tellFirst(true), PATIENCE);
    const run = this.#run(source, signal, tellFirst);
    if (!(await first) || signal.aborted) return run;
    await Promise.all([run, this.#check(source, signal), this.#tryCases(source, signal)]);
  }

  async #check(source: string, signal: AbortSignal): Promise<void> {
    try {
      const { problems } = await server.check(source, signal);
      if (!signal.aborted) this.#listeners.onProblems(problems);
    } catch (error) {
      if (!signal.aborted) this.#listeners.onFault(error);
    }
  }

  async #tryCases(source: string, signal: AbortSignal): Promise<void> {
    try {
      const { cases } = await server.cases(source, signal);
      if (!signal.aborted) this.#listeners.onCases(cases);
    } catch (error) {
      if (!signal.aborted) this.#listeners.onCasesFault(error instanceof Error ? error.message : String(error));
    }
  }

  /** Runs the text. `tellFirst` learns when first results are there, or that the text cannot even be read. */
  async #run(source: string, signal: AbortSignal, tellFirst: (isReadable: boolean) => void): Promise<void> {
    const { run } = this.#listeners;
    run.begin();
    this.#listeners.onRun();
    try {
      for await (const event of server.run(source, signal)) {
        if (signal.aborted) return;
        if (event.event === "error") return this.#refuse(event.error, source);
        if (event.event === "stopped") return;
        const isNew = run.take(event);
        if (event.event === "done") this.#listeners.onRunDone();
        if (isNew) this.#listeners.onRun();
        else if (event.event === "progress") this.#listeners.onProgress();
        if (event.event === "shapes" || event.event === "done") tellFirst(true);
      }
    } catch (error) {
      if (signal.aborted) return;
      const problems = error instanceof Refusal ? error.body["problems"] : null;
      if (Array.isArray(problems)) {
        tellFirst(false);
        this.#listeners.onProblems(problems as Problem[]);
        this.#listeners.onCasesFault("The script cannot be read.");
      }
      this.#refuse(error instanceof Refusal ? error.fault : error, source);
    } finally {
      tellFirst(true);
    }
  }

  #refuse(error: unknown, source: string): void {
    this.#listeners.run.fail();
    const fault = error as Fault;
    if (fault.code !== "approval") return this.#listeners.onFault(error instanceof Error ? error : new Error([fault.message, fault.hint].filter(Boolean).join(" ")));
    if (this.#approved === source) {
      this.#approved = null;
      return void this.#sayYes(source);
    }
    this.#listeners.onFault(new Error("Waits for your yes"));
    const yes = make("button", { type: "button", class: "primary", onclick: () => void this.#sayYes(source) }, "I have read it: run it");
    const said = [fault.message, ...(fault.details ?? [])].map((line) => make("p", {}, showText(line)));
    this.#listeners.notice.replaceChildren(...said, yes);
  }

  async #sayYes(source: string): Promise<void> {
    try {
      await server.approve(source);
      this.begin(source);
    } catch (error) {
      this.#listeners.onFault(error);
    }
  }
}
