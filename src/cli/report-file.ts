import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { usage } from '../aws/calls/failure';
import { Report, reportPage } from '../report';

/** The file of `--report`: it has what is known when the run ends, however that happens. */
export class ReportFile {
  private draft?: () => Report;

  /**
   * @param path of the HTML page. It replaces a file of that name
   * @param clean takes keys out of a text
   * @throws Failure a usage error if nothing can be written there, before anything else is done
   */
  constructor(public readonly path: string, private readonly clean: (text: string) => string) {
    try {
      accessSync(dirname(resolve(path)), constants.W_OK);
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
    } catch (error) {
      throw usage(`--report must name a file in a folder that exists and can be written, got: ${path} (${(error as Error).message}).`);
    }
  }

  /** What is known so far. */
  public know(draft: () => Report): void {
    this.draft = draft;
  }

  /** Writes what is known, in one step: a reader never sees half a page. @throws if it cannot be written. @returns whether there was something to write */
  public write(): boolean {
    if (this.draft === undefined) return false;
    const page = reportPage(cleaned(this.draft(), this.clean));
    const beside = `${this.path}.${process.pid}.tmp`;
    try {
      writeFileSync(beside, page);
      renameSync(beside, this.path);
    } catch (error) {
      rmSync(beside, { force: true });
      throw error;
    }
    return true;
  }
}

/** Each text of the report without keys. */
function cleaned<T>(value: T, clean: (text: string) => string): T {
  if (typeof value === 'string') return clean(value) as T;
  if (Array.isArray(value)) return value.map(item => cleaned(item as unknown, clean)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cleaned(member as unknown, clean)])) as T;
}
