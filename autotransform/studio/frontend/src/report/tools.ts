/** The bar at the top: filter, view, colours, printing, help. */

import { make } from "../shared/element";
import { countOf } from "../shared/text";
import type { Filter, Status } from "./filter";
import { type Theme, nextTheme, readTheme, setTheme } from "./theme";
import { nameShape, shorten } from "./why";
import type { View } from "./view";

export interface Actions {
  /** The filter changed. */
  readonly filter: () => void;
  readonly split: (split: boolean) => void;
  readonly print: () => void;
  readonly help: () => void;
}

const STATUSES: readonly (readonly [Status, string])[] = [
  ["all", "All files"],
  ["changed", "Changed"],
  ["notes", "With something to look at"],
  ["failed", "Failed or skipped"],
  ["uncovered", "No case covers it"],
];

export class Tools {
  readonly search: HTMLInputElement;
  readonly #status: HTMLSelectElement;
  readonly #chips: HTMLElement;
  readonly #count: HTMLElement;
  readonly #views: readonly [HTMLButtonElement, HTMLButtonElement];

  constructor(readonly view: View, readonly actions: Actions) {
    this.search = make("input", { type: "search", id: "search", placeholder: "Path or text  /", "aria-label": "Filter by path, or by text in a diff", autocomplete: "off", spellcheck: "false", oninput: () => this.#typed() });
    this.#status = make("select", { "aria-label": "Which files", onchange: () => this.#chosen() }, ...STATUSES.map(([value, label]) => make("option", { value }, label)));
    this.#chips = make("span", { class: "chips" });
    this.#count = make("span", { class: "shown", role: "status" });
    this.#views = [this.#viewButton("Unified", false), this.#viewButton("Side by side", true)];
    const place = document.getElementById("tools");
    place?.append(
      this.search,
      this.#status,
      this.#chips,
      this.#count,
      make("span", { class: "spring" }),
      make("span", { class: "switch", role: "group", "aria-label": "Diffs" }, ...this.#views),
      this.#themeButton(),
      make("button", { type: "button", id: "print", title: "Draw every file that is shown, and print", onclick: actions.print }, "Print"),
      make("button", { type: "button", id: "help", "aria-label": "Keys", title: "Keys (?)", onclick: actions.help }, "?"),
    );
    place?.removeAttribute("hidden");
    this.update();
  }

  /** Shows what the filter is, how many files pass it, and in how many lines a text was found. */
  update(places = 0): void {
    const { filter, shown, store } = this.view;
    const all = store.index.files.length;
    this.#count.textContent = shown.length === all ? countOf(all, "file") : `${shown.length.toLocaleString("en")} of ${countOf(all, "file")}`;
    if (places > 0) this.#count.textContent += `, ${countOf(places, "line")}`;
    this.#status.value = filter.status;
    if (this.search.value !== filter.text) this.search.value = filter.text;
    for (const [index, button] of this.#views.entries()) button.setAttribute("aria-pressed", String(this.view.split === (index === 1)));
    const shape = store.index.shapes.find((each) => each.id === filter.shape);
    this.#chips.replaceChildren(
      ...(shape ? [this.#chip("shape", shorten(nameShape(shape)))] : []),
      ...(filter.method ? [this.#chip("method", filter.method)] : []),
    );
  }

  #chip(key: "shape" | "method", text: string): HTMLElement {
    const drop = () => {
      this.view.filter[key] = "";
      this.actions.filter();
      this.search.focus();
    };
    return make("button", { type: "button", class: "chip", "aria-label": `Show not only ${key} ${text}`, onclick: drop }, text, make("span", { "aria-hidden": "true" }, "\u00d7"));
  }

  #viewButton(label: string, split: boolean): HTMLButtonElement {
    return make("button", { type: "button", onclick: () => this.actions.split(split) }, label);
  }

  #themeButton(): HTMLButtonElement {
    let theme: Theme = readTheme();
    setTheme(theme);
    const button = make("button", { type: "button", id: "theme" });
    const show = () => {
      button.textContent = { system: "\u25d0", light: "\u2600", dark: "\u263e" }[theme];
      button.setAttribute("aria-label", `Colours: ${theme === "system" ? "as the system has them" : theme}`);
      button.title = button.getAttribute("aria-label") ?? "";
    };
    button.addEventListener("click", () => {
      theme = nextTheme(theme);
      setTheme(theme);
      show();
    });
    show();
    return button;
  }

  #typed(): void {
    this.#set({ text: this.search.value.trim() });
  }

  #chosen(): void {
    this.#set({ status: this.#status.value as Status });
  }

  #set(part: Partial<Filter>): void {
    Object.assign(this.view.filter, part);
    this.actions.filter();
  }
}
