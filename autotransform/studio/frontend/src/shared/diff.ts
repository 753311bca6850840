/** Draws hunks as tables, unified or side by side, with syntax colours and what differs in a line. */

import type { Hunk, Line, Mark } from "./document";
import { make } from "./element";
import { type Token, colourLines } from "./highlight";

export interface DiffOptions {
  /** Side by side. */
  readonly split: boolean;
  /** What the table is called. */
  readonly label?: string;
}

interface Row {
  readonly line: Line;
  /** Of the line in its hunk. */
  readonly index: number;
  readonly old: number;
  readonly new: number;
  readonly tokens: readonly Token[];
}

const SIGNS = { context: " ", removed: "\u2212", added: "+" } as const;

export function drawHunk(hunk: Hunk, { split, label }: DiffOptions): HTMLTableElement {
  const rows = readRows(hunk);
  const body = make("tbody", {}, ...(split ? splitRows(rows) : rows.map(unifiedRow)));
  return make("table", { class: `diff ${split ? "split" : "unified"}`, "aria-label": label }, body);
}

/** The text of a line, coloured, with its marks; both must be in order. */
export function drawText(text: string, tokens: readonly Token[], marks: readonly Mark[]): DocumentFragment {
  const drawn = document.createDocumentFragment();
  const spans = marks.length > 0 ? unitsOf(text, marks) : [];
  let at = 0;
  for (const [from, to] of spans) {
    appendTokens(drawn, text, tokens, at, from);
    const mark = make("mark");
    appendTokens(mark, text, tokens, from, to);
    drawn.append(mark);
    at = to;
  }
  appendTokens(drawn, text, tokens, at, text.length);
  return drawn;
}

function appendTokens(parent: Node, text: string, tokens: readonly Token[], from: number, to: number): void {
  let at = from;
  for (const token of tokens) {
    const start = Math.max(token.from, at);
    const end = Math.min(token.to, to);
    if (start >= end) continue;
    if (start > at) parent.appendChild(document.createTextNode(text.slice(at, start)));
    parent.appendChild(make("span", { class: `tok-${token.kind}` }, text.slice(start, end)));
    at = end;
  }
  if (at < to) parent.appendChild(document.createTextNode(text.slice(at, to)));
}

/** Marks count characters; strings here count UTF-16 units, of which some characters take two. */
function unitsOf(text: string, marks: readonly Mark[]): readonly Mark[] {
  if (!/[\ud800-\udbff]/.test(text)) return marks;
  const starts: number[] = [];
  let at = 0;
  for (const character of text) {
    starts.push(at);
    at += character.length;
  }
  const unit = (position: number) => starts[position] ?? text.length;
  return marks.map(([from, to]) => [unit(from), unit(to)]);
}

function readRows(hunk: Hunk): Row[] {
  const sides = (["added", "removed"] as const).map((left) => {
    const lines = hunk.lines.filter((line) => line.kind !== left);
    const tokens = colourLines(lines.map((line) => line.text));
    return new Map(lines.map((line, index) => [line, tokens[index] ?? []]));
  });
  let { before, after } = hunk;
  return hunk.lines.map((line, index) => {
    const row = { line, index, old: before, new: after, tokens: sides[line.kind === "removed" ? 0 : 1]?.get(line) ?? [] };
    if (line.kind !== "added") before += 1;
    if (line.kind !== "removed") after += 1;
    return row;
  });
}

function unifiedRow(row: Row): HTMLTableRowElement {
  const { kind } = row.line;
  return make(
    "tr",
    { class: kind },
    make("td", { class: "number" }, kind === "added" ? "" : String(row.old)),
    make("td", { class: "number" }, kind === "removed" ? "" : String(row.new)),
    make("td", { class: "sign" }, SIGNS[kind]),
    codeCell(row),
  );
}

function splitRows(rows: readonly Row[]): HTMLTableRowElement[] {
  const drawn: HTMLTableRowElement[] = [];
  let removed: Row[] = [];
  let added: Row[] = [];
  const flush = () => {
    for (let index = 0; index < Math.max(removed.length, added.length); index += 1) {
      drawn.push(make("tr", {}, ...halfRow(removed[index], "old"), ...halfRow(added[index], "new")));
    }
    removed = [];
    added = [];
  };
  for (const row of rows) {
    if (row.line.kind === "removed") removed.push(row);
    else if (row.line.kind === "added") added.push(row);
    else {
      flush();
      drawn.push(make("tr", { class: "context" }, ...halfRow(row, "old"), ...halfRow(row, "new")));
    }
  }
  flush();
  return drawn;
}

function halfRow(row: Row | undefined, side: "old" | "new"): HTMLTableCellElement[] {
  if (!row) return [make("td", { class: "number empty" }), make("td", { class: "sign empty" }), make("td", { class: "code empty" })];
  const { kind } = row.line;
  return [make("td", { class: `number ${kind}` }, String(row[side])), make("td", { class: `sign ${kind}` }, SIGNS[kind]), codeCell(row)];
}

function codeCell({ line, index, tokens }: Row): HTMLTableCellElement {
  const cell = make("td", { class: `code ${line.kind}`, "data-line": index }, drawText(line.text, tokens, line.marks));
  if (!line.newline) cell.append(make("i", { class: "note" }, " no line end"));
  return cell;
}
