/** The wish for the model: what should be different, the answer as it comes, and the new version to accept or refuse. */

import { make } from "../shared/element";
import { showText } from "../shared/text";
import { askWhich } from "./comparison";
import { type RefineEvent, server } from "./server";

export interface WishListeners {
  readonly source: () => string;
  readonly onAccept: (source: string) => void;
  readonly onFault: (error: unknown) => void;
}

type Finished = Extract<RefineEvent, { event: "done" }>;

export class Wishes {
  readonly element: HTMLElement;
  readonly #listeners: WishListeners;
  readonly #wish = make("input", { type: "text", name: "wish", placeholder: "Ask the model: what should be different?", "aria-label": "What should be different, for the model", autocomplete: "off" });
  readonly #button = make("button", { type: "submit" }, "Refine");
  readonly #said = make("div", { class: "wish-said", role: "log", "aria-label": "What the model says", tabindex: 0, hidden: true });
  #ending: AbortController | null = null;

  constructor(listeners: WishListeners) {
    this.#listeners = listeners;
    const form = make("form", { class: "wish-form" }, this.#wish, this.#button);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#ending) this.#ending.abort();
      else if (this.#wish.value.trim()) void this.#refine(this.#wish.value.trim());
    });
    this.element = make("div", { class: "wishes" }, form, this.#said);
  }

  focus(): void {
    this.#wish.focus();
  }

  async #refine(wish: string): Promise<void> {
    this.#ending = new AbortController();
    this.#button.textContent = "Stop";
    this.#said.replaceChildren();
    this.#said.hidden = false;
    try {
      const before = this.#listeners.source();
      const finished = await this.#listen(wish, before, this.#ending.signal);
      if (finished) await this.#ask(before, finished);
    } catch (error) {
      if (!this.#ending.signal.aborted) this.#listeners.onFault(error);
    } finally {
      this.#ending = null;
      this.#button.textContent = "Refine";
      this.#said.hidden = true;
    }
  }

  async #listen(wish: string, source: string, signal: AbortSignal): Promise<Finished | null> {
    for await (const event of server.refine(wish, source, signal)) {
      if (event.event === "done") return event;
      if (event.event === "error") throw new Error([event.error.message, event.error.hint].filter(Boolean).join(" "));
      if (event.event === "text") this.#said.append(showText(event.text));
      else this.#said.append(make("p", {}, showText(event.text)));
      this.#said.scrollTop = this.#said.scrollHeight;
    }
    return null;
  }

  async #ask(before: string, finished: Finished): Promise<void> {
    const notes = [...(finished.notes ?? []), ...(finished.conflicts ? [finished.conflicts] : []), ...(finished.problems ?? []).map((problem) => `line ${problem.line}: ${problem.message}`)];
    const accepted = await askWhich({
      title: "The model wrote a new version",
      said: [make("p", {}, "Nothing of it has run here. Read what is different: accepting it lets it run."), ...notes.map((note) => make("p", { class: "remark" }, showText(note)))],
      before: { label: "Yours", text: before },
      after: { label: "The model\u2019s", text: finished.source },
      choices: [
        { label: "Refuse it", value: false },
        { label: "Accept it", value: true, kind: "primary" },
      ],
    });
    if (accepted !== true) return;
    this.#wish.value = "";
    this.#listeners.onAccept(finished.source);
  }
}
