/** What stands above a hunk: which method and shape it is of, and which case covers it. */

import type { Change, Hunk } from "../shared/document";
import { type Content, make } from "../shared/element";
import type { Index } from "./store";

const MOST = 4;
const LONGEST = 44;

export function drawWhy(hunk: Hunk, index: Index): HTMLElement {
  const changes = [...new Map(hunk.changes.map((change) => [`${change.shape} ${change.methods.join()}`, change])).values()];
  const chips = changes.slice(0, MOST).map((change) => drawChange(change, index));
  if (changes.length > MOST) chips.push(make("span", { class: "reason" }, `and ${changes.length - MOST} more`));
  return make("div", { class: "why" }, make("span", { class: "heading" }, hunk.heading || `line ${hunk.before}`), make("span", { class: "whys" }, ...chips));
}

function drawChange(change: Change, index: Index): HTMLElement {
  const shape = index.shapes.find((each) => each.id === change.shape);
  const methods = change.methods.flatMap((name): Content[] => [drawMethod(name, index), " "]);
  return make(
    "span",
    { class: "reason" },
    ...methods,
    shape && make("a", { class: "of-shape", href: `#shape-${shape.id}`, title: `${shape.before || "nothing"} becomes ${shape.after || "nothing"}` }, shorten(nameShape(shape)), make("span", { class: "count" }, shape.count.toLocaleString("en"))),
    " ",
    drawCase(change.cases, index),
    change.decision === "no" && make("span", { class: "badge bad" }, "refused"),
  );
}

function drawCase(cases: readonly string[], index: Index): HTMLElement {
  const [first] = cases;
  if (first === undefined) return make("span", { class: "badge warn" }, "no case");
  const line = Object.hasOwn(index.cases, first) ? index.cases[first] : undefined;
  return make(line ? "a" : "span", { class: "case", title: cases.join(", "), href: line && `#L${line}` }, `case ${shorten(first)}`);
}

function drawMethod(name: string, index: Index): HTMLElement {
  const method = index.methods.find((each) => each.name === name);
  if (!method) return make("span", { class: "by" }, name);
  return make("a", { class: "by", href: `#L${method.first}`, title: `line ${method.first} of the script` }, name, make("span", { class: "count" }, `:${method.first}`));
}

export function nameShape({ before, after }: { before: string; after: string }): string {
  if (before === after) return before === "(layout)" ? "layout only" : before;
  if (!before) return `added ${after}`;
  return after ? `${before} \u2192 ${after}` : `removed ${before}`;
}

export function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}\u2026` : line;
}
