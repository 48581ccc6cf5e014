/** A term of a filter pattern. */
interface Term {
  readonly text: string;
  /** `?`: one of the optional terms is enough. `-`: an event with it does not match. */
  readonly kind: '' | '?' | '-';
}

/**
 * Whether a filter pattern of CloudWatch Logs for unstructured events matches an event.
 *
 * Terms are separated by spaces and case-sensitive. A term with other characters than letters, digits and underscores is in double quotes,
 * in which a backslash escapes a quote. All terms must be in the event; of optional ones, one. Optional terms beside others have no effect.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * @throws if the service would refuse the pattern
 */
export function matchesPattern(pattern: string, event: string): boolean {
  if (pattern.length > 1024) throw new Error(`A filter pattern has at most 1024 characters, got: ${pattern.length}.`);
  const terms = termsOf(pattern);
  const optional = terms.filter(({ kind }) => kind === '?');
  const others = terms.filter(({ kind }) => kind !== '?');
  if (others.length > 0) return others.every(({ kind, text }) => event.includes(text) === (kind === ''));
  return optional.length === 0 || optional.some(({ text }) => event.includes(text));
}

function termsOf(pattern: string): Term[] {
  const terms: Term[] = [];
  let rest = pattern.trim();
  while (rest !== '') {
    const found = /^([?-]?)(?:"((?:[^"\\]|\\.)+)"|(\w+))(?: +|$)/.exec(rest);
    if (!found) throw new Error(`There is no term of a filter pattern at: ${rest}`);
    const [all, kind, quoted, plain] = found;
    terms.push({ kind: kind as Term['kind'], text: plain ?? quoted.replace(/\\(.)/g, '$1') });
    rest = rest.slice(all.length);
  }
  return terms;
}
