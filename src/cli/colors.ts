import pico from 'picocolors';

/** Colours where somebody sees them: on a terminal, or where they are forced, and never against NO_COLOR. A pipeline's log gets none. */
const isColored = !process.env.NO_COLOR && (Boolean(process.env.FORCE_COLOR) && process.env.FORCE_COLOR !== '0' || Boolean(process.stdout.isTTY) && process.env.TERM !== 'dumb');

export const colors = pico.createColors(isColored);
