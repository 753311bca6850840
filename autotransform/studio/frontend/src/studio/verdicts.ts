/** The buttons for yes and no, and the words that say why a change is there. */

import type { Decision } from "../shared/document";
import { make } from "../shared/element";
import { showText } from "../shared/text";
import type { Kind } from "./decisions";
import type { Desk } from "./desk";

interface About {
  /** What is decided on, for those who hear the button. */
  readonly name: string;
  /** Why nothing can be decided here, in words; null where it can. */
  readonly above?: string | null;
}

/** Draws yes and no; the state is in the buttons (pressed), so that it is seen and heard alike. */
export function drawVerdict(desk: Desk, kind: Kind, ids: readonly string[], about: About): HTMLElement {
  if (about.above) return make("span", { class: "verdict-note" }, about.above);
  const button = (decision: Decision, label: string, title: string): HTMLElement =>
    make(
      "button",
      {
        type: "button",
        class: `verdict ${decision ?? ""}`,
        title,
        "data-verdict": decision,
        "aria-label": `${label}: ${about.name}`,
        "aria-pressed": String(ids.every((id) => desk.ledger.of(kind, id) === decision)),
        onclick: () => desk.decide(kind, ids, decision),
      },
      label,
    );
  return make("span", { class: "verdicts" }, button("yes", "Accept", "Accept (y)"), button("no", "Refuse", "Refuse (n): it is left as it was"));
}

/** Draws which methods made a change and which cases hold it, each a link to its place. */
export function drawReasons(desk: Desk, methods: readonly string[], cases: readonly string[]): HTMLElement {
  const reasons = make("span", { class: "reasons" });
  for (const name of methods) {
    const title = `Go to ${name} in the script (m)`;
    reasons.append(make("button", { type: "button", class: "link method", title, onclick: () => desk.goToMethod(name) }, showText(name)));
  }
  const [first, ...others] = cases;
  if (first === undefined) {
    reasons.append(make("span", { class: "uncovered", title: "No case of the script holds this kind of change" }, "no case"));
  } else {
    const title = `Held by the case ${showText(first)}${others.length > 0 ? ` and ${others.length} more` : ""}`;
    reasons.append(make("button", { type: "button", class: "link covering", title, onclick: () => desk.goToCase(first) }, `case: ${showText(first)}`));
  }
  return reasons;
}
