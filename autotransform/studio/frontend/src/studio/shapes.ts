/** One shape: what kind of change it is, how often, why, and its files below when it is opened. */

import { drawHunk } from "../shared/diff";
import type { File, Shape } from "../shared/document";
import { make } from "../shared/element";
import { countOf, showText } from "../shared/text";
import { drawCode, drawProse } from "./code";
import type { Desk } from "./desk";
import { drawCaseButtons, firstLine, lightOnPoint } from "./hunks";
import { drawReasons, drawVerdict } from "./verdicts";

export interface Opening {
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

export function drawShape(desk: Desk, shape: Shape, opening: Opening, drawFiles: () => Node): HTMLElement {
  const name = nameShape(shape);
  const verdict = drawVerdict(desk, "shapes", [shape.id], { name });
  const toggle = make(
    "button",
    { type: "button", class: "opener", "data-row": true, "aria-expanded": String(opening.isOpen), "aria-label": `${name}: ${countShape(shape)}`, onclick: opening.onToggle },
    make("span", { class: "shape-code" }, ...drawSides(shape)),
  );
  const meta = make("div", { class: "row-meta" }, make("span", { class: "shape-count" }, countShape(shape)), drawReasons(desk, shape.methods, shape.cases));
  const item = make(
    "li",
    { class: "row shape", "data-shape": shape.id },
    make("div", { class: "row-head" }, toggle, verdict),
    meta,
  );
  const decision = desk.ledger.of("shapes", shape.id);
  item.classList.toggle("refused", decision === "no");
  item.classList.toggle("accepted", decision === "yes");
  lightOnPoint(desk, item, shape.methods);
  if (opening.isOpen) item.append(drawDetails(desk, shape), drawFiles());
  return item;
}

function drawSides(shape: Shape): Node[] {
  if (!shape.before) return [make("span", { class: "sign added" }, "+"), drawCode(shape.after, "side after")];
  if (!shape.after) return [make("span", { class: "sign removed" }, "\u2212"), drawCode(shape.before, "side before")];
  return [drawCode(shape.before, "side before"), make("span", { class: "arrow", "aria-hidden": true }, "\u2192"), drawCode(shape.after, "side after")];
}

function drawDetails(desk: Desk, shape: Shape): Node {
  const rules = shape.rules
    .map((index) => desk.run.review?.script.rules[index])
    .filter((rule): rule is string => rule !== undefined)
    .map((rule) => make("p", { class: "rule" }, ...drawProse(rule)));
  const varying = shape.varying.map((part) =>
    make("div", { class: "varying" }, make("code", {}, showText(part.name)), " stands for ", ...between(part.examples.map((each) => make("code", {}, showText(each))), ", ")),
  );
  const details = make("div", { class: "shape-details" }, ...rules, ...varying);
  if (shape.example) {
    const where = `${showText(shape.example.path)}:${firstLine(shape.example.hunk)}`;
    details.append(
      make("div", { class: "hunk-head" }, make("span", { class: "hunk-place" }, `for example ${where}`), drawCaseButtons(desk, { shape: shape.id }, where)),
      make("div", { class: "hunk-lines" }, drawHunk(shape.example.hunk, { split: desk.split, label: `Example, ${where}` })),
    );
  }
  return details;
}

function between(nodes: readonly Node[], separator: string): (Node | string)[] {
  return nodes.flatMap((node, index) => (index > 0 ? [separator, node] : [node]));
}

export function nameShape(shape: Shape): string {
  return showText([shape.before, shape.after].filter(Boolean).join(" \u2192 "));
}

function countShape(shape: Shape): string {
  return `${countOf(shape.count, "change")} in ${countOf(shape.paths.length, "file")}`;
}

/** One file, opened to its hunks; within a shape, only the hunks of that shape. */
export function drawFile(desk: Desk, file: Pick<File, "path"> & Partial<File>, opening: Opening, contents: readonly Node[]): HTMLElement {
  const name = showText(file.path);
  const cut = name.lastIndexOf("/") + 1;
  const toggle = make(
    "button",
    { type: "button", class: "opener file-name", "data-row": true, "aria-expanded": String(opening.isOpen), onclick: opening.onToggle },
    make("span", { class: "folder" }, name.slice(0, cut)),
    make("span", {}, name.slice(cut)),
  );
  const head = make("div", { class: "row-head" }, toggle);
  if (file.insertions !== undefined && file.deletions !== undefined) {
    head.append(make("span", { class: "stat" }, make("span", { class: "plus" }, `+${file.insertions}`), " ", make("span", { class: "minus" }, `\u2212${file.deletions}`)));
  }
  head.append(drawVerdict(desk, "files", [file.path], { name }));
  const item = make("li", { class: "row file", "data-path": file.path }, head, ...(opening.isOpen ? contents : []));
  item.classList.toggle("refused", desk.ledger.of("files", file.path) === "no");
  item.classList.toggle("accepted", desk.ledger.of("files", file.path) === "yes");
  return item;
}
