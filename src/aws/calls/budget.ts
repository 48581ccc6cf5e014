import { Clock, SYSTEM_CLOCK } from './clock';

/** Requests that an account may make in a region: at once, and then per second. */
interface Limit {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * The limits of ECS, CloudWatch Logs, Route 53, Route 53 Resolver and IAM for an account and region. The actions of one row share a bucket.
 * Route 53 allows some accounts 10 requests a second. IAM publishes no limits: its rows are what it is known to take.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
 */
const LIMITS: readonly (readonly [actions: readonly string[], limit: Limit])[] = [
  [['RegisterTaskDefinition', 'DeregisterTaskDefinition'], { burst: 20, perSecond: 1 }],
  [['DescribeTaskDefinition', 'ListTaskDefinitions'], { burst: 50, perSecond: 20 }],
  [['CreateService', 'UpdateService', 'DeleteService'], { burst: 50, perSecond: 5 }],
  [['DescribeServices', 'ListServices'], { burst: 100, perSecond: 20 }],
  [['ListServiceDeployments', 'DescribeServiceDeployments', 'StopServiceDeployment'], { burst: 50, perSecond: 20 }],
  [['ListTasks', 'DescribeTasks', 'ListContainerInstances', 'DescribeContainerInstances'], { burst: 100, perSecond: 20 }],
  [['TagResource'], { burst: 20, perSecond: 10 }],
  [['GetLogEvents'], { burst: 10, perSecond: 10 }],
  [['ListHostedZonesByVPC', 'ListResourceRecordSets'], { burst: 5, perSecond: 5 }],
  [[
    'ListFirewallDomainLists', 'ListFirewallDomains', 'ListFirewallRuleGroupAssociations', 'ListFirewallRules', 'ListResolverRuleAssociations',
    'ListResolverRules',
  ], { burst: 5, perSecond: 5 }],
  [['SimulatePrincipalPolicy'], { burst: 5, perSecond: 5 }],
  [[
    'CreateRole', 'DeleteRolePolicy', 'GetPolicy', 'GetPolicyVersion', 'GetRole', 'GetRolePolicy', 'ListAttachedRolePolicies', 'ListRolePolicies', 'PutRolePolicy',
  ], { burst: 50, perSecond: 20 }],
];

/** How many requests were left of each limit, by its first action, and when, in milliseconds since 1970. */
export interface BudgetLevels {
  readonly at: number;
  readonly left: { readonly [action: string]: number };
}

/** Delays calls so that AWS does not throttle them, unless others call, too. */
export class CallBudget {
  private readonly buckets: ReadonlyMap<string, Bucket>;

  /** @param before the levels that another process has left. @default - all limits are unused */
  constructor(private readonly clock: Clock = SYSTEM_CLOCK, before?: BudgetLevels) {
    this.buckets = new Map(LIMITS.flatMap(([actions, limit]) => {
      const left = before?.left[actions[0]];
      const shared = new Bucket(limit, clock, left === undefined ? undefined : { left, at: before!.at });
      return actions.map(action => [action, shared] as const);
    }));
  }

  /** What is left now, for the process that continues. Limits that are unused are left out. */
  get levels(): BudgetLevels {
    const used = LIMITS.flatMap(([[action], { burst }]) => {
      const { available } = this.buckets.get(action)!;
      return available >= burst - 1 ? [] : [[action, Math.round(available * 100) / 100] as const];
    });
    return { at: this.clock.now(), left: Object.fromEntries(used) };
  }

  /** @param signal ends the wait early, without an error */
  async take(action: string, signal?: AbortSignal): Promise<void> {
    const wait = this.buckets.get(action)?.take() ?? 0;
    if (wait > 0) await this.clock.sleep(wait, signal);
  }

  /** Takes over what another budget of the same account and region has spent. Nothing may use that one afterwards. */
  takeOver(other: CallBudget): void {
    for (const [[action]] of LIMITS) this.buckets.get(action)!.takeOver(other.buckets.get(action)!);
  }

  /** How many milliseconds so many calls would wait in all, if no others are made. */
  waitFor(action: string, calls: number): number {
    return this.buckets.get(action)?.waitFor(calls) ?? 0;
  }
}

class Bucket {
  /** One less than AWS allows: calls do not arrive evenly, and the first one takes longest. */
  private readonly most: number;
  private tokens: number;
  private at: number;

  constructor(private readonly limit: Limit, private readonly clock: Clock, before?: { readonly left: number; readonly at: number }) {
    this.most = limit.burst - 1;
    this.tokens = before?.left ?? this.most;
    this.at = before?.at ?? clock.now();
  }

  get available(): number {
    // The machine's clock may be set back.
    return Math.min(this.most, this.tokens + Math.max(0, this.clock.now() - this.at) / 1000 * this.limit.perSecond);
  }

  takeOver(other: Bucket): void {
    this.tokens = this.available - (other.most - other.available);
    this.at = this.clock.now();
  }

  waitFor(calls: number): number {
    return Math.max(0, calls - this.available) / this.limit.perSecond * 1000;
  }

  /** Takes a token, on credit if the bucket is empty. Answers the milliseconds until the token exists. */
  take(): number {
    this.tokens = this.available - 1;
    this.at = this.clock.now();
    return this.tokens >= 0 ? 0 : -this.tokens / this.limit.perSecond * 1000;
  }
}
