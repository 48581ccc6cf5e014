import { ServiceName } from '../wire/shapes';

/** A token bucket: how many calls at once, and how many a second after that. */
export interface Rate { readonly burst: number; readonly perSecond: number }

/** A budget and the actions that share it, as `service:Action`. Actions without a budget have no limit. */
export interface SharedRate extends Rate { readonly actions: readonly string[] }

/** @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html */
export const AWS_RATES: readonly SharedRate[] = [
  { actions: ['ecs:RegisterTaskDefinition', 'ecs:DeregisterTaskDefinition'], burst: 20, perSecond: 1 },
  { actions: ['ecs:DescribeTaskDefinition'], burst: 50, perSecond: 20 },
  { actions: ['ecs:UpdateService'], burst: 50, perSecond: 5 },
  { actions: ['ecs:DescribeServices', 'ecs:ListServices'], burst: 100, perSecond: 20 },
  {
    actions: ['ecs:ListServiceDeployments', 'ecs:DescribeServiceDeployments', 'ecs:DescribeServiceRevisions', 'ecs:StopServiceDeployment'],
    burst: 50, perSecond: 20,
  },
  { actions: ['ecs:ListTasks', 'ecs:DescribeTasks', 'ecs:ListContainerInstances', 'ecs:DescribeContainerInstances'], burst: 100, perSecond: 20 },
  { actions: ['ecs:TagResource', 'ecs:UntagResource'], burst: 20, perSecond: 10 },
  // IAM publishes no rates. These are what it is known to take.
  { actions: ['iam:SimulatePrincipalPolicy'], burst: 5, perSecond: 5 },
  {
    actions: [
      'iam:GetRolePolicy', 'iam:ListRolePolicies', 'iam:ListAttachedRolePolicies', 'iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:PutRolePolicy',
      'iam:DeleteRolePolicy',
    ],
    burst: 50, perSecond: 20,
  },
];

interface Bucket { tokens: number; filledAt: number }

export class Rates {
  private readonly buckets = new Map<string, Bucket>();

  /** @param now milliseconds */
  constructor(private readonly now: () => number, private readonly rates: readonly SharedRate[]) {}

  /** Whether the call is within the budget of its account and region. If so, it uses one token. */
  admits(region: string, service: ServiceName, action: string): boolean {
    return this.rates.every((rate, index) => !rate.actions.includes(`${service}:${action}`) || this.take(`${region} ${index}`, rate));
  }

  private take(key: string, { burst, perSecond }: Rate): boolean {
    const now = this.now();
    const bucket = this.buckets.get(key) ?? { tokens: burst, filledAt: now };
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.filledAt) / 1000 * perSecond);
    bucket.filledAt = now;
    this.buckets.set(key, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
