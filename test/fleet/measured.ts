import { AWS_RATES, FakeAws, MAY_READ, SharedRate, taskDefinitionBody } from '../fakes';
import { MovedAccount } from '../moved-clock/account';
import { runVerb, Verb, VerbRun } from '../sweep/verbs';

const KEY = 'not-a-key';

export interface Services {
  readonly count: number;
  readonly tasks?: number;
  /** Whether each has an execution role of its own. */
  readonly ownRoles?: boolean;
}

/** An account whose cluster `shop` has services, each with its own task definition. */
export function openServices({ count, tasks = 2, ownRoles = false }: Services): MovedAccount {
  const moved = new MovedAccount();
  const { aws } = moved;
  aws.ec2.addPrivateSubnet('subnet-1');
  aws.secrets.add('postman/api-key', 'value');
  for (const role of ownRoles ? Array.from({ length: count }, (_, index) => `execution-${index}`) : ['execution']) aws.iam.addRole(role, MAY_READ);
  for (let index = 0; index < count; index++) {
    const own = ownRoles ? { executionRoleArn: `arn:aws:iam::123456789012:role/execution-${index}` } : {};
    aws.ecs.addService(`web-${index}`, { cluster: 'shop', desiredCount: tasks, taskDefinition: taskDefinitionBody(`web-${index}`, own) });
  }
  return moved;
}

export interface Measured extends VerbRun {
  readonly aws: FakeAws;
  readonly seconds: number;
}

export async function measured(moved: MovedAccount, verb: Verb): Promise<Measured> {
  const started = moved.clock.now();
  const ran = await runVerb(verb, moved.process(), KEY);
  return { ...ran, aws: moved.aws, seconds: (moved.clock.now() - started) / 1000 };
}

/** The seconds that AWS's limits ask for so many calls, by `service:Action`. */
export function floorOf(calls: Readonly<Record<string, number>>): number {
  const secondsOf = ({ actions, burst, perSecond }: SharedRate) =>
    (Object.entries(calls).filter(([action]) => actions.includes(action)).reduce((sum, [, count]) => sum + count, 0) - burst) / perSecond;
  return Math.max(...AWS_RATES.map(secondsOf));
}
