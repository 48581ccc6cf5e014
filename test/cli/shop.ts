import { runInProcess } from './in-process';
import { ProcessOptions, Ran, run, RunOptions } from './run';
import { addSurroundings, Call, FakeAws, FakeAwsOptions, JsonObject, ServiceOptions, Surroundings, taskDefinitionBody } from '../fakes';
import { MovedClock } from '../moved-clock/clock';

export const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
export const PROJECT = 'svc_0123456789ABCDEFGHIJKL';
export const WORKSPACE = '6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
export const SYSTEM_ENVIRONMENT = '0a1b2c3d-0f3c-4d0e-9a55-3f1f7f3a1c11';
/** The value of POSTMAN_API_KEY in scenarios that have one. */
export const KEY = 'not-a-key';
export const WITH_KEY = { POSTMAN_API_KEY: KEY } as const;
export const AGENT = 'postman-lc-agent';
export const INSIGHTS_AGENT = 'postman-insights-agent';
/** The repositories of their images. */
export const IMAGE = `docker.postman.com/${AGENT}`;
export const INSIGHTS_IMAGE = `public.ecr.aws/postman/${INSIGHTS_AGENT}`;
export const EXECUTION_ROLE = 'arn:aws:iam::123456789012:role/execution';

export const CLUSTER_ARN = 'arn:aws:ecs:eu-west-1:123456789012:cluster/shop';
export const serviceArn = (name: string) => `arn:aws:ecs:eu-west-1:123456789012:service/shop/${name}`;
export const revisionArn = (revision: string) => `arn:aws:ecs:eu-west-1:123456789012:task-definition/${revision}`;

export const SELECT = ['--cluster', 'shop', '--service', 'orders'];
export const PLAN = ['ecs', 'plan', ...SELECT, '--collection', COLLECTION];
export const ADD = ['ecs', 'add', ...SELECT, '--collection', COLLECTION];
export const ADD_PROJECT = ['ecs', 'add', ...SELECT, '--project', PROJECT];
export const REMOVE = ['ecs', 'remove', ...SELECT];
export const STATUS = ['ecs', 'status', ...SELECT];
export const ALL = ['--cluster', 'shop', '--all'];

export interface ShopOptions extends Omit<FakeAwsOptions, 'clock'>, Pick<Surroundings, 'subnet' | 'mayRead'> {
  /** Of the service `orders`. */
  readonly service?: ServiceOptions;
  /** Members of its task definition. */
  readonly definition?: JsonObject;
  /** Whether the secret `postman/api-key` exists. @default true */
  readonly hasSecret?: boolean;
  /** Whether every run is a real process. It takes ten times as long. @default false */
  readonly asProcess?: boolean;
}

export { PATIENT } from '../terminal/terminal';

/**
 * The command line waits only some seconds for a call that is not answered. On a busy machine, a call that is answered takes a second; if it
 * takes longer, it is made again, so it must fail three times to change the result of a test.
 */
export const IMPATIENT = { POSTMAN_LIVE_COLLECTION_CALL_SECONDS: '3' } as const;

/** Rollouts and rollbacks end with the next call, so the first look at one sees its end. */
export const AT_ONCE = { times: { rolloutMs: 50 } } as const;

/** A cluster `shop` with a service `orders` of two tasks, and the command line with access to the account. */
export class Shop {
  /** The output of every process that ran. */
  private readonly outputs: string[] = [];
  /** Whether a command ran that may read the value of a secret. */
  private mayReadSecret = false;

  /** @param clock undefined if every run is a real process, and the account on loopback */
  constructor(public readonly aws: FakeAws, private readonly clock?: MovedClock) {}

  async run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    if (!this.clock) return this.runAsProcess(args, options);
    return this.kept(args, await runInProcess(args, this.aws, this.clock, { ...options, env: this.environment(options) }));
  }

  async runAsProcess(args: readonly string[], options: ProcessOptions = {}): Promise<Ran> {
    return this.kept(args, await run(args, { ...options, env: this.environment(options) }));
  }

  private environment({ env }: Pick<RunOptions, 'env'>) {
    return { ...this.aws.env, AWS_REGION: 'eu-west-1', POSTMAN_LIVE_COLLECTION_POLL_SECONDS: '0.1', NO_COLOR: '1', ...env };
  }

  private kept(args: readonly string[], ran: Ran): Ran {
    this.mayReadSecret ||= args.includes('--api-key-secret-field') && args[1] === 'key';
    this.outputs.push(ran.stdout, ran.stderr);
    return ran;
  }

  /** The names of the writing calls, in order. */
  get writes(): string[] {
    return this.aws.calls.filter(isWrite).map(({ action }) => action);
  }

  /** Waits until AWS has got so many calls of an action. */
  async seen(action: string, count = 1): Promise<void> {
    await new Promise<void>(arrived => { this.aws.onCall(action, count, arrived); });
  }

  /**
   * Runs, and sends a signal as soon as AWS has got so many calls of an action.
   *
   * @throws Error if the run ends before
   */
  async runUntil(
    action: string, signal: NodeJS.Signals, args: readonly string[], { count = 1, ...options }: RunOptions & { readonly count?: number } = {},
  ): Promise<Ran> {
    let isSent = false;
    let forget = () => {};
    const ran = await this.run(args, {
      ...options,
      onStart: started => {
        forget = this.aws.onCall(action, count, () => { isSent = started.kill(signal); });
      },
    });
    forget();
    if (!isSent) throw new Error(`The run ended with ${ran.code} before AWS got ${count} ${action}.`);
    return ran;
  }

  /** The first service of a document, after a run with `--json`. */
  async json(args: readonly string[], options?: RunOptions): Promise<{ readonly code: number | null; readonly service: any; readonly ran: Ran }> {
    const ran = await this.run([...args, '--json'], options);
    return { code: ran.code, service: ran.stdout === '' ? undefined : ran.json.services[0], ran };
  }

  /** The family:revision that a service is set to run. */
  runs(name = 'orders'): string {
    return this.aws.ecs.service(name).taskDefinition.arn.split('/').pop()!;
  }

  /** The revision that runs, without the members that only answers have. */
  definition(name = 'orders'): any {
    return this.aws.ecs.describeTaskDefinition(this.runs(name));
  }

  /** The container of the agent, of either generation, by its usual name. */
  agent(name = 'orders'): any {
    return this.definition(name).containerDefinitions.find((container: { name: string }) => [AGENT, INSIGHTS_AGENT].includes(container.name));
  }

  /** The ids of a service's running tasks, oldest first. */
  tasks(name = 'orders'): string[] {
    const service = this.aws.ecs.service(name);
    const running = service.cluster.tasks.filter(task => task.service === service && task.lastStatus === 'RUNNING');
    return running.map(({ arn }) => arn.split('/').pop()!);
  }

  revisions(family = 'orders'): number {
    return this.aws.ecs.revisionsOf(family).length;
  }

  /** What happened, for the message of a failed test. */
  get transcript(): string {
    const outputs = this.outputs.map(text => text.length > 2000 ? `… ${text.slice(-500)}` : text);
    const calls = this.aws.calls.filter(({ service }) => service !== 'ec2').slice(-40);
    return [...outputs, ...calls.map(({ action, outcome, ms }) => `${ms} ${action} ${outcome}`)].join('\n');
  }

  /** No scenario may show the key, crash, or call an action that AWS does not have. */
  check(mayShowKeyToAws: boolean): void {
    const { aws } = this;
    expect(this.outputs.filter(text => text.includes(KEY))).toEqual([]);
    expect(this.outputs.filter(text => /This is a defect|\n {4}at /.test(text))).toEqual([]);
    if (!this.mayReadSecret) expect(aws.callsOf('GetSecretValue')).toEqual([]);
    if (!mayShowKeyToAws) expect(JSON.stringify(aws.calls.map(({ input }) => input))).not.toContain(KEY);
    expect(aws.calls.filter(({ outcome }) => ['FakeAwsFault', 'UnknownOperationException', 'SerializationException'].includes(outcome ?? ''))).toEqual([]);
  }
}

export interface Container {
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
}

/** Values of a container's variables, by name. */
export function variables({ environment = [] }: Container): Record<string, string> {
  return Object.fromEntries(environment.map(({ name, value }) => [name, value]));
}

/** A log configuration for CloudWatch Logs, as a container has it. */
export function awslogs(prefix: string, options: Record<string, string> = {}): JsonObject {
  return { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/shop', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': prefix, ...options } };
}

export function isWrite({ action }: Call): boolean {
  return !/^(Describe|List|Get|Simulate)/.test(action);
}

export async function openShop(given: ShopOptions = {}): Promise<Shop> {
  const { service, definition, subnet, hasSecret = true, mayRead, asProcess = false, ...options } = given;
  const clock = asProcess ? undefined : new MovedClock();
  const aws = new FakeAws({ ...options, clock });
  if (asProcess) await aws.listen();
  addSurroundings(aws, { subnet, mayRead, ...hasSecret ? { secretValue: 'value' } : {} });
  aws.ecs.addService('orders', { cluster: 'shop', desiredCount: 2, taskDefinition: taskDefinitionBody('orders', definition), ...service });
  return new Shop(aws, clock);
}

/** The application logs to CloudWatch, so the agent does, too. */
export const LOGGED: ShopOptions = {
  definition: { containerDefinitions: [{ name: 'web', image: 'nginx', essential: true, logConfiguration: awslogs('web') }] },
};

interface ScenarioOptions extends ShopOptions {
  /** The key may be in what AWS is sent. */
  readonly inClear?: boolean;
}

/** The same as `scenario`, with real processes. */
export function processScenario(name: string, play: (shop: Shop) => Promise<void>, options: ScenarioOptions = {}): void {
  scenario(name, play, { asProcess: true, ...options });
}

/** A test with a shop of its own. It runs at the same time as the others of its file. */
export function scenario(name: string, play: (shop: Shop) => Promise<void>, { inClear = false, ...options }: ScenarioOptions = {}): void {
  test.concurrent(name, async () => {
    const shop = await openShop(options);
    try {
      await play(shop);
      shop.check(inClear);
    } catch (error) {
      (error as Error).message += `\n\n${shop.transcript}`;
      throw error;
    } finally {
      await shop.aws.stop();
    }
  });
}
