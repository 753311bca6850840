/** The report: what was written into the page is complete without this; here it becomes quick to use. */

import { emptyFilter } from "./filter";
import { type Keys, listenToKeys, makeHelp } from "./keys";
import { openForPrinting, printAll } from "./printing";
import { colourScript, drawExamples, followFiles, linkShapes, openTargets } from "./reading";
import { Search } from "./search";
import { Store } from "./store";
import { Tools } from "./tools";
import { View } from "./view";
import { Walk, reveal } from "./walk";

const WIDE = 1_500;
const PAUSE = 120;

const view = new View(new Store(), { split: innerWidth >= WIDE });
const search = new Search(view);
const walk = new Walk(view);
const tools = new Tools(view, { filter: refilter, split: setSplit, print: () => void printAll(view), help: () => help.showModal() });
let waiting = 0;

const keys: Keys = {
  j: ["Next change", () => void walk.goToChange(1)],
  k: ["Change before", () => void walk.goToChange(-1)],
  "]": ["Next file", () => walk.goToFile(1)],
  "[": ["File before", () => walk.goToFile(-1)],
  "/": ["Filter by path or text", () => tools.search.focus()],
  n: ["Next place where the text is", () => void goToFound(1)],
  N: ["Place before", () => void goToFound(-1)],
  u: ["Side by side, or unified", () => setSplit(!view.split)],
  o: ["Fold or unfold a file", () => walk.toggleFile()],
  s: ["To the shapes", () => goTo("shapes")],
  c: ["To the script", () => goTo("script")],
  Escape: ["Show everything again", clear],
  Enter: ["", () => void goToFound(1)],
  "?": ["These keys", () => help.showModal()],
};
const help = makeHelp(keys);

view.onDrawn = (file) => search.mark(file);
listenToKeys(keys);
openForPrinting();
colourScript();
drawExamples(view);
linkShapes({ showShape: (shape) => showOnly({ shape }), showMethod: (method) => showOnly({ method }) });
openTargets();
followFiles();
document.documentElement.dataset["ready"] = "true";

function refilter(): void {
  clearTimeout(waiting);
  // The rest of the page answers at once; diffs are unpacked and read when typing pauses.
  waiting = window.setTimeout(() => void applyFilter(), view.filter.text ? PAUSE : 0);
}

async function applyFilter(): Promise<void> {
  const matches = await search.find(view.filter.text);
  if (matches === undefined) return;
  search.unmark();
  view.apply(matches);
  tools.update(search.count);
}

function setSplit(split: boolean): void {
  view.split = split;
  view.redraw();
  drawExamples(view);
  tools.update(search.count);
}

function showOnly(part: { shape?: string; method?: string }): void {
  Object.assign(view.filter, emptyFilter(), part);
  void applyFilter().then(() => goTo("files"));
}

function clear(): void {
  Object.assign(view.filter, emptyFilter());
  if (document.activeElement === tools.search) tools.search.blur();
  void applyFilter();
}

async function goToFound(step: 1 | -1): Promise<void> {
  const found = await search.go(step);
  found?.scrollIntoView({ block: "center" });
  const hunk = found?.closest<HTMLElement>(".hunk");
  hunk?.focus({ preventScroll: true });
}

function goTo(id: string): void {
  const section = document.getElementById(id);
  const title = section?.querySelector<HTMLElement>("h2");
  if (!section || !title) return;
  title.tabIndex = -1;
  reveal(title, section);
}
