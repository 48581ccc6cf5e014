import { Call } from './calls';
import { Logs } from './cloudwatch/logs';
import { Ec2 } from './ec2/ec2';
import { Ecs, EcsOptions } from './ecs/ecs';
import { TargetGroups } from './elb/target-groups';
import { Faults, Fault, Which } from './faults/faults';
import { AWS_RATES, Rates, SharedRate } from './faults/rates';
import { Home } from './home';
import { Iam } from './iam/iam';
import { PolicyDocument } from './policy/document';
import { Gate } from './policy/gate';
import { HostedZones } from './route53/hosted-zones';
import { Resolver } from './route53/resolver';
import { Secrets } from './secrets/secrets';
import { Backend, WireServer } from './server';
import { Timeline } from './timeline';
import { Actions } from './wire/actions';
import { ServiceName } from './wire/shapes';

export interface FakeAwsOptions {
  /** The region of `ecs`, `ec2`, `secrets`, `logs`, `resolver` and `targetGroups`; other regions of the account are empty. @default 'eu-west-1' */
  readonly region?: string;
  /** @default '123456789012' */
  readonly account?: string;
  readonly ecs?: EcsOptions;
  /** Budgets of calls; if the list is empty, nothing is limited. @default AWS_RATES */
  readonly rates?: readonly SharedRate[];
  /** Milliseconds since 1970. If the clock does not move, only `advance` moves the account's time. @default Date.now */
  readonly clock?: () => number;
}

interface FakeRegion {
  readonly home: Home;
  readonly ecs: Ecs;
  readonly ec2: Ec2;
  readonly secrets: Secrets;
  readonly logs: Logs;
  readonly resolver: Resolver;
  readonly targetGroups: TargetGroups;
  readonly iam: Iam;
}

/** An AWS account on loopback. */
export class FakeAws implements Backend {
  readonly region: (name: string) => FakeRegion;
  readonly ecs: Ecs;
  readonly ec2: Ec2;
  readonly secrets: Secrets;
  readonly logs: Logs;
  readonly resolver: Resolver;
  readonly targetGroups: TargetGroups;
  readonly hostedZones: HostedZones;
  readonly iam: Iam;
  /** Every call, in order. */
  readonly calls: Call[] = [];
  readonly faults = new Faults();
  readonly gate = new Gate();
  readonly rates: Rates;
  readonly caller: string;
  readonly account: string;
  readonly regionName: string;
  /** The address on which it listens; set by `startFakeAws`. */
  endpoint = '';
  private readonly timeline: Timeline;
  private readonly startedAt = Date.now();
  private readonly server = new WireServer(this);

  constructor(options: FakeAwsOptions) {
    this.timeline = new Timeline(options.clock);
    this.account = options.account ?? '123456789012';
    this.regionName = options.region ?? 'eu-west-1';
    this.caller = `arn:aws:iam::${this.account}:user/operator`;
    this.rates = new Rates(this.timeline, options.rates ?? AWS_RATES);
    this.iam = new Iam(this.account);
    this.hostedZones = new HostedZones(this.account);
    const regions = new Map<string, FakeRegion>();
    this.region = name => {
      const present = regions.get(name);
      if (present) return present;
      const home: Home = { account: this.account, region: name, timeline: this.timeline, caller: this.caller };
      const ecs = new Ecs(home, of => this.region(of).logs, options.ecs);
      const ec2 = new Ec2(home);
      const made = {
        home, ecs, ec2, secrets: new Secrets(home), logs: new Logs(home), resolver: new Resolver(home, ec2), targetGroups: new TargetGroups(home),
        iam: this.iam,
      };
      regions.set(name, made);
      return made;
    };
    const region = this.region(this.regionName);
    ({ ecs: this.ecs, ec2: this.ec2, secrets: this.secrets, logs: this.logs, resolver: this.resolver, targetGroups: this.targetGroups } = region);
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

  /** The calls of an action, in order. @param action `UpdateService` or `ecs:UpdateService` */
  callsOf(action: string): readonly Call[] {
    return this.calls.filter(call => [call.action, `${call.service}:${call.action}`].includes(action));
  }

  settle(): void {
    this.timeline.settle();
  }

  elapsed(): number {
    return Date.now() - this.startedAt;
  }

  actions(service: ServiceName, region: string): Actions {
    switch (service) {
      case 'ecs': return this.region(region).ecs.actions;
      case 'secretsmanager': return this.region(region).secrets.actions;
      case 'logs': return this.region(region).logs.actions;
      case 'ec2': return this.region(region).ec2.actions;
      case 'elasticloadbalancing': return this.region(region).targetGroups.actions;
      case 'route53resolver': return this.region(region).resolver.actions;
      case 'route53': return this.hostedZones.actions;
      case 'iam': return this.iam.actions;
      case 'sts': return { GetCallerIdentity: () => ({ UserId: 'AIDAEXAMPLE', Account: this.account, Arn: this.caller }) };
    }
  }
}

/** Starts an AWS account on a free port of loopback. The caller must stop it. */
export async function startFakeAws(options: FakeAwsOptions = {}): Promise<FakeAws> {
  return new FakeAws(options).listen();
}
