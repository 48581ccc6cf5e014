/** JSON taken apart as text, independently of the tested code: what is not changed must come out byte by byte. */

/** Without white space between tokens. */
export function compact(text: string): string {
  return text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, quoted: string | undefined) => quoted ?? '');
}

/** The members of an object in compact text, with their values as text. */
export function membersOf(object: string): [name: string, value: string][] {
  return partsOf(object, '{}').map(part => {
    const [name] = /^"(?:[^"\\]|\\.)*"/.exec(part)!;
    return [JSON.parse(name), part.slice(name.length + 1)];
  });
}

export function itemsOf(list: string): string[] {
  return partsOf(list, '[]');
}

export function objectOf(members: readonly (readonly [name: string, value: string])[]): string {
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`;
}

/** One member's value; undefined if there is none. */
export function memberOf(object: string, name: string): string | undefined {
  return membersOf(object).find(([known]) => known === name)?.[1];
}

function partsOf(text: string, [open, close]: string): string[] {
  if (!text.startsWith(open) || !text.endsWith(close)) throw new Error(`Not within ${open}${close}: ${text}`);
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const [token] of text.slice(1, -1).matchAll(/"(?:[^"\\]|\\.)*"|[^"]/gs)) {
    if (token === ',' && depth === 0) {
      parts.push(part);
      part = '';
      continue;
    }
    if ('{['.includes(token)) depth++;
    else if ('}]'.includes(token)) depth--;
    part += token;
  }
  return part === '' ? parts : [...parts, part];
}
