import { withoutMarks } from './plain-text';

/** Characters that take two columns of a terminal: East Asian ones and pictures. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** The columns that a line takes on a terminal. Marks of colours take none. */
export function widthOf(line: string): number {
  let width = 0;
  for (const character of withoutMarks(line)) width += /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** A line of at most so many columns. If it is cut, it ends with `…`. It must have no marks. */
export function cutTo(line: string, columns: number): string {
  if (widthOf(line) <= columns) return line;
  let cut = '';
  for (const character of line) {
    if (widthOf(cut + character) > columns - 1) break;
    cut += character;
  }
  return columns < 1 ? '' : `${cut}…`;
}

/** Space for words beside the indentation. Less is left to the terminal. */
const FEWEST_COLUMNS = 16;

/**
 * A line wrapped at its blanks, as lines of at most so many columns. What follows the first line is indented like it, and a bit more. A word
 * that is longer than a line, such as an ARN or an address, stays where it is, for the terminal to break, so it can be copied.
 */
export function wrapLine(line: string, columns: number): string[] {
  if (widthOf(line) <= columns) return [line];
  const [indentation] = /^ */.exec(line)!;
  const hanging = ' '.repeat(indentation.length + 2);
  if (columns - hanging.length < FEWEST_COLUMNS) return [line];
  const lines: string[] = [];
  let current = '';
  // A word with the blanks before it: those inside of a line are kept, for columns.
  for (const word of line.match(/ *[^ ]+/g) ?? []) {
    if (current.trim() === '' || widthOf(current + word) <= columns || widthOf(word.trimStart()) > columns - hanging.length) {
      current += word;
    } else {
      lines.push(current);
      current = `${hanging}${word.trimStart()}`;
    }
  }
  return [...lines, current];
}
