import { randomBytes } from 'node:crypto';

/** Control and format characters (C0, C1, escape sequences, bidirectional marks), characters for private use, and halves of pairs. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
const SHORT: { readonly [character: string]: string } = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * What begins a command in the log of a CI system: `::error` of GitHub Actions, at the start of a line or after blanks; `##[` and `##vso[` of
 * Azure Pipelines and `##teamcity[`, anywhere. An IPv6 range such as `::/0` is not one.
 *
 * @see https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
 * @see https://learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands
 */
const COMMAND = /(?<=^|\s):(?=:[a-z])(?!:[\da-f]{1,4}(?:[:/\s]|$))|#(?=#\w*\[)/gi;

function codeOf(character: string): string {
  return [...Array(character.length).keys()].map(at => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
}

function escaped(text: string): string {
  return text.replace(UNSEEN, character => SHORT[character] ?? codeOf(character)).replace(COMMAND, codeOf);
}

/** Other texts cannot have the marks of this process. */
const TOKEN = randomBytes(9).toString('base64url');
const MARK = new RegExp(`<${TOKEN}:(\\d+)>`);

/** The mark of a colour of this program, by its SGR code. Only `plainLine` keeps it, and only `colored` makes a sequence of it. */
export function markOf(code: number): string {
  return `<${TOKEN}:${code}>`;
}

/** A line that may have the text of others in it. Everything that a terminal or a CI system could obey is escaped; marks of colours stay. */
export function plainLine(text: string): string {
  // Every second part is the code of a mark.
  return text.split(MARK).map((part, index) => index % 2 === 0 ? escaped(part) : markOf(Number(part))).join('');
}

/** A line with its colours, or without. */
export function colored(line: string, isColored: boolean): string {
  return line.split(MARK).map((part, index) => index % 2 === 0 ? part : isColored ? `\x1b[${part}m` : '').join('');
}

export function withoutMarks(line: string): string {
  return colored(line, false);
}

/**
 * The lines of a message of this program, which may break lines. What follows a break is indented, so no line of it looks like another result.
 */
export function messageLines(text: string): string[] {
  const [first, ...rest] = text.split('\n');
  return [first, ...rest.filter(line => line.trim() !== '').map(line => `  ${line.replace(/^ {1,2}/, '')}`)];
}

/** A document of JSON as it was printed: what a terminal or a CI system could obey becomes an escape, so every parsed value stays what it is. */
export function plainJson(document: string): string {
  // Line breaks in values are escaped already; those that are left are of the document.
  return document.replace(UNSEEN, character => character === '\n' ? character : codeOf(character))
    .replace(/(?<="\s*):(?=:)/g, codeOf).replace(/#(?=#\w*\[)/g, codeOf);
}
