/** The places of the page: script and cases on the left, results on the right, the state at the foot. */

import { make } from "../shared/element";
import { showText } from "../shared/text";
import type { State } from "./server";

export interface Parts {
  readonly banner: HTMLElement;
  readonly wishes: HTMLElement | null;
  readonly cases: HTMLElement;
  readonly results: HTMLElement;
  readonly status: HTMLElement;
  readonly onSave: () => void;
  readonly onApply: () => void;
  readonly onClose: () => void;
}

export interface Places {
  readonly script: HTMLElement;
  readonly notice: HTMLElement;
}

export function buildPage(state: State, parts: Parts): Places {
  const script = make("div", { class: "script" });
  const notice = make("div", { class: "notice", role: "status" });
  parts.results.querySelector(".panel-head")?.after(notice);
  const left = make("section", { class: "left", "aria-label": "Script and cases" }, parts.wishes, script, parts.cases);
  document.body.append(drawHeader(state, parts), parts.banner, make("main", {}, left, parts.results), parts.status);
  return { script, notice };
}

function drawHeader(state: State, parts: Parts): HTMLElement {
  const at = [state.branch, state.head.slice(0, 10)].filter(Boolean).join(" \u00b7 ");
  return make(
    "header",
    {},
    make("h1", {}, showText(state.name)),
    make("span", { class: "path", title: showText(state.root) }, showText(state.path)),
    make("span", { class: "spacer" }),
    at && make("span", { class: "base", title: "What the script runs on" }, showText(at)),
    make("button", { type: "button", class: "quiet", title: "End the server; what you typed is kept", onclick: parts.onClose }, "Close"),
    make("button", { type: "button", title: "Save the script (Ctrl+S)", onclick: parts.onSave }, "Save"),
    make("button", { type: "button", class: "primary", title: "Apply to a branch (Ctrl+Enter)", onclick: parts.onApply }, "Apply \u2026"),
  );
}

/** The server was told to end: nothing on the page works any more. */
export function showGoodbye(): void {
  document.body.replaceChildren(
    make("main", { class: "closed" }, make("h1", {}, "The review is closed"), make("p", {}, "What you typed and did not save is there the next time. This tab can be closed.")),
  );
}
