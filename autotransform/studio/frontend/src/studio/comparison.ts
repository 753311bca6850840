/** Two texts of the script beside each other, for a person to choose from. */

import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { make } from "../shared/element";
import { type Choice, askPerson } from "./dialog";
import { openShadow, pythonView } from "./python_view";

export interface Comparison<Value> {
  readonly title: string;
  readonly said: readonly Node[];
  readonly before: { readonly label: string; readonly text: string };
  readonly after: { readonly label: string; readonly text: string };
  readonly choices: readonly Choice<Value>[];
}

/** Below this width, in pixels, one column shows both. */
const NARROW = 900;

export async function askWhich<Value>(comparison: Comparison<Value>): Promise<Value | null> {
  const { before, after } = comparison;
  const frame = make("div", { class: "comparison" });
  const labels = make("div", { class: "comparison-labels" }, make("span", {}, before.label), make("span", {}, after.label));
  let close = (): void => undefined;
  const answer = await askPerson({
    title: comparison.title,
    contents: [...comparison.said, labels, frame],
    choices: comparison.choices,
    wide: true,
    onOpen: () => {
      close = showBoth(frame, comparison);
    },
  });
  close();
  return answer;
}

function showBoth<Value>(frame: HTMLElement, { before, after }: Comparison<Value>): () => void {
  const fixed = (label: string) => [
    pythonView(),
    lineNumbers(),
    EditorView.lineWrapping,
    EditorState.readOnly.of(true),
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
  ];
  const parent = openShadow(frame);
  const collapseUnchanged = { margin: 3, minSize: 6 };
  if (window.innerWidth < NARROW) {
    const unified = unifiedMergeView({ original: before.text, mergeControls: false, collapseUnchanged });
    const view = new EditorView({ parent, doc: after.text, extensions: [fixed(after.label), unified] });
    return () => view.destroy();
  }
  const view = new MergeView({
    parent,
    root: parent.getRootNode() as ShadowRoot, // else its style sheets go into the document, which the policy forbids
    a: { doc: before.text, extensions: fixed(before.label) },
    b: { doc: after.text, extensions: fixed(after.label) },
    collapseUnchanged,
  });
  return () => view.destroy();
}
