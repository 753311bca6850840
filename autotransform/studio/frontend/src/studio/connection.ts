/** Whether the server is there; while it is not, a banner says so and the page keeps asking. */

import { make } from "../shared/element";
import { showText } from "../shared/text";
import { Gone, Refusal, server } from "./server";

/** Milliseconds between two questions. */
const PAUSE = 1_000;

export class Connection {
  readonly banner = make("div", { class: "banner", role: "alert", hidden: true });
  readonly #source: () => string;
  readonly #onBack: () => void;
  #isWaiting = false;

  constructor(source: () => string, onBack: () => void) {
    this.#source = source;
    this.#onBack = onBack;
  }

  /** The server did not answer: says so, and asks until it does. */
  lose(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#show("The server is gone. What you type is kept on this page until it is back.");
    this.#waitAndAsk();
  }

  #waitAndAsk(): void {
    setTimeout(() => void this.#ask(), PAUSE);
  }

  async #ask(): Promise<void> {
    try {
      await server.state();
    } catch (error) {
      if (error instanceof Refusal && error.status === 403) {
        this.#show("The server was started anew. Open the address that it printed in this tab; nothing is lost by that.");
      } else if (!(error instanceof Gone)) {
        this.#show(showText(error instanceof Error ? error.message : String(error)));
      }
      return this.#waitAndAsk();
    }
    this.#isWaiting = false;
    this.banner.hidden = true;
    this.#onBack();
  }

  #show(text: string): void {
    const copy = make("button", { type: "button", onclick: () => void navigator.clipboard.writeText(this.#source()) }, "Copy the script");
    this.banner.replaceChildren(make("span", {}, text), copy);
    this.banner.hidden = false;
  }
}
