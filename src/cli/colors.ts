import pico from 'picocolors';

/** Colours on a terminal, or with FORCE_COLOR; never with NO_COLOR. A pipeline's log gets none. */
const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
const isColored = !NO_COLOR && (Boolean(FORCE_COLOR) && FORCE_COLOR !== '0' || Boolean(process.stdout.isTTY) && TERM !== 'dumb');

export const colors = pico.createColors(isColored);
