/** Elements made without markup: all text goes in as text nodes. */

export type Content = Node | string | null | undefined | false;

export interface Properties {
  readonly [name: string]: string | number | boolean | null | undefined | ((event: never) => void);
}

/** Makes an element. Keys that begin with `on` are listeners; true sets an empty attribute, false and null none. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Properties = {},
  ...contents: readonly Content[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(key.slice(2), value as EventListener);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...contents.filter((content): content is Node | string => content !== null && content !== undefined && content !== false));
  return element;
}
