/** Syntax colours of Python, for lines that need not be a whole file. */

import { highlightTree, tagHighlighter, tags } from "@lezer/highlight";
import { parser } from "@lezer/python";

/** Characters [from, to) of a line, and what they are: the class is `tok-` and the kind. */
export interface Token {
  readonly from: number;
  readonly to: number;
  readonly kind: string;
}

/** More text than this is shown without colours: a parse of it would be felt. */
const LONGEST = 400_000;

const HIGHLIGHTER = tagHighlighter([
  { tag: [tags.keyword, tags.controlKeyword, tags.operatorKeyword, tags.definitionKeyword, tags.moduleKeyword, tags.modifier], class: "keyword" },
  { tag: [tags.string, tags.special(tags.string), tags.escape], class: "string" },
  { tag: tags.number, class: "number" },
  { tag: tags.comment, class: "comment" },
  { tag: [tags.bool, tags.null, tags.self], class: "constant" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.function(tags.definition(tags.variableName))], class: "function" },
  { tag: [tags.definition(tags.className), tags.typeName, tags.meta], class: "type" },
]);

/** The tokens of each line; lines are parsed together, so that a string over several of them is one. */
export function colourLines(lines: readonly string[]): Token[][] {
  const tokens: Token[][] = lines.map(() => []);
  const text = lines.join("\n");
  if (text.length > LONGEST) return tokens;
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += line.length + 1;
  }
  let row = 0;
  highlightTree(parser.parse(text), HIGHLIGHTER, (from, to, kind) => {
    while (row + 1 < starts.length && (starts[row + 1] as number) <= from) row += 1;
    for (let index = row; index < lines.length && (starts[index] as number) < to; index += 1) {
      const start = starts[index] as number;
      const end = start + (lines[index] as string).length;
      if (from < end && to > start) tokens[index]?.push({ from: Math.max(from, start) - start, to: Math.min(to, end) - start, kind });
    }
  });
  return tokens;
}
