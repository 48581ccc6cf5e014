import { writeSync } from 'node:fs';
import { withoutKeys } from './environment-key';
import { Json, printJson } from '../edit';

/**
 * The output of a run: its result on stdout, everything else on stderr; with `--json` only one document on stdout.
 * Output that cannot be written, to a full disk or a closed pipe, never stops a run.
 */
export class Output {
  private fault?: Error;
  private readonly keys: Set<string>;

  /**
   * @param keys values of the API key: they are hidden in all output
   */
  constructor(public readonly isJson: boolean, private readonly isVerbose: boolean, keys: readonly string[]) {
    this.keys = new Set(keys);
    process.stdout.on('error', error => { this.fault ??= error; });
    process.stderr.on('error', () => {});
  }

  /** Hides a value of the API key from now on. A shorter text is not a key, and may be a part of any word. */
  public hide(key: string): void {
    if (key.length >= 8) this.keys.add(key);
  }

  public clean(text: string): string {
    return withoutKeys(text, this.keys);
  }

  /** A line of the result, for people. */
  public say(text = ''): void {
    if (!this.isJson) process.stdout.write(`${this.clean(text)}\n`);
  }

  /** A line about the run. */
  public note(text: string): void {
    process.stderr.write(`${this.clean(text)}\n`);
  }

  /** A line for `--verbose`. */
  public trace(text: string): void {
    if (this.isVerbose) this.note(`  ${text}`);
  }

  /** The document of `--json`, or of a verb that prints nothing else. */
  public document(document: unknown): void {
    process.stdout.write(`${this.clean(printJson(document as Json, 2))}\n`);
  }

  /** Waits until everything is written to stdout. Answers the error if it could not be. */
  public async finish(): Promise<Error | undefined> {
    await new Promise<void>(done => {
      if (this.fault || process.stdout.destroyed) done();
      else process.stdout.write('', () => done());
    });
    return this.fault;
  }

  /** The last line of a process that ends at once. A busy terminal is retried for a moment. */
  public lastWords(text: string): void {
    const line = `${this.clean(text)}\n`;
    for (let tries = 0; tries < 50; tries++) {
      try {
        writeSync(2, line);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      }
    }
  }
}
