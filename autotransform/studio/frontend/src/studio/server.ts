/** The server on this machine: every question the page asks of it, with the token of the page's address. */

import type { Decision, File, Hunk, Review, Shape } from "../shared/document";

export interface State {
  readonly name: string;
  readonly path: string;
  /** What the editor shows: the draft where there is one, else the file. */
  readonly source: string;
  /** The file's text, null where there is no file yet. */
  readonly file: string | null;
  /** Nothing but the file's text is in the editor. */
  readonly saved: boolean;
  readonly draft: boolean;
  /** The draft was made from another text of the file than it has now. */
  readonly conflict: boolean;
  readonly digest: string;
  readonly has_model: boolean;
  readonly root: string;
  readonly branch: string;
  readonly head: string;
  readonly notes: readonly string[];
  readonly decisions: Readonly<Record<"refused" | "accepted", Readonly<Record<"shapes" | "files" | "changes", readonly string[]>>>>;
}

export interface Problem {
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

export interface CaseResult {
  readonly name: string;
  readonly ok: boolean;
  readonly line: number;
  /** Null where it must not change. */
  readonly expected: string | null;
  readonly detail: string;
  readonly warnings: readonly string[];
  /** From what was expected to what came. */
  readonly hunks: readonly Hunk[];
}

export interface Decisions {
  readonly shapes: Readonly<Record<string, Decision>>;
  readonly files: Readonly<Record<string, Decision>>;
  readonly changes: Readonly<Record<string, Decision>>;
}

export interface Applied {
  readonly branch: string;
  readonly sha: string;
  readonly files: readonly string[];
  readonly notes: readonly string[];
  /** More than one where the changes were divided. */
  readonly branches: readonly { readonly branch: string; readonly sha: string; readonly files: number }[];
}

export type RunEvent =
  | { readonly event: "start"; readonly selected: number }
  | { readonly event: "progress"; readonly done: number; readonly candidates: number }
  | { readonly event: "file"; readonly file: File }
  | { readonly event: "shapes"; readonly shapes: readonly Shape[]; readonly partial: boolean }
  | { readonly event: "done"; readonly review: Review }
  | { readonly event: "stopped" }
  | { readonly event: "error"; readonly error: Fault };

export type RefineEvent =
  | { readonly event: "progress"; readonly text: string }
  | { readonly event: "text"; readonly text: string }
  | {
      readonly event: "done";
      readonly source: string;
      readonly problems?: readonly Problem[];
      readonly notes?: readonly string[];
      readonly conflicts?: string;
    }
  | { readonly event: "error"; readonly error: Fault };

export interface Fault {
  readonly message: string;
  readonly hint?: string;
  readonly details?: readonly string[];
  readonly code?: string;
}

/** The server answered that it will not; `body` has what else it says, such as both texts of a conflict. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly fault: Fault,
    readonly body: Readonly<Record<string, unknown>> = {},
  ) {
    super(fault.message);
  }
}

/** Nobody answered. */
export class Gone extends Error {}

/** The token stands in the address's fragment, which no browser sends anywhere. */
function readToken(): string {
  return new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
}

async function send(method: string, path: string, body?: unknown, options: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: { Authorization: `Bearer ${readToken()}`, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      cache: "no-store",
      ...options,
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Gone("The server does not answer.");
  }
  if (response.ok) return response;
  throw await readRefusal(response);
}

async function readRefusal(response: Response): Promise<Refusal> {
  const body: unknown = await response.json().catch(() => ({}));
  const said = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const fault = said["error"] as Fault | undefined;
  return new Refusal(response.status, fault ?? { message: `The server answered ${response.status}.` }, said);
}

async function ask<Answer>(method: string, path: string, body?: unknown, options?: RequestInit): Promise<Answer> {
  const response = await send(method, path, body, options);
  return (await response.json()) as Answer;
}

/** Gives the events of a stream of lines, each as soon as its line is whole. */
async function* listen<Event>(path: string, body: unknown, signal: AbortSignal): AsyncGenerator<Event> {
  const response = await send("POST", path, body, { signal });
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read().catch((error: unknown) => {
      throw signal.aborted ? error : new Gone("The server does not answer.");
    });
    const lines = (rest + (value ?? "")).split("\n");
    rest = done ? "" : (lines.pop() ?? "");
    for (const line of lines) if (line.trim()) yield JSON.parse(line) as Event;
    if (done) return;
  }
}

export const server = {
  state: () => ask<State>("GET", "/api/state"),
  keepDraft: (source: string, digest: string, options?: RequestInit) =>
    ask<unknown>("PUT", "/api/script", { source, digest }, options),
  save: (source: string, digest: string) => ask<{ digest: string }>("POST", "/api/save", { source, digest }),
  check: (source: string, signal: AbortSignal) => ask<{ problems: readonly Problem[] }>("POST", "/api/check", { source }, { signal }),
  cases: (source: string, signal: AbortSignal) => ask<{ cases: readonly CaseResult[] }>("POST", "/api/cases", { source }, { signal }),
  run: (source: string, signal: AbortSignal) => listen<RunEvent>("/api/run", { source, paths: [] }, signal),
  hunks: (path: string) => ask<{ hunks: readonly Hunk[] }>("GET", `/api/hunks?path=${encodeURIComponent(path)}`),
  decide: (decisions: Decisions) => ask<unknown>("PUT", "/api/decisions", decisions),
  addCase: (of: { key: string } | { shape: string }, negative: boolean, source: string) =>
    ask<{ source: string; name: string }>("POST", "/api/case", { ...of, negative, source }),
  refine: (wish: string, source: string, signal: AbortSignal) => listen<RefineEvent>("/api/refine", { wish, source }, signal),
  approve: (source: string) => ask<unknown>("POST", "/api/approve", { source }),
  apply: (source: string) => ask<Applied>("POST", "/api/apply", { source }),
  quit: () => ask<unknown>("POST", "/api/quit", {}),
};
