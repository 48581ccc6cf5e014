/** Writes lines to the log of a function, without the keys that have been read by then. */
export function logWithout(keys: ReadonlySet<string>): (line: object) => void {
  return line => console.log([...keys].reduce((text, key) => text.replaceAll(key, '***'), JSON.stringify(line)));
}
