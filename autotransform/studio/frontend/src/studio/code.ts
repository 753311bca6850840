/** Pieces of code as text nodes with colours, for everything outside the editor. */

import { drawText } from "../shared/diff";
import { colourLines } from "../shared/highlight";
import { make } from "../shared/element";

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
