import { Ran, run, RunOptions } from './run';
import { Call, FakeAws, FakeAwsOptions, JsonObject, ServiceOptions, startFakeAws, taskDefinitionBody } from '../fakes';
import { loadClient } from '../fakes/wire/shapes';

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

jest.setTimeout(60_000);
for (const service of ['ecs', 'ec2', 'elasticloadbalancing', 'iam', 'logs', 'route53', 'route53resolver', 'secretsmanager'] as const) loadClient(service);

export interface ShopOptions extends FakeAwsOptions {
  /** Of the service `orders`. */
  readonly service?: ServiceOptions;
  /** Members of its task definition. */
  readonly definition?: JsonObject;
  /** @default 'private' */
  readonly subnet?: 'private' | 'public' | 'isolated';
  /** Whether the secret `postman/api-key` exists. @default true */
  readonly hasSecret?: boolean;
  /** Whether the execution role may read secrets. @default true */
  readonly mayRead?: boolean;
}

/** A cluster `shop` with a service `orders` of two tasks, and the command line with access to the account. */
export class Shop {
  /** The output of every process that ran. */
  private readonly outputs: string[] = [];

  constructor(public readonly aws: FakeAws) {}

  async run(args: readonly string[], { env, ...options }: RunOptions = {}): Promise<Ran> {
    const ran = await run(args, {
      ...options,
      env: { ...this.aws.env, AWS_REGION: 'eu-west-1', POSTMAN_LIVE_COLLECTION_POLL_SECONDS: '0.1', NO_COLOR: '1', ...env },
    });
    this.outputs.push(ran.stdout, ran.stderr);
    return ran;
  }

  /** The names of the writing calls, in order. */
  get writes(): string[] {
    return this.aws.calls.filter(isWrite).map(({ action }) => action);
  }

  /** Waits until AWS has got so many calls of an action. */
  async seen(action: string, count = 1): Promise<void> {
    const until = Date.now() + 20_000;
    while (this.aws.callsOf(action).length < count) {
      if (Date.now() > until) throw new Error(`AWS got no ${action}.`);
      await new Promise(done => { setTimeout(done, 10); });
    }
  }

  /** Runs, and sends a signal as soon as AWS has got so many calls of an action. */
  async runUntil(
    action: string, signal: NodeJS.Signals, args: readonly string[], { count = 1, ...options }: RunOptions & { readonly count?: number } = {},
  ): Promise<Ran & { readonly secondsAfter: number }> {
    let at = 0;
    const ran = await this.run(args, {
      ...options,
      onStart: child => {
        void this.seen(action, count).then(() => {
          at = performance.now();
          child.kill(signal);
        });
      },
    });
    return Object.assign(ran, { secondsAfter: (performance.now() - at) / 1000 });
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

export async function openShop({ service, definition, subnet = 'private', hasSecret = true, mayRead = true, ...options }: ShopOptions = {}): Promise<Shop> {
  const aws = await startFakeAws(options);
  aws.ec2[subnet === 'private' ? 'addPrivateSubnet' : subnet === 'public' ? 'addPublicSubnet' : 'addIsolatedSubnet']('subnet-1');
  aws.iam.addRole('execution', mayRead ? { inline: { key: { Statement: { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' } } } } : {});
  if (hasSecret) aws.secrets.add('postman/api-key', 'value');
  aws.ecs.addService('orders', { cluster: 'shop', desiredCount: 2, taskDefinition: taskDefinitionBody('orders', definition), ...service });
  return new Shop(aws);
}

/** The application logs to CloudWatch, so the agent does, too. */
export const LOGGED: ShopOptions = {
  definition: { containerDefinitions: [{ name: 'web', image: 'nginx', essential: true, logConfiguration: awslogs('web') }] },
};

interface ScenarioOptions extends ShopOptions {
  /** The key may be in what AWS is sent. */
  readonly inClear?: boolean;
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
