import { writeSync } from 'node:fs';
import { isColored } from './colors';
import { piecesOf } from './json-pieces';
import { colored, messageLines, plainJson, plainLine } from './plain-text';
import { wrapLine } from './width';
import { HiddenValues, withoutApiKeys } from '../agent';
import { isList, isObject, Json, JsonObject } from '../edit';

/**
 * The output of a run: its result on stdout, everything else on stderr; with `--json` only one document on stdout. Nothing in it controls a
 * terminal or a CI system except the line breaks, colours and cursor movements of this program.
 * Output that cannot be written, to a full disk or a closed pipe, never stops a run.
 */
export class Output {
  private fault?: Error;
  private draft: () => object;
  private hasDocument = false;
  private readonly hidden: HiddenValues;

  /**
   * @param verb as it was called
   * @param keys values of the API key: they are hidden in all output
   */
  constructor(verb: string, public readonly isJson: boolean, private readonly isVerbose: boolean, keys: readonly string[]) {
    this.draft = () => emptyDocument(verb);
    this.hidden = new HiddenValues(keys);
    process.stdout.on('error', error => { this.fault ??= error; });
    process.stderr.on('error', () => {});
  }

  /** Hides a value of the API key from now on, or the user and password of a URL, which end in `@`. */
  public hide(text: string): void {
    this.hidden.add(text);
  }

  public clean(text: string): string {
    return this.hidden.cleaned(text);
  }

  /** A text as one line that can be shown on a stream: without keys, with its colours or without. */
  public line(text: string, stream: Stream = process.stderr): string {
    return colored(plainLine(this.clean(text)), isColored(stream));
  }

  /** A text of the user's own that is the whole result, as it is. */
  public print(text: string): void {
    process.stdout.write(text);
  }

  /** A line of the result, for people. */
  public say(text = ''): void {
    if (!this.isJson) this.write(process.stdout, [text]);
  }

  /** A line for people beside a question. */
  public show(text: string): void {
    this.write(process.stderr, [text]);
  }

  /** A message about the run, which may break lines. */
  public note(text: string): void {
    this.write(process.stderr, messageLines(text));
  }

  /** A line for `--verbose`. */
  public trace(text: string): void {
    if (this.isVerbose) this.write(process.stderr, [`  ${text}`]);
  }

  private write(stream: Stream & { write(text: string): unknown }, lines: readonly string[]): void {
    stream.write(this.shown(stream, lines));
  }

  /** On a terminal, long lines are wrapped at words. */
  private shown(stream: Stream, lines: readonly string[]): string {
    const columns = stream.isTTY && stream.columns ? stream.columns : Infinity;
    return lines.flatMap(line => wrapLine(plainLine(this.clean(line)), columns)).map(line => `${colored(line, isColored(stream))}\n`).join('');
  }

  /** The document of `--json`, or of a verb that prints nothing else. Its services may be functions that make them. */
  public document(document: unknown): void {
    this.hasDocument = true;
    for (const piece of this.printed(document)) process.stdout.write(piece);
  }

  /** What is known so far: the document if the run ends before its own one. */
  public know(draft: () => object): void {
    this.draft = draft;
  }

  /** With `--json`, what is known and why the run ended, unless its document was printed. @param isNow whether the process ends at once */
  public failed(message: string, isNow = false): void {
    if (!this.isJson || this.hasDocument) return;
    this.hasDocument = true;
    for (const piece of this.printed({ ...this.draft(), error: { message } })) {
      if (isNow) writeNow(1, piece);
      else process.stdout.write(piece);
    }
  }

  private* printed(document: unknown): Iterable<string> {
    for (const piece of piecesOf(document, value => this.cleanJson(value))) yield plainJson(piece);
  }

  /**
   * A document without keys: they are replaced in its texts and its names, so it stays a document whatever a key is. In a task definition the
   * values of an application are shown as they are: there only what is known to be hidden is replaced.
   */
  private cleanJson(value: Json, clean = (text: string) => this.clean(text)): Json {
    if (typeof value === 'string') return clean(value);
    if (isList(value)) return value.map(item => this.cleanJson(item, clean));
    if (!isObject(value)) return value;
    const members = new Map<string, Json>();
    for (const [name, member] of Object.entries(value)) {
      // The names of the document's own members are words.
      let shown = /^[a-z]+$/i.test(name) ? name : clean(name);
      while (members.has(shown)) shown += '*';
      members.set(shown, this.cleanJson(member, name === 'taskDefinition' ? text => withoutApiKeys(this.hidden.without(text)) : clean));
    }
    return Object.fromEntries(members) as JsonObject;
  }

  /** Waits until everything is written to stdout. Answers the error if it could not be. */
  public async finish(): Promise<Error | undefined> {
    await new Promise<void>(done => {
      if (this.fault || process.stdout.destroyed) done();
      else process.stdout.write('', () => done());
    });
    return this.fault;
  }

  /** The last line of a process that ends at once. */
  public lastWords(text: string): void {
    writeNow(2, this.shown(process.stderr, messageLines(text)));
  }
}

/** The version of the documents of `--json`. Within one version members are only added. */
export const DOCUMENT_VERSION = 2;

/** The document of a run that knows nothing yet. */
export function emptyDocument(verb: string | null): object {
  return { version: DOCUMENT_VERSION, verb, ...verb === 'key update' ? {} : { services: [] } };
}

/** A busy terminal is retried for a moment. */
function writeNow(descriptor: number, text: string): void {
  let rest = Buffer.from(text);
  for (let tries = 0; tries < 50 && rest.length > 0; tries++) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** What a stream of output is. */
interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}
