import { HiddenValues } from '../agent';

/** Writes lines to the log of a function, without what is hidden by then. */
export function logWithout(hidden: HiddenValues): (line: object) => void {
  return line => console.log(JSON.stringify(hidden.cleanedData(line)));
}
