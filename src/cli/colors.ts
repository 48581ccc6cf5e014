import pico from 'picocolors';
import { markOf } from './plain-text';

const CODES = pico.createColors(true);

/** Marks a text with a colour. What is shown on a stream with colours gets its sequences; elsewhere it has none. */
function marking(color: (text: string) => string): (text: string) => string {
  const [open, close] = color(' ').split(' ').map(sequence => markOf(Number(/\d+/.exec(sequence))));
  return text => `${open}${text}${close}`;
}

export const colors = {
  bold: marking(CODES.bold),
  dim: marking(CODES.dim),
  red: marking(CODES.red),
  green: marking(CODES.green),
  yellow: marking(CODES.yellow),
};

/** Colours on a terminal, or with FORCE_COLOR; never with NO_COLOR or FORCE_COLOR=0. A pipeline's log gets none. */
export function isColored(
  { isTTY }: { readonly isTTY?: boolean }, { NO_COLOR, FORCE_COLOR, TERM }: { readonly [name: string]: string | undefined } = process.env,
): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return !['0', 'false'].includes(FORCE_COLOR.toLowerCase());
  return Boolean(isTTY) && TERM !== 'dumb';
}
