/** Text from a repository, a script or a model, made visible: it is only ever shown, never markup. */

/** Controls, what turns the reading direction, what takes no room and blanks that are none to Python: each could hide
 * what a line really says. The same as in `autotransform/review/text.py`. */
export const UNSEEN = new RegExp(
  "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180f" +
    "\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u2800\\u3000\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb" +
    "\\u{e0000}-\\u{e01ef}\\ud800-\\udfff]",
  "gu",
);

/** The text with every unseen character written as its code point, such as `<U+202E>`. Tabs and line ends stay. */
export function showText(text: string): string {
  return text.replace(UNSEEN, (character) => `<${nameCodePoint(character.codePointAt(0) ?? 0)}>`);
}

/** "U+202E" */
export function nameCodePoint(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** "1 file", "3 files". */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
