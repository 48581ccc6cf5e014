import { Failure, usage } from '../../aws';

/** A value of a file with its place, whatever the format of the file is. */
export interface FileNode {
  readonly kind: 'members' | 'list' | 'text' | 'number' | 'switch' | 'nothing';
  /** From which character on, from 0. */
  readonly at: number;
  /** A value as it is written, without quotes. */
  readonly text: string;
  readonly members: readonly FileEntryMember[];
  readonly items: readonly FileNode[];
}

export interface FileEntryMember {
  readonly name: string;
  readonly at: number;
  readonly node: FileNode;
}

/** A file's name and text, which tell where something is in it. */
export class FilePlaces {
  /** Where each line begins. */
  private readonly starts: readonly number[];

  constructor(public readonly name: string, text: string) {
    this.starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map(({ index, 0: end }) => index + end.length)];
  }

  /** `file:line:column`, from 1 on. */
  public of(at: number): string {
    let [low, high] = [0, this.starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.starts[middle] <= at) low = middle;
      else high = middle - 1;
    }
    return this.at(low + 1, at - this.starts[low] + 1);
  }

  public at(line: number, column: number): string {
    return `${this.name}:${line}:${column}`;
  }
}

/** Faults that are shown at once. */
const MOST_FAULTS = 20;

/** What is wrong in a file. All of it is told at once. */
export class FileFaults {
  private readonly faults: string[] = [];

  constructor(private readonly places: FilePlaces) {}

  public add(at: number, fault: string): void {
    this.faults.push(`${this.places.of(at)}: ${fault}`);
  }

  /** @throws Failure a usage error, if there are faults */
  public check(): void {
    if (this.faults.length === 0) return;
    const more = this.faults.length - MOST_FAULTS;
    throw usage([...this.faults.slice(0, MOST_FAULTS), ...more > 0 ? [`and ${more} more`] : []].join('\n'));
  }

  /** The error of a file that cannot be read any further. */
  public only(at: number, fault: string): Failure {
    return usage(`${this.places.of(at)}: ${fault}`);
  }
}
