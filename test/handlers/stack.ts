import { randomUUID } from 'node:crypto';
import { Asked } from '../../src/handlers/asked';
import { IsCompleteAnswer, OnEventAnswer, ResourceEvent, ResourceProperties } from '../../src/handlers/existing-service/event';
import { isComplete, onEvent } from '../../src/handlers/existing-service/lifecycle';
import { RunsTable } from '../../src/handlers/existing-service/runs';
import { STACK_HINTS } from '../../src/handlers/stack-hints';
import { MovedAccount, MovedProcess } from '../moved-clock/account';
import { COLLECTION } from '../sweep/stories';

/*
 * CloudFormation and the provider framework of the CDK, with a stack that has one resource. Their rules, from AWS's pages and the framework's code:
 * an event is handed to `onEvent`, then to `isComplete` every few seconds, with the same event and the first answer in it. If `onEvent` throws in a
 * Create, there is no physical id, and the Delete that follows does not reach the handler. If a handler throws or its process ends, the request has failed.
 */

const TABLE = 'runs';
const MOST_MS = 3_600_000;
const FUNCTION_MS = 180_000;
const NO_RESOURCE = 'AWSCDK::CustomResourceProviderFramework::CREATE_FAILED';

export const serviceArn = (name: string) => `arn:aws:ecs:eu-west-1:123456789012:service/shop/${name}`;

export function asked(options: object = {}, more: Partial<Asked> = {}): Asked {
  const key = more.parameter === undefined ? { secret: 'postman/api-key' } : {};
  return { generation: 'live-collection', options: { collectionId: COLLECTION, ...options }, ...key, ...more };
}

export function properties(given: Partial<Asked> = {}, service = serviceArn('orders'), more: Partial<ResourceProperties> = {}): ResourceProperties {
  return { ServiceArn: service, Agent: JSON.stringify(asked(given.options, given)), ...more };
}

export interface Ended {
  readonly status: 'SUCCESS' | 'FAILED';
  readonly reason?: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly physicalId: string;
}

export interface DeliveryOptions {
  /** How often each first event is delivered, at the same time. @default 1 */
  readonly times?: number;
  /** From one of these deliveries to the next, in milliseconds. @default 0 */
  readonly apartMs?: number;
  /** From one call of `isComplete` to the next. @default 5000 */
  readonly pollMs?: number;
  /** Called with each process of a function before it runs. */
  readonly onProcess?: (process: MovedProcess, handler: 'onEvent' | 'isComplete', event: ResourceEvent) => void;
}

/** A stack with one resource. */
export class Stack {
  /** Of every response and log. */
  readonly texts: string[] = [];
  readonly events: ResourceEvent[] = [];
  private physicalId: string | undefined;
  private deployed: ResourceProperties | undefined;

  constructor(private readonly moved: MovedAccount, private readonly name = 'agents', private readonly options: DeliveryOptions = {}) {
    if (!moved.aws.tables.has(this.table)) moved.aws.tables.add(this.table, 'service');
  }

  private get table(): string {
    return `${TABLE}-${this.name}`;
  }

  /** Creates or updates the resource. If that fails, the stack goes back, as CloudFormation does. @returns the first end, and that of the way back */
  async deploy(wanted: ResourceProperties): Promise<{ readonly ended: Ended; readonly back?: Ended }> {
    const { physicalId, deployed } = this;
    if (physicalId === undefined) {
      const ended = await this.request('Create', wanted);
      if (ended.status === 'SUCCESS') {
        this.physicalId = ended.physicalId;
        this.deployed = wanted;
        return { ended };
      }
      return { ended, back: await this.delete(ended.physicalId, wanted) };
    }
    const ended = await this.request('Update', wanted, physicalId);
    if (ended.status === 'FAILED') {
      const back = await this.request('Update', deployed!, ended.physicalId);
      const replaced = back.status === 'SUCCESS' && back.physicalId !== ended.physicalId ? await this.delete(ended.physicalId, wanted) : back;
      return { ended, back: replaced };
    }
    this.physicalId = ended.physicalId;
    this.deployed = wanted;
    // The old resource of a replacement is deleted when the stack is cleaned up.
    return ended.physicalId === physicalId ? { ended } : { ended, back: await this.delete(physicalId, deployed!) };
  }

  async destroy(): Promise<Ended> {
    const ended = await this.delete(this.physicalId!, this.deployed!);
    if (ended.status === 'SUCCESS') this.physicalId = undefined;
    return ended;
  }

  /** Delivers an event once more, which has been carried out before. */
  async again(event: ResourceEvent): Promise<Ended> {
    return this.deliver(event);
  }

  private async delete(physicalId: string, old: ResourceProperties): Promise<Ended> {
    // The framework answers this itself.
    if (physicalId === NO_RESOURCE) return { status: 'SUCCESS', physicalId };
    return this.request('Delete', old, physicalId);
  }

  private async request(type: ResourceEvent['RequestType'], wanted: ResourceProperties, PhysicalResourceId?: string): Promise<Ended> {
    const event: ResourceEvent = {
      RequestType: type, RequestId: randomUUID(), LogicalResourceId: 'Orders', ResourceProperties: wanted,
      StackId: `arn:aws:cloudformation:eu-west-1:123456789012:stack/${this.name}/0a1b2c3d-0f3c-4d0e-9a55-3f1f7f3a1c11`,
      ...PhysicalResourceId === undefined ? {} : { PhysicalResourceId },
    };
    this.events.push(event);
    return this.deliver(event);
  }

  private async deliver(event: ResourceEvent): Promise<Ended> {
    const { times = 1, apartMs = 0, pollMs = 5000 } = this.options;
    const { clock } = this.moved;
    const each = async <T>(call: () => Promise<T>) => Promise.all(Array.from({ length: times }, async (_, index) => {
      if (index > 0) await clock.sleep(index * apartMs);
      return call();
    }));
    const failed = (physicalId: string | undefined, error: unknown): Ended => {
      const reason = (error as Error).message;
      this.texts.push(reason);
      return { status: 'FAILED', reason, physicalId: physicalId ?? NO_RESOURCE };
    };
    let first: OnEventAnswer;
    try {
      [first] = await each(async () => this.invoke('onEvent', event));
    } catch (error) {
      return failed(event.PhysicalResourceId, error);
    }
    const merged: ResourceEvent = JSON.parse(JSON.stringify({ ...event, ...first }));
    const physicalId = merged.PhysicalResourceId!;
    if (event.RequestType === 'Delete' && physicalId !== event.PhysicalResourceId) throw new Error('A Delete changes the physical id.');
    for (const end = clock.now() + MOST_MS; clock.now() < end; await clock.sleep(pollMs)) {
      let answer: IsCompleteAnswer;
      try {
        [answer] = await each(async () => this.invoke('isComplete', merged));
      } catch (error) {
        return failed(physicalId, error);
      }
      if (!answer.IsComplete && answer.Data) throw new Error('Data is not allowed yet.');
      if (!answer.IsComplete) continue;
      const { StackId, RequestId, LogicalResourceId } = event;
      const response = JSON.stringify({
        Status: 'SUCCESS', Reason: 'SUCCESS', StackId, RequestId, PhysicalResourceId: physicalId, LogicalResourceId, NoEcho: false, Data: answer.Data,
      });
      if (Buffer.byteLength(response) > 4096) throw new Error(`The response has ${Buffer.byteLength(response)} bytes.`);
      this.texts.push(response);
      return { status: 'SUCCESS', physicalId, data: answer.Data as Ended['data'] };
    }
    return { status: 'FAILED', reason: 'Operation timed out', physicalId };
  }

  /** A function call, in a process of its own. */
  private async invoke<H extends 'onEvent' | 'isComplete'>(handler: H, event: ResourceEvent): Promise<H extends 'onEvent' ? OnEventAnswer : IsCompleteAnswer> {
    const process = this.moved.process(STACK_HINTS);
    const { clock } = this.moved;
    const end = clock.now() + FUNCTION_MS;
    this.options.onProcess?.(process, handler, event);
    const here = {
      account: process.account, runs: new RunsTable(process.account, this.table), remainingMs: () => end - clock.now(),
      log: (line: object) => { this.texts.push(JSON.stringify(line)); },
    };
    const answer = (handler === 'onEvent' ? onEvent : isComplete)(JSON.parse(JSON.stringify(event)), here);
    answer.catch(() => {});
    const killed = process.ended.then((): never => { throw new Error('RequestId: … Error: Runtime exited with error: signal: killed'); });
    return Promise.race([answer, killed]) as never;
  }
}
