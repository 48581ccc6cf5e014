import { Call } from './calls';
import { Logs } from './cloudwatch/logs';
import { Tables } from './dynamodb/tables';
import { Ec2 } from './ec2/ec2';
import { Ecs, EcsOptions } from './ecs/ecs';
import { TargetGroups } from './elb/target-groups';
import { Faults, Fault, Which } from './faults/faults';
import { AWS_RATES, Rates, SharedRate } from './faults/rates';
import { Home } from './home';
import { Iam } from './iam/iam';
import { Keys } from './kms/keys';
import { PolicyDocument } from './policy/document';
import { Gate } from './policy/gate';
import { HostedZones } from './route53/hosted-zones';
import { Resolver } from './route53/resolver';
import { Buckets } from './s3/buckets';
import { Secrets } from './secrets/secrets';
import { Backend, Outcome, WireServer } from './server';
import { Parameters } from './ssm/parameters';
import { StateMachines } from './states/state-machines';
import { Timeline } from './timeline';
import { Actions } from './wire/actions';
import { HttpCall } from './wire/http-call';
import { ServiceName } from './wire/shapes';
import { Clock, SYSTEM_CLOCK } from '../../src/aws/calls/clock';

export interface FakeAwsOptions {
  /** The region of `ecs`, `ec2`, `secrets` and the like; other regions of the account are empty. @default 'eu-west-1' */
  readonly region?: string;
  /** @default '123456789012' */
  readonly account?: string;
  readonly ecs?: EcsOptions;
  /** Budgets of calls; if the list is empty, nothing is limited. @default AWS_RATES */
  readonly rates?: readonly SharedRate[];
  /** How far each call moves the account's time, in milliseconds. With 0, only `advance` moves it, and budgets refill by it. @default 50 */
  readonly callMs?: number;
  /** The time of who calls: budgets refill and late answers wait by it. @default - the machine's */
  readonly clock?: Clock;
  /** Whether `calls` have their input. @default true */
  readonly keepsInput?: boolean;
}

interface Awaited { readonly action: string; readonly count: number; readonly happen: () => void }

interface FakeRegion {
  readonly home: Home;
  readonly ecs: Ecs;
  readonly ec2: Ec2;
  readonly secrets: Secrets;
  readonly parameters: Parameters;
  readonly logs: Logs;
  readonly resolver: Resolver;
  readonly targetGroups: TargetGroups;
  readonly keys: Keys;
  readonly tables: Tables;
  readonly iam: Iam;
}

/** An AWS account on loopback. */
export class FakeAws implements Backend {
  readonly region: (name: string) => FakeRegion;
  readonly ecs: Ecs;
  readonly ec2: Ec2;
  readonly secrets: Secrets;
  readonly parameters: Parameters;
  readonly logs: Logs;
  readonly resolver: Resolver;
  readonly targetGroups: TargetGroups;
  readonly keys: Keys;
  readonly tables: Tables;
  readonly hostedZones: HostedZones;
  readonly iam: Iam;
  /** The buckets of the account. */
  readonly s3 = new Buckets();
  readonly stateMachines = new StateMachines();
  /** Every call, in order. */
  readonly calls: Call[] = [];
  readonly faults = new Faults();
  readonly gate = new Gate();
  readonly rates: Rates;
  readonly caller: string;
  readonly account: string;
  readonly keepsInput: boolean;
  readonly regionName: string;
  /** The address on which it listens; set by `startFakeAws`. */
  endpoint = '';
  private readonly timeline: Timeline;
  private readonly regions = new Map<string, FakeRegion>();
  private readonly callMs: number;
  private readonly clock: Clock;
  private readonly startedAt: number;
  private awaited: Awaited[] = [];
  private readonly server = new WireServer(this);

  constructor(options: FakeAwsOptions) {
    this.callMs = options.callMs ?? 50;
    this.clock = options.clock ?? SYSTEM_CLOCK;
    this.startedAt = this.clock.now();
    this.timeline = new Timeline(this.startedAt);
    this.account = options.account ?? '123456789012';
    this.keepsInput = options.keepsInput ?? true;
    this.regionName = options.region ?? 'eu-west-1';
    this.caller = `arn:aws:iam::${this.account}:user/operator`;
    this.rates = new Rates(() => this.callMs === 0 ? this.timeline.now() : this.clock.now(), options.rates ?? AWS_RATES);
    this.iam = new Iam(this.account);
    this.hostedZones = new HostedZones(this.account);
    this.region = name => {
      const present = this.regions.get(name);
      if (present) return present;
      const home: Home = { account: this.account, region: name, timeline: this.timeline, caller: this.caller };
      const ecs = new Ecs(home, of => this.region(of).logs, options.ecs);
      const ec2 = new Ec2(home);
      const made = {
        home, ecs, ec2, secrets: new Secrets(home), parameters: new Parameters(home), logs: new Logs(home), resolver: new Resolver(home, ec2),
        targetGroups: new TargetGroups(home), keys: new Keys(home), tables: new Tables(), iam: this.iam,
      };
      this.regions.set(name, made);
      return made;
    };
    const region = this.region(this.regionName);
    ({ ecs: this.ecs, ec2: this.ec2, secrets: this.secrets, logs: this.logs, resolver: this.resolver, targetGroups: this.targetGroups } = region);
    ({ keys: this.keys, parameters: this.parameters, tables: this.tables } = region);
  }

  /** The environment of a process that calls only the fakes. It has no region. */
  get env(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ACCESS_KEY_ID: this.account,
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    };
  }

  /** Answers a request without a network. */
  async handle(http: HttpCall): Promise<Outcome> {
    return this.server.handle(http);
  }

  async listen(): Promise<this> {
    this.endpoint = await this.server.listen();
    return this;
  }

  /** Stops the server and closes every connection. */
  async stop(): Promise<void> {
    await this.server.stop();
  }

  /** From now on, calls that this policy does not allow are denied. */
  allowOnly(policy: PolicyDocument | string): void {
    this.gate.allowOnly(policy);
  }

  /** @see Faults.inject */
  inject(on: string, fault: Fault, which?: Which): void {
    this.faults.inject(on, fault, which);
  }

  /** Sets the account's clock ahead. */
  advance(ms: number): void {
    this.timeline.advance(ms);
  }

  /** Takes what containers have logged out of CloudWatch Logs, of all regions. */
  takeLogs() {
    return [...this.regions].flatMap(([region, { logs }]) => logs.take().map(stream => ({ region, ...stream })));
  }

  /** The calls of an action, in order. @param action `UpdateService` or `ecs:UpdateService` */
  callsOf(action: string): readonly Call[] {
    return this.calls.filter(call => [call.action, `${call.service}:${call.action}`].includes(action));
  }

  /**
   * Does something as soon as the account gets so many calls of an action, before it carries out the last of them; at once if it has got them.
   *
   * @returns a function that prevents it
   */
  onCall(action: string, count: number, happen: () => void): () => void {
    const awaited = { action, count, happen };
    this.awaited.push(awaited);
    this.notice();
    return () => { this.awaited = this.awaited.filter(other => other !== awaited); };
  }

  record(call: Call): void {
    this.calls.push(call);
    this.notice();
  }

  private notice(): void {
    const due = this.awaited.filter(({ action, count }) => this.callsOf(action).length >= count);
    this.awaited = this.awaited.filter(awaited => !due.includes(awaited));
    for (const { happen } of due) happen();
  }

  passCall(): void {
    this.timeline.advance(this.callMs);
  }

  /** The account's time, in milliseconds since 1970. */
  now(): number {
    return this.timeline.now();
  }

  elapsed(): number {
    return this.clock.now() - this.startedAt;
  }

  async wait(ms: number): Promise<void> {
    await this.clock.sleep(ms);
  }

  actions(service: ServiceName, region: string): Actions {
    switch (service) {
      case 'ecs': return this.region(region).ecs.actions;
      case 'ssm': return this.region(region).parameters.actions;
      case 'secretsmanager': return this.region(region).secrets.actions;
      case 'logs': return this.region(region).logs.actions;
      case 'dynamodb': return this.region(region).tables.actions;
      case 'kms': return this.region(region).keys.actions;
      case 'ec2': return this.region(region).ec2.actions;
      case 'elasticloadbalancing': return this.region(region).targetGroups.actions;
      case 'route53resolver': return this.region(region).resolver.actions;
      case 'route53': return this.hostedZones.actions;
      case 'iam': return this.iam.actions;
      case 's3': return this.s3.actions;
      case 'states': return this.stateMachines.actions;
      case 'sts': return {
        GetCallerIdentity: () => ({ UserId: 'AIDAEXAMPLE', Account: this.account, Arn: this.caller }),
        // The account of the role answers whoever has these credentials.
        AssumeRole: ({ RoleArn }) => ({
          Credentials: {
            AccessKeyId: String(RoleArn).split(':')[4], SecretAccessKey: 'test', SessionToken: 'test',
            Expiration: new Date(this.clock.now() + 3_600_000).toISOString(),
          },
        }),
      };
    }
  }
}

/** Starts an AWS account on a free port of loopback. The caller must stop it. */
export async function startFakeAws(options: FakeAwsOptions = {}): Promise<FakeAws> {
  return new FakeAws(options).listen();
}
