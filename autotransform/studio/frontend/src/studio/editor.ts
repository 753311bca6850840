/** The script in an editor: colours, problems at their lines, and which method made how many changes. */

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension, RangeSet, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  GutterMarker,
  drawSelection,
  gutter,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import type { Method } from "../shared/document";
import { make } from "../shared/element";
import { countOf } from "../shared/text";
import { openShadow, pythonView } from "./python_view";
import type { Problem } from "./server";

interface MarkedMethod extends Method {
  readonly changes: number;
}

const setMethods = StateEffect.define<readonly MarkedMethod[]>();
const setLit = StateEffect.define<readonly string[]>();

class MethodMarker extends GutterMarker {
  constructor(readonly method: MarkedMethod) {
    super();
  }

  override eq(other: MethodMarker): boolean {
    return other.method.name === this.method.name && other.method.changes === this.method.changes;
  }

  override toDOM(): HTMLElement {
    const title = `${this.method.name} made ${countOf(this.method.changes, "change")}: show them (Alt+M)`;
    return make("span", { class: "method-count", title }, String(this.method.changes));
  }
}

/** Where methods stand; the places move along as the person types, until the next run tells them anew. */
const methodMarks = StateField.define<RangeSet<MethodMarker>>({
  create: () => RangeSet.empty,
  update(marks, transaction) {
    let moved = marks.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(setMethods)) moved = markMethods(transaction.state, effect.value);
    return moved;
  },
});

function markMethods(state: EditorState, methods: readonly MarkedMethod[]): RangeSet<MethodMarker> {
  const known = methods.filter((method) => method.first > 0 && method.first <= state.doc.lines && method.changes > 0);
  return RangeSet.of(
    known.map((method) => new MethodMarker(method).range(state.doc.line(method.first).from)),
    true,
  );
}

const litLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lines, transaction) {
    let moved = lines.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(setLit)) moved = lightLines(transaction.state, effect.value);
    return moved;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const knownMethods = StateField.define<readonly MarkedMethod[]>({
  create: () => [],
  update: (methods, transaction) => transaction.effects.reduce((known, effect) => (effect.is(setMethods) ? effect.value : known), methods),
});

function lightLines(state: EditorState, names: readonly string[]): DecorationSet {
  const ranges = [];
  for (const method of state.field(knownMethods)) {
    if (!names.includes(method.name)) continue;
    for (let line = Math.max(method.first, 1); line <= Math.min(method.last, state.doc.lines); line += 1) {
      ranges.push(Decoration.line({ class: "lit" }).range(state.doc.line(line).from));
    }
  }
  return Decoration.set(ranges, true);
}

export interface Listeners {
  /** The text changed; `typed` where the person did it. */
  readonly onChange: (typed: boolean) => void;
  /** The cursor stands in another method, or in none. */
  readonly onMethod: (name: string | null) => void;
  /** The person asks for the changes of a method. */
  readonly onAsk: (name: string) => void;
}

export class Editor {
  readonly #view: EditorView;
  #method: string | null = null;

  constructor(parent: HTMLElement, source: string, listeners: Listeners) {
    const askHere = (): boolean => {
      const name = this.#methodAt(this.#view.state.selection.main.head);
      if (name !== null) listeners.onAsk(name);
      return name !== null;
    };
    const watch = EditorView.updateListener.of((update) => {
      if (update.docChanged) listeners.onChange(!update.transactions.some((transaction) => transaction.isUserEvent("replace")));
      const method = this.#methodAt(update.state.selection.main.head);
      if (method !== this.#method) listeners.onMethod((this.#method = method));
    });
    const counts = gutter({
      class: "cm-method-gutter",
      markers: (view) => view.state.field(methodMarks),
      domEventHandlers: {
        click: (view, block) => {
          const name = this.#methodAt(block.from, view.state);
          if (name !== null) listeners.onAsk(name);
          return name !== null;
        },
      },
    });
    this.#view = new EditorView({
      parent: openShadow(parent),
      state: EditorState.create({
        doc: source,
        extensions: [
          // Ctrl+Enter is the page's: here it would put in an empty line.
          keymap.of([{ key: "Alt-m", run: askHere }, { key: "Mod-Enter", run: () => true }]),
          lineNumbers(),
          foldGutter(),
          lintGutter(),
          methodMarks,
          knownMethods,
          litLines,
          counts,
          basics(),
          pythonView(),
          EditorView.contentAttributes.of({ "aria-label": "Script", tabindex: "0" }),
          watch,
        ],
      }),
    });
  }

  get source(): string {
    return this.#view.state.doc.toString();
  }

  get hasFocus(): boolean {
    return this.#view.hasFocus;
  }

  focus(): void {
    this.#view.focus();
  }

  /** Puts another text in place, as one step that undo takes back; what is equal around the difference stays as it is. */
  replace(source: string): void {
    const old = this.source;
    let from = 0;
    while (from < Math.min(old.length, source.length) && old[from] === source[from]) from += 1;
    let to = old.length;
    let end = source.length;
    while (to > from && end > from && old[to - 1] === source[end - 1]) {
      to -= 1;
      end -= 1;
    }
    this.#view.dispatch({ changes: { from, to, insert: source.slice(from, end) }, userEvent: "replace" });
  }

  showProblems(problems: readonly Problem[]): void {
    const { doc } = this.#view.state;
    const diagnostics = problems.map((problem): Diagnostic => {
      const line = doc.line(Math.min(Math.max(problem.line, 1), doc.lines));
      const from = line.from + (line.text.length - line.text.trimStart().length);
      return { from: Math.min(from, line.to), to: line.to, severity: "error", message: problem.message, source: problem.code };
    });
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics));
  }

  showMethods(methods: readonly Method[], counts: ReadonlyMap<string, number>): void {
    const marked = methods.map((method) => ({ ...method, changes: counts.get(method.name) ?? 0 }));
    this.#view.dispatch({ effects: setMethods.of(marked) });
  }

  /** Lights up the lines of these methods; with none, nothing is lit. */
  light(names: readonly string[]): void {
    this.#view.dispatch({ effects: setLit.of(names) });
  }

  goTo(line: number): void {
    const { doc } = this.#view.state;
    const { from } = doc.line(Math.min(Math.max(line, 1), doc.lines));
    this.#view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    this.#view.focus();
  }

  goToMethod(name: string): void {
    const method = this.#view.state.field(knownMethods).find((known) => known.name === name);
    if (method && method.first > 0) this.goTo(method.first);
  }

  #methodAt(position: number, state: EditorState = this.#view.state): string | null {
    const line = state.doc.lineAt(position).number;
    const around = state.field(knownMethods, false)?.filter((method) => method.first <= line && line <= method.last) ?? [];
    return around.at(-1)?.name ?? null;
  }
}

function basics(): Extension {
  return [
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ activateOnTyping: false }),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    search({ top: true }),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...completionKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
  ];
}
