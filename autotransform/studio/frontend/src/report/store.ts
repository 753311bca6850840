/** What the report holds: the index, read at once, and the hunks, unpacked from the page itself when asked for. */

import type { Change, Decision, Hunk, Line, Mark, Method } from "../shared/document";

export interface IndexedFile {
  readonly path: string;
  readonly status: string;
  /** The part of the page that holds its hunks. */
  readonly part: number;
  /** How many lines each of its hunks has. */
  readonly rows: readonly number[];
  readonly shapes: readonly string[];
  readonly methods: readonly string[];
}

export interface IndexedShape {
  readonly id: string;
  readonly count: number;
  readonly before: string;
  readonly after: string;
  readonly methods: readonly string[];
  readonly cases: readonly string[];
}

export interface Index {
  readonly files: readonly IndexedFile[];
  readonly shapes: readonly IndexedShape[];
  readonly methods: readonly Method[];
  /** The line of the script at which each case begins. */
  readonly cases: Readonly<Record<string, number>>;
  readonly examples: readonly Hunk[];
}

type PackedLine = [kind: number, text: string, marks?: Mark[] | 1, last?: 1];
type PackedChange = [shape: string, key: string, methods: string[], cases: string[], decision: Decision];
type PackedHunk = [before: number, after: number, heading: string, lines: PackedLine[], changes: PackedChange[]];

const KINDS = ["context", "removed", "added"] as const;

export class Store {
  readonly index: Index;
  readonly #firsts: number[] = [];
  readonly #parts = new Map<number, Promise<Hunk[][]>>();

  constructor() {
    this.index = JSON.parse(document.getElementById("index")?.textContent ?? "{}") as Index;
    this.index.files.forEach((file, number) => (this.#firsts[file.part] ??= number));
  }

  /** The hunks of a file, unpacked with those of its neighbours. */
  async loadHunks(file: number): Promise<readonly Hunk[]> {
    const part = this.index.files[file]?.part ?? 0;
    let loading = this.#parts.get(part);
    if (!loading) {
      loading = unpack(part);
      this.#parts.set(part, loading);
    }
    return (await loading)[file - (this.#firsts[part] ?? 0)] ?? [];
  }
}

async function unpack(part: number): Promise<Hunk[][]> {
  const text = document.getElementById(`part${part}`)?.textContent ?? "";
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const packed = JSON.parse(await new Response(stream).text()) as PackedHunk[][];
  return packed.map((hunks) => hunks.map(readHunk));
}

function readHunk([before, after, heading, lines, changes]: PackedHunk): Hunk {
  return { before, after, heading, lines: lines.map(readLine), changes: changes.map(readChange) };
}

function readLine([kind, text, marks, last]: PackedLine): Line {
  const isLast = last === 1 || marks === 1;
  return { kind: KINDS[kind] ?? "context", text, marks: Array.isArray(marks) ? marks : [], newline: !isLast };
}

function readChange([shape, key, methods, cases, decision]: PackedChange): Change {
  return { shape, key, methods, cases, decision };
}
