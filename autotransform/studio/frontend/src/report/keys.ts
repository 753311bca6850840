/** The keyboard: everything that the mouse does, and how to learn of it. */

import { make } from "../shared/element";

export type Keys = Readonly<Record<string, readonly [what: string, act: () => void]>>;

export function listenToKeys(keys: Keys): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const target = event.target as HTMLElement;
    const isTyping = target.matches("input, select, textarea");
    if (isTyping && event.key !== "Escape" && event.key !== "Enter") return;
    if (event.key === "Enter" && !(target.matches("input"))) return;
    const found = keys[event.key];
    if (!found) return;
    event.preventDefault();
    found[1]();
  });
}

export function makeHelp(keys: Keys): HTMLDialogElement {
  const rows = new Map<string, string[]>();
  for (const [key, [what]] of Object.entries(keys)) if (what) rows.set(what, [...(rows.get(what) ?? []), key]);
  const list = make("dl", {});
  for (const [what, names] of rows) {
    list.append(make("div", {}, make("dt", {}, ...names.flatMap((name) => [make("kbd", {}, name), " "])), make("dd", {}, what)));
  }
  const dialog = make("dialog", { "aria-labelledby": "keys-title" });
  dialog.append(
    make("h2", { id: "keys-title" }, "Keys"),
    list,
    make("form", { method: "dialog" }, make("button", { type: "button", onclick: () => dialog.close() }, "Close")),
  );
  document.body.append(dialog);
  return dialog;
}
