/** Which files and hunks are shown. */

import type { Change } from "../shared/document";
import type { Index, IndexedFile } from "./store";

export type Status = "all" | "changed" | "notes" | "failed" | "uncovered";

export interface Filter {
  /** Of a path, or of lines of a diff. */
  text: string;
  status: Status;
  shape: string;
  method: string;
}

export function emptyFilter(): Filter {
  return { text: "", status: "all", shape: "", method: "" };
}

export function isEmpty(filter: Filter): boolean {
  return !filter.text && filter.status === "all" && !filter.shape && !filter.method;
}

/** Whether a file passes, but for the text, which is looked for in its diff as well. */
export function passes(filter: Filter, file: IndexedFile, { notes, uncovered }: { notes: boolean; uncovered: ReadonlySet<string> }): boolean {
  if (filter.shape && !file.shapes.includes(filter.shape)) return false;
  if (filter.method && !file.methods.includes(filter.method)) return false;
  switch (filter.status) {
    case "changed":
      return file.status === "changed";
    case "notes":
      return notes;
    case "failed":
      return file.status === "failed" || file.status === "skipped";
    case "uncovered":
      return file.shapes.some((shape) => uncovered.has(shape));
    default:
      return true;
  }
}

/** Whether a hunk has a change that is asked for. */
export function hasWanted(filter: Filter, changes: readonly Change[], uncovered: ReadonlySet<string>): boolean {
  if (!filter.shape && !filter.method && filter.status !== "uncovered") return true;
  return changes.some(
    (change) =>
      (!filter.shape || change.shape === filter.shape) &&
      (!filter.method || change.methods.includes(filter.method)) &&
      (filter.status !== "uncovered" || uncovered.has(change.shape)),
  );
}

/** The shapes that no case covers. */
export function uncoveredShapes(index: Index): ReadonlySet<string> {
  return new Set(index.shapes.filter((shape) => shape.cases.length === 0).map((shape) => shape.id));
}
