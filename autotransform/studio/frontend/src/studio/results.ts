/** What the run did, by shape, by file, or what else should be known; with a filter. */

import type { File, Hunk, Shape } from "../shared/document";
import { make } from "../shared/element";
import { countOf, showText } from "../shared/text";
import type { Desk } from "./desk";
import { drawHunkCard } from "./hunks";
import { remarksOf } from "./runs";
import { drawFile, drawShape, nameShape } from "./shapes";

type View = "shapes" | "files" | "notes";

const VIEWS: readonly View[] = ["shapes", "files", "notes"];
/** Files drawn at once in one list; more on request. */
const PAGE = 200;

export class Results {
  readonly element: HTMLElement;
  readonly #desk: Desk;
  readonly #fetchHunks: (path: string) => Promise<readonly Hunk[]>;
  readonly #list = make("div", { class: "results-list" });
  readonly #filter = make("input", { type: "search", placeholder: "Filter by path or code", "aria-label": "Filter the results", spellcheck: "false" });
  readonly #tabs = new Map<View, HTMLButtonElement>();
  readonly #open = new Set<string>();
  readonly #hunks = new Map<string, readonly Hunk[] | string>();
  readonly #shown = new Map<string, number>();
  #view: View = "shapes";
  #method: string | null = null;
  #opensFirst = true;
  #marked: string | null = null;

  constructor(desk: Desk, fetchHunks: (path: string) => Promise<readonly Hunk[]>) {
    this.#desk = desk;
    this.#fetchHunks = fetchHunks;
    const tabs = make("div", { class: "tabs", role: "group", "aria-label": "Show results by" });
    for (const view of VIEWS) {
      const tab = make("button", { type: "button", onclick: () => this.show(view) });
      this.#tabs.set(view, tab);
      tabs.append(tab);
    }
    this.#filter.addEventListener("input", () => this.draw());
    const layout = make("button", { type: "button", class: "quiet layout", title: "One above the other, or side by side (d)", onclick: () => this.toggleSplit() }, "Side by side");
    const head = make("div", { class: "panel-head" }, tabs, this.#filter, layout);
    this.element = make("section", { class: "results", "aria-label": "Results", id: "results" }, head, this.#list);
    this.draw();
  }

  show(view: View): void {
    this.#view = view;
    this.draw();
  }

  showNext(): void {
    this.show(VIEWS[(VIEWS.indexOf(this.#view) + 1) % VIEWS.length] ?? "shapes");
  }

  toggleSplit(): void {
    this.#desk.split = !this.#desk.split;
    this.draw();
  }

  focus(): void {
    (this.#list.querySelector<HTMLElement>("[data-row]") ?? this.#tabs.get(this.#view))?.focus();
  }

  focusFilter(): void {
    this.#filter.focus();
    this.#filter.select();
  }

  /** Shows only what a method made; null shows all. */
  filterMethod(name: string | null): void {
    this.#method = name;
    if (this.#view === "notes") this.#view = "shapes";
    this.draw();
  }

  /** Marks what a method made, without leaving the rest out. */
  mark(name: string | null): void {
    this.#marked = name;
    for (const row of this.#list.querySelectorAll<HTMLElement>("[data-methods]")) {
      const methods = JSON.parse(row.dataset["methods"] ?? "[]") as string[];
      row.classList.toggle("linked", name !== null && methods.includes(name));
    }
  }

  /** The run was another: hunks that were fetched are read anew when they are shown, those on the page at once. */
  forget(): void {
    const shown = this.#openPaths();
    for (const path of this.#hunks.keys()) if (!shown.has(path)) this.#hunks.delete(path);
    this.refresh();
  }

  /** Reads the hunks that are shown anew; what is there stays until then. */
  refresh(): void {
    for (const path of this.#openPaths()) this.#load(path);
    this.draw();
  }

  #openPaths(): Set<string> {
    return new Set([...this.#open].filter((id) => id.startsWith("file ")).map(pathOf));
  }

  /** Draws everything anew; the focus stays on what it was on. */
  draw(): void {
    const { run } = this.#desk;
    const counts = { shapes: run.shapes.length, files: run.changed.length, notes: run.remarkable.length };
    const words = { shapes: "Shapes", files: "Files", notes: "Left alone" };
    for (const [view, tab] of this.#tabs) {
      tab.replaceChildren(`${words[view]} `, make("span", { class: "tally" }, counts[view].toLocaleString("en")));
      tab.setAttribute("aria-pressed", String(view === this.#view));
    }
    this.element.querySelector(".layout")?.setAttribute("aria-pressed", String(this.#desk.split));
    this.element.classList.toggle("stale", run.stale);
    const kept = keepPlace(this.#list);
    this.#list.replaceChildren(...this.#drawMethodFilter(), ...this.#drawView());
    kept();
    this.mark(this.#marked);
  }

  #drawMethodFilter(): Node[] {
    if (this.#method === null) return [];
    const clear = make("button", { type: "button", class: "quiet", onclick: () => this.filterMethod(null) }, "Show all");
    return [make("p", { class: "method-filter" }, "Made by ", make("code", {}, showText(this.#method)), " ", clear)];
  }

  #drawView(): Node[] {
    if (this.#view === "shapes") return this.#drawShapes();
    if (this.#view === "files") return [this.#drawFiles("files", this.#desk.run.changed.filter((file) => this.#holdsFile(file)), null)];
    return this.#drawNotes();
  }

  #drawShapes(): Node[] {
    this.#openFirst();
    const shapes = this.#desk.run.shapes.filter((shape) => this.#holdsShape(shape));
    if (shapes.length === 0) return [this.#drawEmpty()];
    return [make("ul", { class: "rows" }, ...shapes.map((shape) => this.#drawShape(shape)))];
  }

  /** Where no shape is open, the rarest is, for that is where faults are; until the person closes one. */
  #openFirst(): void {
    const { phase, shapes } = this.#desk.run;
    const [first] = shapes;
    if (!this.#opensFirst || phase !== "done" || first === undefined) return;
    if (!shapes.some((shape) => this.#open.has(`shape ${shape.id}`))) this.#open.add(`shape ${first.id}`);
  }

  #drawShape(shape: Shape): HTMLElement {
    const id = `shape ${shape.id}`;
    const files = (): Node =>
      this.#drawFiles(
        id,
        shape.paths.map((path) => this.#desk.run.files.get(path) ?? { path }),
        shape.id,
      );
    return drawShape(this.#desk, shape, this.#opening(id), files);
  }

  #drawFiles(list: string, files: readonly (Pick<File, "path"> & Partial<File>)[], shape: string | null): Node {
    if (files.length === 0) return this.#drawEmpty();
    const shown = this.#shown.get(list) ?? PAGE;
    const rows = files.slice(0, shown).map((file) => {
      const id = `file ${shape ?? ""} ${file.path}`;
      const opening = this.#opening(id, () => this.#load(file.path));
      return drawFile(this.#desk, file, opening, opening.isOpen ? this.#drawHunks(file.path, shape) : []);
    });
    const rest = files.length - shown;
    const more = (): void => {
      this.#shown.set(list, shown + PAGE);
      this.draw();
    };
    return make(
      "div",
      {},
      make("ul", { class: "rows" }, ...rows),
      rest > 0 && make("button", { type: "button", class: "more", onclick: more }, `Show more (${countOf(rest, "file")} left)`),
    );
  }

  #drawHunks(path: string, shape: string | null): Node[] {
    const hunks = this.#hunks.get(path);
    if (hunks === undefined) return [make("p", { class: "note" }, "Reading \u2026")];
    if (typeof hunks === "string") return [make("p", { class: "note bad" }, showText(hunks))];
    const held = shape === null ? hunks : hunks.filter((hunk) => hunk.changes.some((change) => change.shape === shape));
    return held.map((hunk) => drawHunkCard(this.#desk, path, hunk, shape));
  }

  #drawNotes(): Node[] {
    const wanted = this.#filter.value.toLowerCase();
    const files = this.#desk.run.remarkable.filter((file) => file.path.toLowerCase().includes(wanted));
    if (files.length === 0) return [make("p", { class: "note" }, "Nothing was left alone, skipped or failed.")];
    const rows = files.slice(0, PAGE).map((file) =>
      make(
        "li",
        { class: `row remarks ${file.status}` },
        make("div", { class: "row-head" }, make("span", { class: "file-name" }, showText(file.path)), file.status !== "changed" && file.status !== "unchanged" && make("span", { class: `status ${file.status}` }, file.status)),
        ...remarksOf(file).map((remark) => make("p", { class: "remark" }, showText(remark))),
      ),
    );
    const rest = files.length - rows.length;
    return [make("ul", { class: "rows" }, ...rows), ...(rest > 0 ? [make("p", { class: "note" }, `${countOf(rest, "more file")}: filter by path to see them.`)] : [])];
  }

  #drawEmpty(): HTMLElement {
    const { run } = this.#desk;
    if (this.#filter.value || this.#method !== null) return make("p", { class: "note" }, "Nothing passes the filter.");
    if (run.phase === "running") return make("p", { class: "note" }, "Running \u2026");
    return make("p", { class: "note" }, run.phase === "done" ? "The script changes nothing here." : "No results yet.");
  }

  #opening(id: string, onOpen?: () => void): { isOpen: boolean; onToggle: () => void } {
    const onToggle = (): void => {
      if (this.#open.delete(id)) {
        this.#opensFirst &&= !id.startsWith("shape ");
        return this.draw();
      }
      this.#open.add(id);
      onOpen?.();
      this.draw();
    };
    return { isOpen: this.#open.has(id), onToggle };
  }

  #load(path: string): void {
    void this.#fetchHunks(path).then(
      (hunks) => this.#keep(path, hunks),
      (error: unknown) => this.#keep(path, error instanceof Error ? error.message : String(error)),
    );
  }

  #keep(path: string, hunks: readonly Hunk[] | string): void {
    this.#hunks.set(path, hunks);
    if (typeof hunks !== "string") this.#desk.ledger.learnHunks(path, hunks);
    this.draw();
  }

  #holdsShape(shape: Shape): boolean {
    if (this.#method !== null && !shape.methods.includes(this.#method)) return false;
    const wanted = this.#filter.value.toLowerCase();
    return !wanted || nameShape(shape).toLowerCase().includes(wanted) || shape.paths.some((path) => path.toLowerCase().includes(wanted));
  }

  #holdsFile(file: File): boolean {
    if (this.#method !== null && !file.sites.some((site) => site.by === this.#method)) return false;
    return file.path.toLowerCase().includes(this.#filter.value.toLowerCase());
  }
}

function pathOf(id: string): string {
  return id.slice(id.indexOf(" ", "file ".length) + 1);
}

/** Remembers which row has the focus, and how far the list is scrolled; what it gives puts both back. */
function keepPlace(list: HTMLElement): () => void {
  const active = document.activeElement;
  const scroll = list.scrollTop;
  const index = active instanceof HTMLElement && list.contains(active) ? describePlace(active) : null;
  return () => {
    list.scrollTop = scroll;
    if (index) findPlace(list, index)?.focus({ preventScroll: true });
  };
}

interface Place {
  readonly row: string;
  readonly within: number;
}

const FOCUSABLE = "button, [data-row]";

/** A row is known by what it shows, an element of it by its number within. */
function describePlace(element: HTMLElement): Place {
  const row = element.closest<HTMLElement>(".hunk, .row");
  const within = row ? [...row.querySelectorAll(FOCUSABLE)].indexOf(element) : -1;
  return { row: nameRow(row), within };
}

function findPlace(list: HTMLElement, place: Place): HTMLElement | null {
  const row = [...list.querySelectorAll<HTMLElement>(".hunk, .row")].find((candidate) => nameRow(candidate) === place.row);
  if (!row) return null;
  return place.within < 0 ? row : (row.querySelectorAll<HTMLElement>(FOCUSABLE)[place.within] ?? row);
}

function nameRow(row: HTMLElement | null): string {
  const names: string[] = [];
  for (let each = row; each; each = each.parentElement?.closest<HTMLElement>(".hunk, .row") ?? null) {
    names.push(each.dataset["shape"] ?? each.dataset["path"] ?? each.getAttribute("aria-label") ?? "");
  }
  return names.join("\n");
}
