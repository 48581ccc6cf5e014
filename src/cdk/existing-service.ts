import type { CfnResource } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ApiKey } from './api-key';
import { report } from './findings';
import { credentialsOf } from '../agent';
import { describeValue } from './kinds';
import { CONSTRUCT_WORDS, existingServiceIn, ExistingServiceNames, KNOWN_LATER, messagesOf } from '../preflight';
import { isKnownLater } from './tree/later';
import { Fn, isUnresolved, stackOf, stageOf } from './tree/loaded';
import { StageIndex } from './tree/stage-index';
import { wrong } from './users-language';

interface Arns {
  readonly serviceArn: string;
  readonly clusterArn?: string;
}

/** The attachments of each stage, by the ARN of the service. */
const ATTACHMENTS = new WeakMap<IConstruct, Map<string, IConstruct>>();

/**
 * @returns the names in the ARNs, `*` for one that only CloudFormation knows
 * @throws if the ARNs cannot be those of a service in the stack's account and region, or if the service has an attachment already
 */
export function requireExistingService(scope: IConstruct, { serviceArn, clusterArn }: Arns): ExistingServiceNames {
  const { region, account } = stackOf(scope);
  const known = <T>(value: T) => isUnresolved(value) ? undefined : value;
  const now = (arn: string | undefined) => isKnownLater(arn) ? KNOWN_LATER : arn;
  const given = { serviceArn: now(serviceArn), clusterArn: now(clusterArn) };
  const found = existingServiceIn(given, { region: known(region), account: known(account) }, describeValue);
  if ('problem' in found) throw wrong(scope, found.problem);
  refuseSecond(scope, { serviceArn, clusterArn }, found);
  return found;
}

/** The same for both forms of a service's ARN. */
export function serviceKey(serviceArn: string, { cluster, service }: ExistingServiceNames): string {
  return `${serviceArn.split(':').slice(0, 5).join(':')}:service/${cluster}/${service}`;
}

/** What is behind `:service/` in an ARN, also if only CloudFormation knows it: `<cluster>/<service>`, or only `<service>` in the old form. */
function pathInArn(serviceArn: string): string {
  // Whatever the value is, there is a second part: the reason why it is no ARN comes from the handler, and not from the template.
  return Fn.select(1, Fn.split(':service/', `${serviceArn}:service/-`));
}

/** `<cluster>/<service>` for the handler's role, also if only CloudFormation knows them. */
export function pathsForRole(serviceArn: string, { cluster, service }: ExistingServiceNames): string[] {
  if (!isKnownLater(serviceArn)) return [`${cluster}/${service}`];
  const path = pathInArn(serviceArn);
  return cluster === '*' ? [path] : [path, `${cluster}/${path}`];
}

/**
 * How events and metrics name a service and its cluster, also if only CloudFormation knows the ARNs. Without the cluster's ARN, the handler takes only a
 * service's ARN that has the cluster.
 */
export function namesInEvents({ serviceArn, clusterArn }: Arns) {
  const path = pathInArn(serviceArn);
  const clusterName = clusterArn === undefined ? Fn.select(0, Fn.split('/', path)) : Fn.select(1, Fn.split('/', `${clusterArn}/-`));
  return {
    cluster: { clusterName, clusterArn: clusterArn ?? `${Fn.select(0, Fn.split(':service/', serviceArn))}:cluster/${clusterName}` },
    // The second part of `<cluster>/<service>/<cluster>/<service>` and of `<service>/<service>`.
    serviceName: Fn.select(1, Fn.split('/', `${path}/${path}`)),
  };
}

/** Two resources would undo what the other one does. */
function refuseSecond(scope: IConstruct, { serviceArn, clusterArn }: Arns, names: ExistingServiceNames): void {
  const stage = stageOf(scope) ?? scope.node.root;
  const known = ATTACHMENTS.get(stage) ?? new Map<string, IConstruct>();
  ATTACHMENTS.set(stage, known);
  const asGiven = JSON.stringify(stackOf(scope).resolve(isKnownLater(serviceArn) ? serviceArn : [serviceArn, clusterArn]));
  const key = [names.cluster, names.service].includes('*') ? asGiven : serviceKey(serviceArn, names);
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

/**
 * Checks the secret or the parameter in the finished tree. What is no error is left to the deployment, which sees the key and the role as they are.
 *
 * @param resource  the custom resource, which refers to the key
 */
export function checkApiKeyAtSynthesis(scope: IConstruct, apiKey: ApiKey, resource: CfnResource): void {
  StageIndex.expect(scope);
  scope.node.addValidation({
    validate: () => {
      const index = StageIndex.of(scope);
      const errors = messagesOf(apiKey.check(index, resource), CONSTRUCT_WORDS).filter(({ severity }) => severity === 'error');
      index.finish(scope);
      return report(scope, errors);
    },
  });
}
