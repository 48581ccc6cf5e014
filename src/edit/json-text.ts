import { Json, parseJson } from './json';

/**
 * A JSON document with the place of each value in its text. Comments (`//` and in `/*`) and Go templates (`{{ … }}`) are kept: a template in a text
 * is a part of the text, and one in place of a value is a text. So everything that is not changed keeps its bytes.
 */
export interface JsonText {
  readonly text: string;
  readonly root: TextNode;
}

/** A value, from its first character to after its last. */
export interface TextNode {
  readonly kind: 'object' | 'list' | 'other';
  readonly start: number;
  readonly end: number;
  readonly value: Json;
  /** The members of an object or the items of a list, in the order of the text. */
  readonly entries: readonly TextEntry[];
  /** Whether the names of its members are data. */
  readonly isMap?: boolean;
}

export interface TextEntry {
  /** The name of a member, as it is in the model. Undefined for an item of a list. */
  readonly name?: string;
  readonly start: number;
  readonly node: TextNode;
  /** Place of the comma after it; undefined after the last entry. */
  readonly comma?: number;
}

/** Why a text is not one JSON document. */
export type JsonProblem = 'syntax' | 'template' | 'documents' | 'twice' | 'deep' | 'empty';

/** The message names the line, and what was found there. */
export class JsonTextError extends SyntaxError {
  /** @param column from 1 on */
  constructor(public readonly problem: JsonProblem, message: string, public readonly line: number, public readonly column: number) {
    super(message);
    this.name = 'JsonTextError';
  }
}

/** A task definition has at most eight levels, and a parser that calls itself must not run out of stack. */
const MAX_DEPTH = 100;

/** @throws JsonTextError if the text is not one JSON document */
export function readJsonText(text: string): JsonText {
  try {
    return new Reader(text, false).document();
  } catch (error) {
    if (!text.includes('{{')) throw error;
    return new Reader(text, true).document();
  }
}

/** Templates that decide which parts of the text there are. */
const BLOCK = /^\{\{-?\s*(?:if|else|end|range|with|define|block|break|continue|template)\b/;
/** Templates that write nothing: comments and assignments. */
const SILENT = /^\{\{-?\s*(?:\/\*|\$\w*(?:,\s*\$\w+)?\s*:?=)/;
const SPACE = /[ \t\r\n]/;

class Reader {
  private at = 0;

  constructor(private readonly text: string, private readonly hasTemplates: boolean) {}

  public document(): JsonText {
    // Some editors write a byte order mark.
    if (this.text.startsWith('\uFEFF')) this.at = 1;
    this.skip();
    if (this.at >= this.text.length) throw this.error('empty', 'there is no JSON in it');
    const root = this.value(0);
    this.skip();
    if (this.at < this.text.length) {
      throw /["{[\d]/.test(this.text[this.at]) ? this.error('documents', 'a second document begins there')
        : this.error('syntax', `the document has ended, but there is ${this.found()}`);
    }
    return { text: this.text, root };
  }

  private value(depth: number): TextNode {
    if (depth > MAX_DEPTH) throw this.error('deep', `values are nested more than ${MAX_DEPTH} levels deep`);
    if (this.isTemplate() || (this.hasTemplates && /^[\w.+-]+\{\{/.test(this.text.slice(this.at, this.at + 100)))) return this.templated();
    switch (this.text[this.at]) {
      case '{': return this.container('object', depth);
      case '[': return this.container('list', depth);
      case '"': return this.quoted();
      default: return this.word();
    }
  }

  private container(kind: 'object' | 'list', depth: number): TextNode {
    const start = this.at++;
    const close = kind === 'object' ? '}' : ']';
    const entries: TextEntry[] = [];
    const names = new Map<string, Json>();
    for (this.skip(); this.text[this.at] !== close; this.skip()) {
      const before = entries[entries.length - 1];
      if (before !== undefined) {
        if (this.text[this.at] !== ',') throw this.error('syntax', `there must be \`,\` or \`${close}\`, but there is ${this.found()}`);
        entries[entries.length - 1] = { ...before, comma: this.at++ };
        this.skip();
      }
      const entry = kind === 'object' ? this.member(depth) : { start: this.at, node: this.value(depth + 1) };
      if (entry.name !== undefined) {
        if (names.has(entry.name)) throw this.error('twice', `the member ${JSON.stringify(entry.name)} is there twice`, entry.start);
        names.set(entry.name, entry.node.value);
      }
      entries.push(entry);
    }
    const end = ++this.at;
    return { kind, start, end, entries, value: kind === 'object' ? Object.fromEntries(names) : entries.map(({ node }) => node.value) };
  }

  private member(depth: number): TextEntry {
    const start = this.at;
    if (this.text[start] !== '"') throw this.error('syntax', `there must be the name of a member in double quotes, but there is ${this.found()}`);
    const name = this.quoted().value as string;
    this.skip();
    if (this.text[this.at] !== ':') throw this.error('syntax', `there must be \`:\` after the name of a member, but there is ${this.found()}`);
    this.at++;
    this.skip();
    return { name, start, node: this.value(depth + 1) };
  }

  private quoted(): TextNode {
    const start = this.at++;
    while (this.text[this.at] !== '"') {
      if (this.at >= this.text.length) throw this.error('syntax', 'a text begins there and does not end', start);
      if (this.isTemplate()) this.template();
      else this.at += this.text[this.at] === '\\' ? 2 : 1;
    }
    const end = ++this.at;
    const written = this.text.slice(start, end);
    try {
      return { kind: 'other', start, end, entries: [], value: parseJson(written) };
    } catch {
      // A template may have quotes of its own.
      if (this.hasTemplates && written.includes('{{')) return { kind: 'other', start, end, entries: [], value: written.slice(1, -1) };
      throw this.error('syntax', 'a text has a line break, or an escape that JSON does not have', start);
    }
  }

  /** A number, `true`, `false` or `null`. */
  private word(): TextNode {
    const start = this.at;
    const [written] = /^[^\s,:[\]{}"/]*/.exec(this.text.slice(start, start + 1000))!;
    try {
      const value = parseJson(written);
      this.at += written.length;
      return { kind: 'other', start, end: this.at, entries: [], value };
    } catch {
      throw this.error('syntax', `there must be a value, but there is ${this.found()}`);
    }
  }

  /** One or more templates in place of a value, such as a number. */
  private templated(): TextNode {
    const start = this.at;
    while (this.isTemplate() || /[\w.+-]/.test(this.text[this.at] ?? '')) {
      if (!this.isTemplate()) this.at++;
      else if (BLOCK.test(this.text.slice(this.at, this.at + 40))) throw this.block();
      else this.template();
    }
    return { kind: 'other', start, end: this.at, entries: [], value: this.text.slice(start, this.at) };
  }

  /** Goes on behind white space, comments, and templates that write nothing. */
  private skip(): void {
    for (;;) {
      const next = this.text.slice(this.at, this.at + 2);
      if (next === '') return;
      if (SPACE.test(next[0])) this.at++;
      else if (next === '//') this.at = this.behind('\n', 'end');
      else if (next === '/*') this.at = this.behind('*/', 'a comment begins there and does not end');
      else if (!this.isTemplate()) return;
      else if (SILENT.test(this.text.slice(this.at, this.at + 80))) this.template();
      else if (BLOCK.test(this.text.slice(this.at, this.at + 40))) throw this.block();
      else return;
    }
  }

  private behind(mark: string, otherwise: string): number {
    const found = this.text.indexOf(mark, this.at + 2);
    if (found >= 0) return found + mark.length;
    if (otherwise === 'end') return this.text.length;
    throw this.error('syntax', otherwise);
  }

  private isTemplate(): boolean {
    return this.hasTemplates && this.text.startsWith('{{', this.at);
  }

  /** Goes on behind a template. Its own texts may have braces. */
  private template(): void {
    const start = this.at;
    const comment = /^\{\{-?\s*\/\*/.test(this.text.slice(start, start + 40));
    this.at += 2;
    while (!this.text.startsWith('}}', this.at)) {
      if (this.at >= this.text.length) throw this.error('syntax', 'a template begins there and does not end', start);
      const quote = this.text[this.at];
      if (!comment && (quote === '`' || quote === '"')) this.at = this.behindQuote(quote);
      else this.at += quote === '\\' ? 2 : 1;
    }
    this.at += 2;
  }

  private behindQuote(quote: string): number {
    let at = this.at + 1;
    while (at < this.text.length && this.text[at] !== quote) at += quote === '"' && this.text[at] === '\\' ? 2 : 1;
    return at + 1;
  }

  private block(): JsonTextError {
    const [found] = /^\{\{[^}]*\}?\}?/.exec(this.text.slice(this.at, this.at + 60))!;
    return this.error('template', `the template ${found} decides which parts there are`);
  }

  private found(): string {
    const rest = this.text.slice(this.at, this.at + 20);
    return rest === '' ? 'the end' : JSON.stringify(/^\S*/.exec(rest)![0] || rest[0]);
  }

  private error(problem: JsonProblem, message: string, at = this.at): JsonTextError {
    const before = this.text.slice(0, at).split('\n');
    return new JsonTextError(problem, message, before.length, before[before.length - 1].length + 1);
  }
}
