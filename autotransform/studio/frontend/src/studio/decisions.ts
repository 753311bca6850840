/** What the person said yes or no to: shapes, files and single changes, with the way back. */

import type { Decision, File, Hunk, Shape } from "../shared/document";
import type { Decisions, State } from "./server";

export type Kind = "shapes" | "files" | "changes";

interface Step {
  readonly kind: Kind;
  readonly before: ReadonlyMap<string, Decision>;
  readonly after: ReadonlyMap<string, Decision>;
}

export class Ledger {
  readonly #decisions: Record<Kind, Map<string, Decision>> = { shapes: new Map(), files: new Map(), changes: new Map() };
  readonly #steps: Step[] = [];

  /** Takes up what was decided before, here or at the terminal. */
  learnAll(decisions: State["decisions"]): void {
    for (const kind of ["shapes", "files", "changes"] as const) {
      for (const id of decisions.refused[kind]) this.#learn(kind, id, "no");
      for (const id of decisions.accepted[kind]) this.#learn(kind, id, "yes");
    }
  }

  /** Takes up what the server says was decided before; what was said here meanwhile holds. */
  learnShapes(shapes: readonly Shape[]): void {
    for (const shape of shapes) this.#learn("shapes", shape.id, shape.decision);
  }

  learnFile(file: File): void {
    this.#learn("files", file.path, file.decision);
  }

  /** A change is refused by itself only where neither its file nor its shape is. */
  learnHunks(path: string, hunks: readonly Hunk[]): void {
    for (const change of hunks.flatMap((hunk) => hunk.changes)) {
      if (this.of("shapes", change.shape) !== null || this.of("files", path) !== null) continue;
      this.#learn("changes", change.key, change.decision);
    }
  }

  #learn(kind: Kind, id: string, decision: Decision): void {
    if (decision !== null && !this.#decisions[kind].has(id)) this.#decisions[kind].set(id, decision);
  }

  of(kind: Kind, id: string): Decision {
    return this.#decisions[kind].get(id) ?? null;
  }

  /** Decides, or takes a decision back where it was the same; gives what the server is to know. */
  decide(kind: Kind, ids: readonly string[], decision: Decision): Decisions {
    const wanted = ids.every((id) => this.of(kind, id) === decision) ? null : decision;
    const before = new Map(ids.map((id) => [id, this.of(kind, id)] as const));
    const after = new Map(ids.map((id) => [id, wanted] as const));
    this.#steps.push({ kind, before, after });
    return this.#put(kind, after);
  }

  /** Forgets decisions that could not be kept, and the step to them: what stood before stands again. */
  revert(told: Decisions): void {
    const step = this.#steps.at(-1);
    if (step && Object.keys(told[step.kind]).join() === [...step.after.keys()].join()) this.undo();
  }

  /** Takes the last step back; null where there is none. */
  undo(): Decisions | null {
    const step = this.#steps.pop();
    return step ? this.#put(step.kind, step.before) : null;
  }

  #put(kind: Kind, decisions: ReadonlyMap<string, Decision>): Decisions {
    for (const [id, decision] of decisions) this.#decisions[kind].set(id, decision);
    return { shapes: {}, files: {}, changes: {}, [kind]: Object.fromEntries(decisions) };
  }

  /** How many are refused, of these where they are named. */
  countRefused(kind: Kind, ids: Iterable<string> = this.#decisions[kind].keys()): number {
    return [...ids].filter((id) => this.of(kind, id) === "no").length;
  }
}
