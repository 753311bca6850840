/** The review page: puts the parts together, and says what follows when the person types, decides or asks. */

import { make } from "../shared/element";
import { showText } from "../shared/text";
import { announce, installAnnouncer } from "./announcer";
import { Review } from "./review";
import { Refusal, server } from "./server";

async function open(): Promise<void> {
  installAnnouncer();
  try {
    const state = await server.state();
    document.title = `${state.name} \u2013 AutoTransform`;
    new Review(state).start();
  } catch (error) {
    showClosed(error);
  }
}

/** The page cannot begin: says what to do. */
function showClosed(error: unknown): void {
  const said = error instanceof Error ? error.message : String(error);
  const known = error instanceof Refusal ? error.fault.hint : "";
  const hint = known || "Start it again: autotransform review NAME";
  document.body.append(make("main", { class: "closed" }, make("h1", {}, "This page cannot be opened"), make("p", {}, showText(said)), make("p", {}, showText(hint))));
  announce(said);
}

void open();
