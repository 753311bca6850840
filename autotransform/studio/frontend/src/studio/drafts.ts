/** Keeps what is typed: on the server as a draft, soon after each change, and again when the server is back. */

import { Gone, Refusal, server } from "./server";
import type { Kept } from "./status";

export interface Conflict {
  readonly ours: string;
  readonly theirs: string;
  readonly digest: string;
}

export interface DraftListeners {
  readonly onKept: (kept: Kept) => void;
  /** The file has another text than the one that this draft was made from. */
  readonly onConflict: (conflict: Conflict) => void;
  readonly onGone: () => void;
  readonly onFault: (error: unknown) => void;
}

export class Drafts {
  readonly #listeners: DraftListeners;
  #digest: string;
  /** The text that needs no saving: the file's, or where there is none, that of the base or the catalogue. */
  #file: string | null;
  /** Requests go one after the other, so that the last text is the one that stays. */
  #queue: Promise<boolean> = Promise.resolve(true);

  constructor(state: { readonly digest: string; readonly file: string | null; readonly source: string; readonly draft: boolean }, listeners: DraftListeners) {
    this.#digest = state.digest;
    this.#file = state.file ?? (state.draft ? null : state.source);
    this.#listeners = listeners;
  }

  /** Keeps the text as a draft; false where it could not be. */
  keep(source: string): Promise<boolean> {
    return this.#send(source, async () => {
      await server.keepDraft(source, this.#digest);
    });
  }

  /** Writes the text into the script's file; false where it could not be. */
  save(source: string): Promise<boolean> {
    return this.#send(source, async () => {
      this.#digest = (await server.save(source, this.#digest)).digest;
      this.#file = source;
    });
  }

  needsSaving(source: string): boolean {
    return source !== this.#file;
  }

  /** Saves unless that is the text already: a transform of the catalogue need not become a file to be applied. */
  saveWhereNeeded(source: string): Promise<boolean> {
    return this.needsSaving(source) ? this.save(source) : this.#queue;
  }

  /** The person chose between both texts of a conflict: from now on drafts are made from the file as it is. */
  settle(conflict: Conflict): void {
    this.#digest = conflict.digest;
    this.#file = conflict.theirs;
  }

  /** The page goes: the browser sends this even when nobody waits for the answer. */
  keepAtOnce(source: string): void {
    void server.keepDraft(source, this.#digest, { keepalive: true }).catch(() => undefined);
  }

  #send(source: string, request: () => Promise<void>): Promise<boolean> {
    const sent = this.#queue.then(async () => {
      try {
        await request();
        this.#listeners.onKept(source === this.#file ? "saved" : "kept");
        return true;
      } catch (error) {
        this.#fail(error, source);
        return false;
      }
    });
    this.#queue = sent;
    return sent;
  }

  #fail(error: unknown, source: string): void {
    this.#listeners.onKept("here only");
    if (error instanceof Gone) return this.#listeners.onGone();
    const theirs = error instanceof Refusal && error.status === 409 ? error.body["source"] : null;
    if (error instanceof Refusal && typeof theirs === "string") {
      return this.#listeners.onConflict({ ours: source, theirs, digest: String(error.body["digest"]) });
    }
    this.#listeners.onFault(error);
  }
}
