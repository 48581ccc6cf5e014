import { RE2JS } from 're2js';

/** Why Go's RE2 does not take an expression; undefined where it does. */
export function whyNotRe2(expression: string): string | undefined {
  try {
    RE2JS.compile(expression);
  } catch (error) {
    const reason = (error as Error).message.replace(/^error parsing regexp: /, '');
    if (/`\(\?<?[=!]/.test(reason)) return `RE2 has no look-around: ${reason}`;
    return /escape sequence: `\\(\d|k)/.test(reason) ? `RE2 has no back-references: ${reason}` : reason;
  }
  return whyNotGoOfTheAgent(expression);
}

/** The agent was built in 2023. What Go learned since passes the library, and ends the agent. */
function whyNotGoOfTheAgent(expression: string): string | undefined {
  // Something stays in the place of each escape: `[\]]` without it would be the beginning of another class.
  const unquoted = expression.replace(/\\Q.*?(?:\\E|$)|\\[^pP]/gs, '_');
  // Names that Go 1.25 brought.
  const name = /\\[pP]\{\^?(?:Assigned|Cn|LC)\}/.exec(unquoted)?.[0];
  if (name !== undefined) return `the agent's Go does not know the character class ${name}`;
  // `(?<name>…)` came with Go 1.22; in a class these are characters like any other.
  const bare = unquoted.replace(/\[\^?\]?(?:\[:\^?\w+:\]|[^\]])*\]/g, '');
  return bare.includes('(?<') ? 'the agent writes a named group as `(?P<name>…)`' : undefined;
}

/** One instruction of a compiled expression. RE2's programs are public knowledge, but this library keeps them to itself. */
interface Instruction {
  readonly op: number;
  readonly out: number;
  readonly arg: number;
  matchRune(codePoint: number): boolean;
}

interface Program {
  readonly start: number;
  readonly inst: readonly Instruction[];
}

/** The library's op codes that need care; all others pass on to `out`. */
const OP = { alternatives: [1, 2], assertion: 4, fail: 5, match: 6, runes: [8, 9, 10, 11] };
const ASSERT = { begin: 4, end: 8 };

const HOST_CHARACTERS = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_[]'].map(character => character.codePointAt(0)!);
const DIGITS = [...'0123456789'].map(digit => digit.codePointAt(0)!);
const COLON = ':'.codePointAt(0)!;

/** How much of `host:port` has been read. */
type Position = 'nothing' | 'host' | 'colon' | 'port';

const READS: readonly { readonly from: Position; readonly to: Position; readonly characters: readonly number[] }[] = [
  { from: 'nothing', to: 'host', characters: HOST_CHARACTERS },
  // An IPv6 address has colons of its own.
  { from: 'host', to: 'host', characters: [...HOST_CHARACTERS, COLON] },
  { from: 'host', to: 'colon', characters: [COLON] },
  { from: 'colon', to: 'port', characters: DIGITS },
  { from: 'port', to: 'port', characters: DIGITS },
];

/**
 * Whether some text of the form `host:port` matches. The agent reads the Host header with its port, and an expression such as
 * `^api\.example\.com$` matches none that has one.
 *
 * It follows the compiled expression and the form side by side, through every pair of states that can be reached together.
 * Word boundaries are taken to hold, so that `false` is certain and `true` is not.
 *
 * @param expression  one that `whyNotRe2` has passed
 */
export function matchesSomeHostWithPort(expression: string): boolean {
  const { start, inst } = (RE2JS.compile(expression) as unknown as { readonly re2Input: { readonly prog: Program } }).re2Input.prog;
  const seen = new Set<string>();
  const open: { readonly at: number; readonly position: Position; readonly ended: boolean }[] = [];
  const visit = (at: number, position: Position, ended: boolean) => {
    const key = `${at} ${position} ${ended}`;
    if (!seen.has(key)) open.push({ at, position, ended });
    seen.add(key);
  };
  // The expression may begin anywhere in the text.
  for (const position of ['nothing', 'host', 'colon', 'port'] as const) visit(start, position, false);
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const { at, position, ended } = state;
    const { op, out, arg } = inst[at];
    if (op === OP.match) return true;
    if (op === OP.fail) continue;
    if (OP.alternatives.includes(op)) {
      visit(out, position, ended);
      visit(arg, position, ended);
    } else if (op === OP.assertion) {
      if (arg & ASSERT.begin && position !== 'nothing') continue;
      if (arg & ASSERT.end && position !== 'port') continue;
      visit(out, position, ended || (arg & ASSERT.end) !== 0);
    } else if (!OP.runes.includes(op)) {
      visit(out, position, ended);
    } else if (!ended) {
      for (const { from, to, characters } of READS) {
        if (from === position && characters.some(character => inst[at].matchRune(character))) visit(out, to, false);
      }
    }
  }
  return false;
}
