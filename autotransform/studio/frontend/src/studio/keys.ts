/** Everything by keyboard: shortcuts that hold everywhere, and single keys while the focus is in the results. */

import { make } from "../shared/element";
import { askPerson } from "./dialog";

export interface Actions {
  readonly toScript: () => void;
  readonly toResults: () => void;
  readonly toCases: () => void;
  readonly toWish: () => void;
  readonly save: () => void;
  readonly apply: () => void;
  readonly undo: () => void;
  readonly nextView: () => void;
  readonly toggleSplit: () => void;
  readonly focusFilter: () => void;
}

const HELP: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    "Everywhere",
    [
      ["Alt+1", "to the script"],
      ["Alt+2", "to the results"],
      ["Alt+3", "to the cases"],
      ["Alt+4", "to the wish for the model"],
      ["Ctrl+S", "save the script"],
      ["Ctrl+Enter", "apply to a branch"],
    ],
  ],
  [
    "In the results",
    [
      ["j  k", "next and previous row"],
      ["Enter", "open or close a row"],
      ["y  n", "accept, refuse; again takes it back"],
      ["u", "undo the last decision"],
      ["c  x", "add as a case that changes, that must not"],
      ["m", "to the method that made it"],
      ["g", "shapes, files, left alone"],
      ["d", "one above the other, side by side"],
      ["/", "filter"],
      ["?", "these keys"],
    ],
  ],
  [
    "In the script",
    [
      ["Alt+M", "show what the method at the cursor made"],
      ["F8", "next problem"],
      ["Ctrl+Space", "complete"],
      ["Esc, Tab", "leave the editor"],
    ],
  ],
];

export function installKeys(actions: Actions): void {
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const pressed = chooseAction(event, actions);
    if (!pressed) return;
    event.preventDefault();
    pressed();
  });
}

function chooseAction(event: KeyboardEvent, actions: Actions): (() => void) | null {
  const control = event.ctrlKey || event.metaKey;
  if (control && !event.altKey && event.key === "s") return actions.save;
  if (control && !event.altKey && event.key === "Enter") return actions.apply;
  if (event.altKey && !control) {
    const places: Record<string, () => void> = { Digit1: actions.toScript, Digit2: actions.toResults, Digit3: actions.toCases, Digit4: actions.toWish };
    return places[event.code] ?? null;
  }
  if (control || isWriting(event.composedPath()[0])) return null;
  if (event.key === "?") return () => void showHelp();
  return chooseRowAction(event, actions);
}

/** Single keys act only while the focus is in a panel of rows, so that they are never pressed by mistake. */
function chooseRowAction(event: KeyboardEvent, actions: Actions): (() => void) | null {
  const panel = event.target instanceof Element ? event.target.closest<HTMLElement>("#results, #cases") : null;
  if (!panel) return null;
  const press = (selector: string) => () => findInRow(selector)?.click();
  const keys: Record<string, () => void> = {
    j: () => step(panel, 1),
    k: () => step(panel, -1),
    y: press("[data-verdict=yes]"),
    n: press("[data-verdict=no]"),
    c: press("[data-case=positive]"),
    x: press("[data-case=negative]"),
    m: press(".link.method"),
    u: actions.undo,
    g: actions.nextView,
    d: actions.toggleSplit,
    "/": actions.focusFilter,
  };
  return keys[event.key] ?? null;
}

/** Finds a button of the row with the focus, or where it has none, of the rows around it; a verdict is the row's own. */
function findInRow(selector: string): HTMLElement | null {
  let row = document.activeElement?.closest<HTMLElement>(".hunk, .row") ?? null;
  while (row) {
    const found = row.querySelector<HTMLElement>(selector);
    if (found || selector.includes("verdict")) return found?.closest(".hunk, .row") === row ? found : null;
    row = row.parentElement?.closest<HTMLElement>(".hunk, .row") ?? null;
  }
  return null;
}

function step(panel: HTMLElement, direction: 1 | -1): void {
  const rows = [...panel.querySelectorAll<HTMLElement>("[data-row]")];
  const here = document.activeElement?.closest(".hunk, .row, .case");
  const current = rows.findIndex((row) => row === document.activeElement || (here && row.closest(".hunk, .row, .case") === here));
  const target = rows[current < 0 ? 0 : Math.min(Math.max(current + direction, 0), rows.length - 1)];
  target?.focus();
  target?.scrollIntoView({ block: "nearest" });
}

/** Whether letters are text there. The path of an event leads into the editor's shadow, its target does not. */
function isWriting(target: EventTarget | undefined): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

export async function showHelp(): Promise<void> {
  const groups = HELP.map(([title, keys]) =>
    make(
      "section",
      {},
      make("h3", {}, title),
      make("dl", {}, ...keys.flatMap(([key, said]) => [make("dt", {}, ...key.split("  ").map((each) => make("kbd", {}, each))), make("dd", {}, said)])),
    ),
  );
  await askPerson({ title: "Keys", contents: [make("div", { class: "help" }, ...groups)], choices: [{ label: "Close", value: null }] });
}
