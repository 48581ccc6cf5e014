/** Loaded with the first expression: it takes a good part of the time that the whole package takes, and most apps have no expression. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const re2 = () => require('re2js') as typeof import('re2js');

/** Why Go's RE2 does not accept an expression; undefined if it does. */
export function unsupportedByRe2(expression: string): string | undefined {
  try {
    re2().RE2JS.compile(expression);
  } catch (error) {
    const reason = (error as Error).message.replace(/^error parsing regexp: /, '');
    if (/`\(\?<?[=!]/.test(reason)) return `RE2 has no look-around: ${reason}`;
    return /escape sequence: `\\(\d|k)/.test(reason) ? `RE2 has no back-references: ${reason}` : reason;
  }
  return unsupportedByAgentsGo(expression);
}

/** The agent was built in 2023. What later versions of Go accept passes the library, and makes the agent exit. */
function unsupportedByAgentsGo(expression: string): string | undefined {
  // Something has to replace each escape: `[\]]` without it would be the beginning of another class.
  const unquoted = expression.replace(/\\Q.*?(?:\\E|$)|\\[^pP]/gs, '_');
  // Names that came with Go 1.25.
  const name = /\\[pP]\{\^?(?:Assigned|Cn|LC)\}/.exec(unquoted)?.[0];
  if (name !== undefined) return `the agent's version of Go does not have the character class ${name}`;
  // `(?<name>…)` came with Go 1.22. Within a class these are ordinary characters.
  return withoutClasses(unquoted).includes('(?<') ? 'the agent writes a named group as `(?P<name>…)`' : undefined;
}

/** @param unquoted  an expression without escapes */
function withoutClasses(unquoted: string): string {
  return unquoted.replace(/\[\^?\]?(?:\[:\^?\w+:\]|[^\]])*\]/g, '_');
}

/** `$` after a letter, or after a group of words such as `(com|org)`. */
const ENDS_IN_A_LETTER = /(?:[a-z]|\((?:\?:)?[a-z]+(?:\|[a-z]+)*\))\$$/i;

/**
 * Whether a host expression ends in `$` right after a letter, e.g. `^api\.example\.com$`. The agent compares the Host header with
 * its port, so a host that carries one ends in a digit and such an expression never matches it.
 *
 * Other expressions may miss such hosts, too. Only this common form is certain from the text.
 */
export function endsBeforePort(expression: string): boolean {
  // An escape such as `\d` or `\.` becomes `_`, so its letter is not taken for a literal one.
  const unquoted = withoutClasses(expression.replace(/\\Q.*?(?:\\E|$)|\\[pP](?:\{[^}]*\}|.)|\\x(?:\{[^}]*\}|..)|\\./gs, '_'));
  if (!ENDS_IN_A_LETTER.test(unquoted) || /\(\?[a-z]*[xm]/i.test(unquoted)) return false;
  // Another alternative outside of all groups may match a host with a port.
  let outside = unquoted;
  for (let before = ''; before !== outside;) {
    before = outside;
    outside = outside.replace(/\([^()]*\)/g, '');
  }
  return !outside.includes('|');
}
