/** What the views of the page share: the run, the decisions, and what a view may ask for. */

import type { Decision } from "../shared/document";
import type { Kind, Ledger } from "./decisions";
import type { RunState } from "./runs";

export interface Desk {
  readonly run: RunState;
  readonly ledger: Ledger;
  /** Hunks side by side instead of one above the other. */
  split: boolean;
  decide(kind: Kind, ids: readonly string[], decision: Decision): void;
  undo(): void;
  addCase(of: { key: string } | { shape: string }, negative: boolean): void;
  light(methods: readonly string[]): void;
  goToMethod(name: string): void;
  goToCase(name: string): void;
}
