import { setTimeout as sleep } from 'node:timers/promises';

/** Requests that an account may make in a region: at once, and then per second. */
interface Limit {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * The limits of ECS, CloudWatch Logs, Route 53 and Route 53 Resolver for an account and region. The actions of one row share a bucket.
 * Route 53 allows some accounts 10 requests a second.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
 */
const LIMITS: readonly (readonly [actions: readonly string[], limit: Limit])[] = [
  [['RegisterTaskDefinition', 'DeregisterTaskDefinition'], { burst: 20, perSecond: 1 }],
  [['DescribeTaskDefinition'], { burst: 50, perSecond: 20 }],
  [['UpdateService'], { burst: 50, perSecond: 5 }],
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
];

type Wait = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

/** Delays calls so that AWS does not throttle them, unless others call, too. */
export class CallBudget {
  private readonly buckets: ReadonlyMap<string, Bucket>;

  constructor(now: () => number = () => performance.now(), private readonly wait: Wait = async (ms, signal) => sleep(ms, undefined, { signal })) {
    this.buckets = new Map(LIMITS.flatMap(([actions, limit]) => {
      const shared = new Bucket(limit, now);
      return actions.map(action => [action, shared] as const);
    }));
  }

  /** @param signal ends the wait with the signal's reason */
  async take(action: string, signal?: AbortSignal): Promise<void> {
    const wait = this.buckets.get(action)?.take() ?? 0;
    if (wait > 0) await this.wait(wait, signal);
  }
}

class Bucket {
  /** One less than AWS allows: calls do not arrive evenly, and the first one takes longest. */
  private readonly most: number;
  private tokens: number;
  private at: number;

  constructor(private readonly limit: Limit, private readonly now: () => number) {
    this.most = limit.burst - 1;
    this.tokens = this.most;
    this.at = now();
  }

  /** Takes a token, on credit if the bucket is empty. Answers the milliseconds until the token exists. */
  take(): number {
    const now = this.now();
    this.tokens = Math.min(this.most, this.tokens + (now - this.at) / 1000 * this.limit.perSecond) - 1;
    this.at = now;
    return this.tokens >= 0 ? 0 : -this.tokens / this.limit.perSecond * 1000;
  }
}
