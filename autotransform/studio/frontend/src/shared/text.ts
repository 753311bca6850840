/** Text from a repository, a script or a model, made visible: it is only ever shown, never markup. */

/** Controls, what turns the reading direction, and what takes no room: each could hide what a line really says. */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** The text with every unseen character written as its code point, such as `<U+202E>`. Tabs and line ends stay. */
export function showText(text: string): string {
  return text.replace(UNSEEN, (character) => `<${nameCodePoint(character)}>`);
}

function nameCodePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

export interface Piece {
  readonly text: string;
  /** Where the piece begins, in characters of the text it came from. */
  readonly from: number;
  readonly unseen: boolean;
}

/** The same in pieces, for callers that mark what was unseen; offsets count UTF-16 units of the original. */
export function splitUnseen(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(UNSEEN)) {
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), from: end, unseen: false });
    pieces.push({ text: nameCodePoint(match[0]), from: match.index, unseen: true });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), from: end, unseen: false });
  return pieces;
}

/** "1 file", "3 files". */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
