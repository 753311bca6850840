/** Modal dialogs on the browser's own element: focus stays inside, Escape leaves, focus comes back. */

import { make } from "../shared/element";

export interface Choice<Value> {
  readonly label: string;
  readonly value: Value;
  readonly kind?: "primary" | "danger";
}

export interface Question<Value> {
  readonly title: string;
  readonly contents: readonly Node[];
  readonly choices: readonly Choice<Value>[];
  readonly wide?: boolean;
  /** Called once the dialog stands, for contents that need to be measured. */
  readonly onOpen?: () => void;
}

let made = 0;

/** Shows the dialog until the person chooses; null where they leave without choosing. */
export function askPerson<Value>(question: Question<Value>): Promise<Value | null> {
  const opener = document.activeElement;
  made += 1;
  const id = `dialog-${made}`;
  return new Promise((resolve) => {
    let chosen: Value | null = null;
    const dialog = make("dialog", { class: question.wide ? "wide" : null, "aria-labelledby": id });
    const choose = (value: Value): void => {
      chosen = value;
      dialog.close();
    };
    const buttons = question.choices.map((choice) =>
      make("button", { type: "button", class: choice.kind ?? null, onclick: () => choose(choice.value) }, choice.label),
    );
    const body = make("div", { class: "dialog-body", tabindex: 0, role: "group", "aria-labelledby": id }, ...question.contents);
    dialog.append(make("h2", { id }, question.title), body, make("div", { class: "dialog-choices" }, ...buttons));
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
      resolve(chosen);
    });
    document.body.append(dialog);
    dialog.showModal();
    (buttons.at(-1) ?? dialog).focus();
    question.onOpen?.();
  });
}

/** A command to copy, with its button. */
export function showCommand(command: string): HTMLElement {
  const copied = make("button", { type: "button", "aria-label": `Copy: ${command}` }, "Copy");
  copied.addEventListener("click", () => {
    void navigator.clipboard.writeText(command).then(
      () => (copied.textContent = "Copied"),
      () => (copied.textContent = "Select it by hand"),
    );
  });
  return make("div", { class: "command" }, make("code", {}, command), copied);
}
