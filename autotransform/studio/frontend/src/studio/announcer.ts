/** One live region, so that what changes on the page is also heard. */

import { make } from "../shared/element";

const REGION = make("div", { class: "unseen", role: "status", "aria-live": "polite" });

export function installAnnouncer(): void {
  document.body.append(REGION);
}

/** Says a sentence, unless it was the last one said. */
export function announce(text: string): void {
  if (REGION.textContent !== text) REGION.textContent = text;
}
