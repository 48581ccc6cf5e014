import { DistributedMap } from './definition';
import { StateError } from './errors';
import { Execution } from './execution';
import { Data } from './paths';

/** If the map sets no limit. https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html */
const DEFAULT_CONCURRENCY = 10_000;

/** The executions of a map's items. */
export class MapRun {
  /** By the item's index; undefined if it has not been started. */
  readonly children: (Execution | undefined)[];
  private isStopped = false;

  constructor(
    private readonly state: DistributedMap, private readonly inputs: readonly Data[], private readonly make: (index: number, input: Data) => Execution,
  ) {
    this.children = inputs.map(() => undefined);
  }

  /**
   * Runs the items that have not succeeded.
   *
   * @returns the outputs, in the order of the items
   * @throws StateError if more items fail than are tolerated
   */
  async run(): Promise<readonly Data[]> {
    this.isStopped = false;
    // A child that failed within what was tolerated runs again, too.
    const wanted = this.children.flatMap((child, index) => child?.status === 'SUCCEEDED' ? [] : [index]);
    const failed = new Set<number>();
    const { MaxConcurrency = 0 } = this.state;
    const work = async (): Promise<void> => {
      for (let index = wanted.shift(); index !== undefined && !this.isStopped; index = wanted.shift()) {
        const child = this.children[index];
        const running = child === undefined ? this.make(index, this.inputs[index]).start() : child.redrive();
        this.children[index] = running;
        await running.ended;
        if (running.status !== 'SUCCEEDED') failed.add(index);
        if (failed.size > this.tolerated) this.abort();
      }
    };
    await Promise.all(Array.from({ length: Math.min(MaxConcurrency === 0 ? DEFAULT_CONCURRENCY : MaxConcurrency, wanted.length) }, work));
    if (failed.size > this.tolerated) {
      const reason = `${failed.size} of ${this.inputs.length} items failed, and ${this.tolerated} are tolerated.`;
      throw new StateError('States.ExceedToleratedFailureThreshold', reason);
    }
    return this.children.flatMap(child => child?.status === 'SUCCEEDED' ? [child.output!] : []);
  }

  /** Those that are running are aborted, and no more are started. */
  abort(): void {
    this.isStopped = true;
    for (const child of this.children) child?.abort();
  }

  private get tolerated(): number {
    const { ToleratedFailureCount: count, ToleratedFailurePercentage: percentage } = this.state;
    const limits = [...count === undefined ? [] : [count], ...percentage === undefined ? [] : [Math.floor(percentage / 100 * this.inputs.length)]];
    return limits.length === 0 ? 0 : Math.min(...limits);
  }
}
