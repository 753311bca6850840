/** The review document as the server and the report hand it over (schema 1, see `autotransform/review/document.py`). */

export type Decision = "yes" | "no" | null;

/** A word-level emphasis: characters [from, to) of the line's text. */
export type Mark = readonly [number, number];

export interface Line {
  readonly kind: "context" | "removed" | "added";
  readonly text: string;
  readonly marks: readonly Mark[];
  /** False on a last line without a line end. */
  readonly newline: boolean;
}

export interface Change {
  readonly shape: string;
  readonly key: string;
  readonly methods: readonly string[];
  readonly cases: readonly string[];
  readonly decision: Decision;
}

export interface Hunk {
  readonly before: number;
  readonly after: number;
  readonly heading: string;
  readonly lines: readonly Line[];
  readonly changes: readonly Change[];
}

export interface Varying {
  readonly name: string;
  readonly examples: readonly string[];
}

export interface Shape {
  readonly id: string;
  readonly before: string;
  readonly after: string;
  readonly count: number;
  readonly paths: readonly string[];
  readonly varying: readonly Varying[];
  readonly methods: readonly string[];
  readonly rules: readonly number[];
  readonly cases: readonly string[];
  readonly example: { readonly path: string; readonly hunk: Hunk } | null;
  readonly decision: Decision;
}

export interface Site {
  readonly line: number;
  readonly column: number;
  readonly status: string;
  readonly reason: string;
  readonly by: string;
}

/** One place where the last part of a target stands in the text before, and what became of it. */
export interface Word {
  readonly line: number;
  readonly column: number;
  readonly name: string;
  readonly fate: string;
  readonly why: string;
}

export interface File {
  readonly path: string;
  readonly status: string;
  readonly insertions: number;
  readonly deletions: number;
  readonly reason: string;
  readonly detail: string;
  readonly warnings: readonly string[];
  readonly breaches: readonly { readonly line: number; readonly kind: string; readonly message: string }[];
  readonly sites: readonly Site[];
  readonly words: readonly Word[];
  readonly shapes: readonly string[];
  readonly decision: Decision;
}

export interface Method {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

export interface Case {
  readonly name: string;
  readonly before: string;
  readonly after: string | null;
  readonly line: number;
}

export interface Script {
  readonly name: string;
  readonly path: string | null;
  readonly digest: string;
  readonly summary: string;
  readonly request: string | null;
  readonly rules: readonly string[];
  readonly model: string | null;
  readonly edited: boolean;
  readonly source: string;
  readonly methods: readonly Method[];
  readonly cases: readonly Case[];
}

export interface Review {
  readonly schema: 1;
  readonly script: Script;
  readonly base: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly strict: boolean;
  readonly shapes: readonly Shape[];
  readonly files: readonly File[];
  readonly unread: readonly { readonly path: string; readonly words: readonly Word[] }[];
}
