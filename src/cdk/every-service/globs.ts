/** A glob over construct paths. */
export class Glob {
  private readonly expression: RegExp | undefined;

  /** @param text  `*` is any text within one segment of a path, `**` also across segments */
  public constructor(public readonly text: string) {
    // Most globs of a map of ids are paths, which are compared faster.
    this.expression = text.includes('*') ? new RegExp(`^${text.split(STARS).map(toExpression).join('')}$`) : undefined;
  }

  /** Whether the whole path matches. */
  public matches(path: string): boolean {
    return this.expression ? this.expression.test(path) : path === this.text;
  }
}

// `**` as a whole segment may also be no segment: `Shop/**/Service` matches `Shop/Service`.
const STARS = /((?:^|(?<=\/))\*\*\/|\*{2,}|\*)/;

function toExpression(part: string): string {
  if (part === '**/') return '(?:.*/)?';
  if (part === '*') return '[^/]*';
  return /^\*\*+$/.test(part) ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
