/** What every view of the script has, the editor and the comparisons alike.
 *
 * Each stands in a shadow root: there, the style sheets that CodeMirror makes are adopted as objects, which the
 * page's policy (style-src 'self') allows without an exception. Custom properties reach into it. */

import { python } from "@codemirror/lang-python";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, highlightSpecialChars } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { make } from "../shared/element";
import { UNSEEN, nameCodePoint } from "../shared/text";

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: tags.number, color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.function(tags.definition(tags.variableName))],
    color: "var(--code-function)",
  },
  { tag: [tags.className, tags.definition(tags.className), tags.typeName, tags.meta], color: "var(--code-type)" },
  { tag: [tags.bool, tags.null, tags.atom, tags.self], color: "var(--code-constant)" },
]);

const THEME = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--paper)", fontSize: "13px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", padding: "6px 0" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--soft)", border: "none", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 6%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--accent) 9%, transparent)", color: "var(--ink)" },
  ".cm-line.lit": { backgroundColor: "var(--accent-wash)", boxShadow: "inset 3px 0 0 var(--accent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selection)" },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--accent) 16%, transparent)" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-wash)", outline: "1px solid var(--warn)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "transparent", outline: "1px solid var(--soft)" },
  ".cm-specialChar": { color: "var(--bad)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--raised)", borderColor: "var(--line)", color: "var(--soft)" },
  ".cm-panels, .cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panel input, .cm-panel button": { color: "var(--ink)", backgroundColor: "var(--paper)", backgroundImage: "none", border: "1px solid var(--line)", borderRadius: "4px" },
  ".cm-tooltip": { border: "1px solid var(--line)", borderRadius: "6px", boxShadow: "0 4px 16px rgb(0 0 0 / .18)", overflow: "hidden" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--accent-ink)" },
  ".cm-diagnostic": { padding: "6px 10px", fontFamily: "var(--sans)", borderLeft: "3px solid var(--bad)", maxWidth: "46em" },
  ".cm-diagnosticSource": { opacity: "1", color: "var(--soft)", fontSize: "12px" },
  // In the place of a picture in a data: address, which the policy forbids.
  ".cm-lint-marker-error": { content: "normal", color: "var(--bad)", textAlign: "center" },
  ".cm-lint-marker-error::before": { content: "'\\25cf'" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad) 1px", textUnderlineOffset: "3px" },
  ".cm-gutter-lint": { width: "1.1em" },
  ".cm-method-gutter": { minWidth: "2.2em" },
  ".cm-method-gutter .cm-gutterElement": { padding: "0 4px", textAlign: "right", cursor: "pointer" },
  ".method-count": { font: "600 11px/1.4 var(--sans)", color: "var(--accent)", backgroundColor: "var(--accent-wash)", borderRadius: "8px", padding: "0 6px" },
  ".cm-changedLine": { backgroundColor: "var(--good-wash) !important" },
  "&.cm-merge-a .cm-changedLine, .cm-deletedChunk": { backgroundColor: "var(--bad-wash) !important" },
  "& .cm-changedText": { background: "var(--good-mark) !important" },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText": { background: "var(--bad-mark) !important" },
  ".cm-collapsedLines::before, .cm-collapsedLines::after": { content: "'\\22ef'" },
  ".cm-collapsedLines": { color: "var(--soft)", background: "var(--raised)", borderBlock: "1px solid var(--line)" },
});

export function pythonView(): Extension {
  return [
    EditorState.tabSize.of(4),
    indentUnit.of("    "),
    highlightSpecialChars({ addSpecialChars: UNSEEN, render: drawUnseen }),
    python(),
    syntaxHighlighting(COLOURS),
    THEME,
  ];
}

/** What is not seen, or would turn what is, stands as its code point. */
function drawUnseen(code: number, description: string | null): HTMLElement {
  const name = nameCodePoint(code);
  return make("span", { class: "cm-specialChar", title: description ?? name, "aria-label": description ?? name }, `<${name}>`);
}

/** Gives a new element in a shadow root of this one, as high as it. */
export function openShadow(host: HTMLElement): HTMLElement {
  const inside = make("div");
  inside.style.height = "100%";
  host.attachShadow({ mode: "open" }).append(inside);
  return inside;
}
