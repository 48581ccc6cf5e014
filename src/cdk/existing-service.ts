import { IConstruct } from 'constructs';
import { credentialsOf } from '../agent';
import { describeValue } from './kinds';
import { isKnownLater } from './tree/later';
import { isUnresolved, stackOf, stageOf } from './tree/loaded';
import { inUsersLanguage } from './users-language';

/** A service that runs already, as far as its ARNs say which. `*` for a name that only CloudFormation knows. */
export interface ExistingService {
  readonly cluster: string;
  readonly service: string;
}

interface Arns {
  readonly serviceArn: string;
  readonly clusterArn?: string;
}

/** The attachments of each stage, by the ARN of the service. */
const ATTACHMENTS = new WeakMap<IConstruct, Map<string, IConstruct>>();

/** @throws if the ARNs cannot be those of a service in the stack's account and region, or if the service has an attachment already */
export function requireExistingService(scope: IConstruct, { serviceArn, clusterArn }: Arns): ExistingService {
  const of = partsOf(scope, 'serviceArn', serviceArn, 'service');
  const cluster = clusterArn === undefined ? undefined : partsOf(scope, 'clusterArn', clusterArn, 'cluster');
  refuseSecond(scope, serviceArn);
  const given = cluster?.[0];
  if (of === undefined) return { cluster: given ?? '*', service: '*' };
  const [first, second] = of;
  if (second === undefined && clusterArn === undefined) {
    throw wrong(scope, `\`serviceArn\` does not have the cluster's name, got: ${serviceArn}. Set \`clusterArn\`, too.`);
  }
  if (second !== undefined && given !== undefined && given !== first) {
    throw wrong(scope, `\`serviceArn\` is of cluster ${first}, and \`clusterArn\` of cluster ${given}. Leave \`clusterArn\` out.`);
  }
  return second === undefined ? { cluster: given ?? '*', service: first } : { cluster: first, service: second };
}

/** The names in an ARN; undefined if they are known later. */
function partsOf(scope: IConstruct, prop: string, arn: unknown, kind: string): readonly string[] | undefined {
  if (isKnownLater(arn)) return undefined;
  const form = kind === 'service' ? 'service/<cluster>/<name>' : 'cluster/<name>';
  const [, region, account, resource] = /^arn:aws[a-z-]*:ecs:([a-z0-9-]+):(\d{12}):(.+)$/.exec(typeof arn === 'string' ? arn : '') ?? [];
  const names = new RegExp(`^${kind}((?:/[A-Za-z0-9][\\w-]{0,254}){1,${kind === 'service' ? 2 : 1}})$`).exec(resource ?? '')?.[1].slice(1).split('/');
  if (names === undefined) throw wrong(scope, `\`${prop}\` must be the ARN of an ECS ${kind} (arn:aws:ecs:<region>:<account>:${form}), got: ${describeValue(arn)}.`);
  const stack = stackOf(scope);
  for (const [what, found, here] of [['region', region, stack.region], ['account', account, stack.account]]) {
    if (!isUnresolved(here) && found !== here) {
      throw wrong(scope, `\`${prop}\` is of ${what} ${found}, and the stack ${stack.node.path} is of ${here}. Add the agent in a stack of the service's ${what}.`);
    }
  }
  return names;
}

/** Two resources would undo what the other one does. */
function refuseSecond(scope: IConstruct, serviceArn: string): void {
  const stage = stageOf(scope) ?? scope.node.root;
  const known = ATTACHMENTS.get(stage) ?? new Map<string, IConstruct>();
  ATTACHMENTS.set(stage, known);
  const key = JSON.stringify(stackOf(scope).resolve(serviceArn));
  // In stacks of other accounts and regions, the same reference is another service.
  const place = isUnresolved(serviceArn) ? stackOf(scope).node.path : '';
  const first = known.get(`${place} ${key}`);
  if (first !== undefined) throw wrong(scope, `service ${isUnresolved(serviceArn) ? '' : `${serviceArn} `}has the agent already, by ${first.node.path}. Keep one of the two.`);
  known.set(`${place} ${key}`, scope);
}

/** The properties of the resource are in the template, in events and in the log of the provider framework. */
export function refuseCredentials(scope: IConstruct, proxyUrl: string | undefined): void {
  if (isKnownLater(proxyUrl) || typeof proxyUrl !== 'string' || credentialsOf(proxyUrl).length === 0) return;
  throw wrong(scope, '`proxyUrl` has a user or a password, and CloudFormation and the log of the handler would show it. Use a proxy that admits the tasks by their address.');
}

function wrong(scope: IConstruct, text: string): Error {
  return new Error(inUsersLanguage(`${scope.node.path}: ${text}`));
}
