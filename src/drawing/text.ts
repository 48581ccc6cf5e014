/** Average width of a character of a sans-serif font, as a share of the font's size. Wide enough that a line of ordinary text fits. */
const CHARACTER = 0.55;

/** A text in lines that fit. Words that are too long, such as construct paths, break after a slash, a hyphen or a dot, or anywhere. */
export function wrap(text: string, size: number, width: number): string[] {
  const most = Math.max(1, Math.floor(width / (size * CHARACTER)));
  const lines: string[] = [];
  let line = '';
  for (const piece of text.split(/(?<=[\s/.-])/u).flatMap(part => partsOf(part, most))) {
    if ([...(line + piece).trimEnd()].length > most) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += line === '' ? piece.trimStart() : piece;
  }
  return [...lines, line.trimEnd()].filter(one => one !== '');
}

/** The first lines of a text, with an ellipsis if there are more. */
export function clipped(lines: readonly string[], most: number): string[] {
  return lines.length <= most ? [...lines] : [...lines.slice(0, most - 1), `${lines[most - 1].slice(0, -1)}…`];
}

function partsOf(text: string, most: number): string[] {
  const characters = [...text];
  return characters.length <= most ? [text] : Array.from({ length: Math.ceil(characters.length / most) }, (_, index) => characters.slice(index * most, (index + 1) * most).join(''));
}

/** Text of others as XML: also what would end an element, begin a script or change the direction of writing is shown as text. */
export function escape(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, character => `\\u{${character.codePointAt(0)!.toString(16)}}`)
    .replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
