import { isSameJson } from './diff';
import { isList, isObject, Json, JsonObject, memberIn, printJson, textIn } from './json';
import { JsonText, TextNode } from './json-text';

/**
 * The text of a document with another value. Everything that is the same in both keeps its bytes; what is new is written as the document writes
 * such things: with its indentation, its line ends, and its spaces.
 *
 * @param written how a new value is written, e.g. with other names of members
 */
export function textWith(document: JsonText, after: Json, written: (value: Json) => Json = value => value): string {
  const { text, root } = document;
  const style = styleOf(document);
  return text.slice(0, root.start) + new Writer(text, style, written).node(root, after) + text.slice(root.end);
}

/** How a document is written. */
interface Style {
  /** What one level is indented by. Undefined if everything is on one line. */
  readonly unit?: string;
  readonly newline: string;
  /** Between a name and its value. */
  readonly colon: string;
  /** Between two values on one line. */
  readonly comma: string;
}

function styleOf({ text, root }: JsonText): Style {
  const [first] = root.entries;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const colon = first?.name === undefined ? ': ' : text.slice(first.start + JSON.stringify(first.name).length, first.node.start);
  const own = first === undefined ? undefined : indentationAt(text, first.start);
  const outer = indentationAt(text, root.start) ?? '';
  return {
    unit: own === undefined ? undefined : own.startsWith(outer) && own.length > outer.length ? own.slice(outer.length) : '',
    newline,
    colon: /^[ \t]*:[ \t]*$/.test(colon) ? colon : ': ',
    comma: /:$/.test(colon) ? ',' : ', ',
  };
}

/** The white space before a place, if nothing else is before it on its line, and it is not the first line. */
function indentationAt(text: string, at: number): string | undefined {
  const line = text.slice(0, at).lastIndexOf('\n');
  const before = text.slice(line + 1, at);
  return line >= 0 && /^[ \t]*$/.test(before) ? before : undefined;
}

/** The indentation of the line that has a place. */
function indentationOfLine(text: string, at: number): string {
  return /^[ \t]*/.exec(text.slice(text.slice(0, at).lastIndexOf('\n') + 1))![0];
}

/** An entry of the result: one that was there, or a new one. */
type Part = { readonly old: number; readonly text: string } | { readonly old?: undefined; readonly name?: string; readonly value: Json };

class Writer {
  constructor(private readonly text: string, private readonly style: Style, private readonly written: (value: Json) => Json) {}

  /** A value that was there, as it is now. */
  public node(node: TextNode, after: Json): string {
    if (isSameJson(node.value, after)) return this.text.slice(node.start, node.end);
    if (node.kind === 'object' && isObject(after)) return this.container(node, this.membersOf(node, Object.entries(after)));
    if (node.kind === 'list' && isList(after)) return this.container(node, this.itemsOf(node, after));
    return this.printed(this.written(after), indentationOfLine(this.text, node.start), this.text.slice(node.start, node.end).includes('\n'));
  }

  private membersOf({ entries, value, isMap }: TextNode, members: readonly (readonly [string, Json])[]): Part[] {
    const wanted = new Map(members);
    const kept = entries.flatMap<Part>(({ name, start, node }, old) =>
      wanted.has(name!) ? [{ old, text: this.text.slice(start, node.start) + this.node(node, wanted.get(name!)!) }] : []);
    const isNew = (name: string) => memberIn(value as JsonObject, name) === undefined;
    return [...kept, ...members.flatMap<Part>(([name, member]) => isNew(name) ? [isMap ? { name, value: member } : this.named(name, member)] : [])];
  }

  /** A new member, with the names as the document writes them. */
  private named(member: string, of: Json): Part {
    const [[name, value]] = Object.entries(this.written({ [member]: of }) as JsonObject);
    return { name, value };
  }

  private itemsOf({ entries }: TextNode, items: readonly Json[]): Part[] {
    return paired(entries.map(({ node }) => node.value), items).map<Part>(({ old, value }) =>
      old === undefined ? { value: this.written(value) } : { old, text: this.node(entries[old].node, value) });
  }

  private container(node: TextNode, parts: readonly Part[]): string {
    const { entries } = node;
    const [open, close] = [this.text[node.start], this.text[node.end - 1]];
    if (entries.length === 0) return this.filled(node, open, close, parts);
    if (parts.length === 0) return open + close;
    const form = this.formOf(node);
    const last = entries.length - 1;
    let result = open + this.text.slice(node.start + 1, entries[0].start);
    parts.forEach((part, index) => {
      if (index > 0) result += this.between(node, parts[index - 1].old, part.old, form);
      result += part.old === undefined ? this.entry(part.name, part.value, form) : part.text;
    });
    const end = parts[parts.length - 1].old;
    const tail = splitGap(this.text.slice(entries[last].node.end, node.end - 1));
    // A comment beside the last entry stays beside it.
    const beside = end === last ? tail.beside : end === undefined ? '' : this.gapBehind(node, end).beside;
    return result + beside + tail.rest + close;
  }

  /** What is between two entries of the result. */
  private between(node: TextNode, before: number | undefined, next: number | undefined, form: Form): string {
    if (before !== undefined && next === before + 1) return this.text.slice(node.entries[before].node.end, node.entries[next].start);
    const beside = before === undefined ? '' : this.gapBehind(node, before).beside;
    const rest = next === undefined || next === 0 ? form.separator : this.gapBehind(node, next - 1).rest;
    const isOpen = beside.includes('//') && !rest.includes('\n');
    return `,${beside}${isOpen ? `${this.style.newline}${form.indentation}` : rest}`;
  }

  /** What follows an entry, without the comma. */
  private gapBehind({ entries, end }: TextNode, index: number): Gap {
    const { node, comma } = entries[index];
    if (comma === undefined) return splitGap(this.text.slice(node.end, end - 1));
    return splitGap(this.text.slice(node.end, comma) + this.text.slice(comma + 1, entries[index + 1].start));
  }

  /** How new entries of a container are written: as the last one is. */
  private formOf({ entries }: TextNode): Form {
    const last = entries[entries.length - 1];
    const own = indentationAt(this.text, last.start);
    if (own !== undefined) return { separator: `${this.style.newline}${own}`, indentation: own, isOnLines: true };
    const isOnLines = this.style.unit !== undefined && this.text.slice(last.start, last.node.end).includes('\n');
    const before = entries.length > 1 ? this.text.slice(entries[entries.length - 2].comma! + 1, last.start) : this.style.comma.slice(1);
    const separator = /^[ \t]*$/.test(before) ? before : this.style.comma.slice(1);
    return { separator, indentation: indentationOfLine(this.text, last.node.end), isOnLines };
  }

  private filled(node: TextNode, open: string, close: string, parts: readonly Part[]): string {
    const outer = indentationOfLine(this.text, node.start);
    const { unit, newline, comma } = this.style;
    const indentation = outer + (unit ?? '');
    const form = { separator: '', indentation, isOnLines: unit !== undefined };
    const all = parts.flatMap(part => part.old === undefined ? this.entry(part.name, part.value, form) : []);
    return unit === undefined ? open + all.join(comma) + close
      : `${open}${newline}${all.map(one => indentation + one).join(`,${newline}`)}${newline}${outer}${close}`;
  }

  private entry(name: string | undefined, value: Json, { indentation, isOnLines }: Form): string {
    return (name === undefined ? '' : `${JSON.stringify(name)}${this.style.colon}`) + this.printed(value, indentation, isOnLines);
  }

  private printed(value: Json, indentation: string, isOnLines: boolean): string {
    const { unit = '', newline, colon, comma } = this.style;
    if (!isObject(value) && !isList(value)) return printJson(value);
    const inner = indentation + unit;
    const all = isList(value) ? value.map(item => this.printed(item, inner, isOnLines))
      : Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}${colon}${this.printed(member, inner, isOnLines)}`);
    const [open, close] = isList(value) ? '[]' : '{}';
    if (all.length === 0 || !isOnLines) return open + all.join(comma) + close;
    return `${open}${newline}${all.map(one => inner + one).join(`,${newline}`)}${newline}${indentation}${close}`;
  }
}

interface Form {
  /** Between the comma and a new entry. */
  readonly separator: string;
  /** Of the line on which a new entry begins. */
  readonly indentation: string;
  readonly isOnLines: boolean;
}

/** What is between two entries: comments on the line of the first, and the rest. */
interface Gap { readonly beside: string; readonly rest: string }

function splitGap(gap: string): Gap {
  const [beside] = /^(?:[ \t]*(?:\/\/[^\r\n]*|\/\*[^]*?\*\/))*/.exec(gap)!;
  return { beside, rest: gap.slice(beside.length) };
}

/** An item of a new list, and the place in the old list of the one that it was. */
interface Item { readonly old?: number; readonly value: Json }

/** Which item of the new list was which one of the old list: the same, or one of the same name, or one at its place. */
function paired(before: readonly Json[], after: readonly Json[]): Item[] {
  const shorter = Math.min(before.length, after.length);
  let first = 0;
  while (first < shorter && isIt(before[first], after[first])) first++;
  let last = 0;
  while (last < shorter - first && isIt(before[before.length - 1 - last], after[after.length - 1 - last])) last++;
  const oldMiddle = before.slice(first, before.length - last);
  const newMiddle = after.slice(first, after.length - last);
  const shifted = after.length - before.length;
  return [
    ...after.slice(0, first).map((value, old) => ({ old, value })),
    ...pairedMiddle(oldMiddle, newMiddle).map(({ old, value }) => old === undefined ? { value } : { old: first + old, value }),
    ...after.slice(after.length - last).map((value, index) => ({ old: after.length - last + index - shifted, value })),
  ];
}

function pairedMiddle(before: readonly Json[], after: readonly Json[]): Item[] {
  // The length of the longest common part from each pair of places on.
  const common = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i][j] = isIt(before[i], after[j]) ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const result: Item[] = [];
  let removed: number[] = [];
  let at = 0;
  after.forEach((value, j) => {
    while (at < before.length && !isIt(before[at], value) && common[at + 1][j] >= common[at][j + 1]) removed.push(at++);
    if (at < before.length && isIt(before[at], value)) {
      removed = [];
      result.push({ old: at++, value });
    } else {
      // In the place of one that is gone.
      const old = labelOf(value) === undefined ? removed.shift() : undefined;
      result.push(old === undefined ? { value } : { old, value });
    }
  });
  return result;
}

function isIt(a: Json, b: Json): boolean {
  const label = labelOf(a);
  return label === undefined ? isSameJson(a, b) : label === labelOf(b);
}

function labelOf(value: Json): string | undefined {
  return isObject(value) ? textIn(value.name) ?? textIn(value.key) : undefined;
}
