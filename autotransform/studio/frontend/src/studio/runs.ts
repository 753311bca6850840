/** What is known of the run: grows while results stream in, is whole at its end. */

import type { File, Review, Shape } from "../shared/document";
import type { RunEvent } from "./server";

export type Phase = "none" | "running" | "done" | "failed";

export class RunState {
  phase: Phase = "none";
  shapes: readonly Shape[] = [];
  files: ReadonlyMap<string, File> = new Map();
  review: Review | null = null;
  selected: number | null = null;
  /** How many of the files that the script could change are done. */
  progress: { readonly done: number; readonly candidates: number } | null = null;
  /** What is shown came of an earlier text of the script. */
  stale = false;
  #growing = new Map<string, File>();

  begin(): void {
    this.phase = "running";
    this.stale = true;
    this.selected = null;
    this.progress = null;
    this.#growing = new Map();
  }

  fail(): void {
    this.phase = "failed";
    this.stale = true;
  }

  /** Takes an event in; true where there is something new to draw. */
  take(event: RunEvent): boolean {
    switch (event.event) {
      case "start":
        this.selected = event.selected;
        return true;
      case "progress":
        this.progress = event;
        return false;
      case "file":
        this.#growing.set(event.file.path, event.file);
        return false;
      case "shapes":
        this.shapes = event.shapes;
        this.files = sortFiles(this.#growing.values());
        this.stale = false;
        return true;
      case "done":
        this.phase = "done";
        this.stale = false;
        this.review = event.review;
        this.shapes = event.review.shapes;
        this.files = sortFiles(event.review.files);
        return true;
      default:
        return false;
    }
  }

  /** How many changes each method of the script made, as far as the shapes tell. */
  countByMethod(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const shape of this.shapes) for (const name of shape.methods) counts.set(name, (counts.get(name) ?? 0) + shape.count);
    return counts;
  }

  get changed(): File[] {
    return [...this.files.values()].filter((file) => file.status === "changed");
  }

  /** The files of which a person should know: failed, skipped, with places left alone, with warnings. */
  get remarkable(): File[] {
    return [...this.files.values()].filter((file) => file.status === "failed" || file.status === "skipped" || remarksOf(file).length > 0);
  }
}

/** What is to be said of a file beside its changes, a line each. */
export function remarksOf(file: File): string[] {
  const remarks: string[] = [];
  if (file.reason) remarks.push(file.reason);
  if (file.detail) remarks.push(file.detail);
  for (const site of file.sites) {
    if (site.status !== "changed") remarks.push(`line ${site.line}: left alone${site.reason ? `, ${site.reason}` : ""}`);
  }
  const declined = new Set(file.sites.map((site) => site.line));
  for (const word of file.words) {
    if (word.fate !== "changed" && word.why && !declined.has(word.line)) remarks.push(`line ${word.line}: ${word.name} stays, ${word.why}`);
  }
  for (const breach of file.breaches) remarks.push(`line ${breach.line}: ${breach.message}`);
  if (file.breaches.length === 0) remarks.push(...file.warnings);
  return remarks;
}

function sortFiles(files: Iterable<File>): ReadonlyMap<string, File> {
  const sorted = [...files].sort((one, other) => (one.path < other.path ? -1 : one.path > other.path ? 1 : 0));
  return new Map(sorted.map((file) => [file.path, file]));
}
