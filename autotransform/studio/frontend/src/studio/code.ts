/** Pieces of code as text nodes with colours, for everything outside the editor. */

import { drawText } from "../shared/diff";
import { colourLines } from "../shared/highlight";
import { make } from "../shared/element";
import { showText } from "../shared/text";

/** Code of a few lines, coloured. */
export function drawCode(text: string, kind: string): HTMLElement {
  const code = make("code", { class: kind });
  const lines = text.split("\n");
  const tokens = colourLines(lines);
  for (const [index, line] of lines.entries()) {
    if (index > 0) code.append("\n");
    code.append(drawText(line, tokens[index] ?? [], []));
  }
  return code;
}

/** Prose in which code stands in backquotes, one or two. */
export function drawProse(text: string): Node[] {
  return showText(text)
    .split(/(``[^`]+``|`[^`]+`)/)
    .map((part) => (part.startsWith("`") && part.endsWith("`") && part.length > 2 ? make("code", {}, part.replaceAll("`", "")) : document.createTextNode(part)));
}
