import { QueueAnswer, rotate } from '../../src/handlers/rotate-tasks/rotate';
import { ROTATION_HINTS } from '../../src/handlers/rotate-tasks/words';
import { MovedAccount, MovedProcess } from '../moved-clock/account';

/*
 * A FIFO queue of Amazon SQS and the event source of AWS Lambda, with the settings of the construct. The messages of a group are delivered one after the
 * other: one that goes back to the queue keeps those behind it waiting. What was delivered too often goes to the dead letters.
 */

/** As the construct sets them: test/constructs/rotation.test.ts. */
export const DELAY_MS = 10_000;
export const RETRY_MS = 6 * 60_000;
const FUNCTION_MS = 60_000;
export const MOST_TRIES = 480;

interface QueueOptions {
  /** Called with each process of the function before it runs. */
  readonly onProcess?: (process: MovedProcess) => void;
  /** How often a message is delivered at most. Fewer times than the construct says show the same in less time. @default 20 */
  readonly tries?: number;
}

interface Message {
  readonly body: string;
  readonly sentAt: number;
  tries: number;
}

export class Queue {
  readonly dead: string[] = [];
  /** The function's log, a line each. */
  readonly log: any[] = [];
  /** Of functions that have failed. */
  readonly errors: string[] = [];
  private readonly groups = new Map<string, Message[]>();

  constructor(private readonly moved: MovedAccount, private readonly options: QueueOptions = {}) {}

  send(group: string, body: string): void {
    const messages = this.groups.get(group) ?? [];
    this.groups.set(group, messages);
    messages.push({ body, sentAt: this.moved.clock.now(), tries: 0 });
  }

  /** Until no message is left, also of those that are sent in the meantime. All groups are worked on at the same time. */
  async drain(): Promise<void> {
    await Promise.all([...this.groups.values()].map(async messages => {
      for (const message of messages) await this.deliver(message);
    }));
    this.groups.clear();
  }

  private async deliver(message: Message): Promise<void> {
    const { clock } = this.moved;
    await clock.sleep(Math.max(0, message.sentAt + DELAY_MS - clock.now()));
    const { tries = 20 } = this.options;
    while (message.tries < tries) {
      message.tries++;
      const deliveredAt = clock.now();
      if (await this.invoke(message)) return;
      await clock.sleep(Math.max(0, deliveredAt + RETRY_MS - clock.now()));
    }
    this.dead.push(message.body);
  }

  /** @returns whether the message is deleted */
  private async invoke({ body }: Message): Promise<boolean> {
    const process = this.moved.process(ROTATION_HINTS);
    const messageId = 'message-1';
    this.options.onProcess?.(process);
    const answer = rotate({ Records: [{ messageId, body }] }, process.account, line => this.log.push(line));
    const killed = process.ended.then((): never => { throw new Error('signal: killed'); });
    const ended = new AbortController();
    const timeout = this.moved.clock.sleep(FUNCTION_MS, ended.signal).then((): QueueAnswer => {
      if (ended.signal.aborted) return { batchItemFailures: [] };
      process.kill();
      throw new Error('Task timed out after 60.00 seconds');
    });
    for (const ending of [answer, killed, timeout]) ending.catch(() => {});
    try {
      const { batchItemFailures }: QueueAnswer = await Promise.race([answer, killed, timeout]);
      return !batchItemFailures.some(({ itemIdentifier }) => itemIdentifier === messageId);
    } catch (error) {
      this.errors.push((error as Error).message);
      return false;
    } finally {
      ended.abort();
    }
  }
}
