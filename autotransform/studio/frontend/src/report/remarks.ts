/** What there is to say about a line, below that line of a diff, too. */

import { make } from "../shared/element";

export function placeRemarks(file: HTMLElement, hunk: HTMLElement): void {
  const notes = file.querySelectorAll<HTMLElement>(".note[data-before]");
  if (notes.length === 0) return;
  const rows = new Map<string, HTMLTableRowElement>();
  for (const row of hunk.querySelectorAll("tr")) {
    const line = row.cells[0]?.textContent;
    if (line) rows.set(line, row);
  }
  for (const note of notes) {
    const row = rows.get(note.dataset["before"] ?? "");
    if (!row) continue;
    const text = note.cloneNode(true) as HTMLElement;
    text.querySelector(".where")?.remove();
    row.after(make("tr", { class: "remark" }, make("td", { colspan: row.cells.length }, text)));
  }
}
