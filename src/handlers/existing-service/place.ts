import { createHash } from 'node:crypto';
import { ResourceEvent } from './event';
import { placeOf, usage } from '../../aws';
import { existingServiceIn } from '../../preflight';

/** The service of a resource. */
export interface Target {
  /** The ARN in the long form, which is the physical id of the resource. */
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly name: string;
}

/** @throws Failure if the properties do not name a service of the stack's account and region */
export function targetOf({ StackId, ResourceProperties: { ServiceArn: serviceArn, ClusterArn: clusterArn } }: ResourceEvent): Target {
  const found = existingServiceIn({ serviceArn, clusterArn }, placeOf(StackId), String);
  if ('problem' in found) throw usage(found.problem);
  return target(placeOf(serviceArn), found.cluster, found.service);
}

/** The service of a physical id; undefined if it is not one that a resource has got from this handler. */
export function targetIn(physicalId: string): Target | undefined {
  const [, cluster, name] = /^arn:[^:]+:ecs:[^:]+:\d{12}:service\/([^/]+)\/([^/]+)$/.exec(physicalId) ?? [];
  return cluster === undefined ? undefined : target(placeOf(physicalId), cluster, name);
}

function target({ partition, region, account }: ReturnType<typeof placeOf>, cluster: string, name: string): Target {
  const arn = (resource: string) => `arn:${partition}:ecs:${region}:${account}:${resource}`;
  return { serviceArn: arn(`service/${cluster}/${name}`), clusterArn: arn(`cluster/${cluster}`), name };
}

/** The owner of the agent, for the mark of the revision: the stack's name, and what no other resource has. */
export function ownerOfResource({ StackId, LogicalResourceId }: ResourceEvent): string {
  const hash = createHash('sha256').update(`${StackId} ${LogicalResourceId}`).digest('hex').slice(0, 16);
  return `${stackIn(StackId)}/${hash}`;
}

/** What the template says of a resource, as a digest. */
export function propertiesOf({ ResourceProperties: { ServiceArn, ClusterArn, Agent } }: ResourceEvent): string {
  return createHash('sha256').update(JSON.stringify([ServiceArn, ClusterArn, Agent])).digest('hex');
}

function stackIn(stackId: string): string {
  return stackId.split('/')[1] ?? 'stack';
}
