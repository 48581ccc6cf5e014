import { createHash } from 'node:crypto';
import { ResourceEvent } from './event';
import { parseCluster, parseService, placeOf, usage } from '../../aws';

/** The service of a resource. */
export interface Target {
  /** The ARN in the long form, which is the physical id of the resource. */
  readonly serviceArn: string;
  readonly clusterArn: string;
  readonly name: string;
}

/** @throws Failure if the properties do not name a service of the stack's account and region */
export function targetOf({ StackId, ResourceProperties: { ServiceArn, ClusterArn } }: ResourceEvent): Target {
  const service = parseService(ServiceArn, '`serviceArn`');
  if (service.place === undefined) throw usage(`\`serviceArn\` must be an ARN, got: ${ServiceArn}.`);
  const given = ClusterArn === undefined ? undefined : parseCluster(ClusterArn, '`clusterArn`');
  const cluster = service.cluster ?? given?.name;
  if (cluster === undefined) throw usage(`\`serviceArn\` ${ServiceArn} does not have the cluster's name. Set \`clusterArn\`, too.`);
  if (given !== undefined && given.name !== cluster) {
    throw usage(`\`serviceArn\` and \`clusterArn\` name different clusters: ${cluster} and ${given.name}. Leave \`clusterArn\` out.`);
  }
  const here = placeOf(StackId);
  for (const [prop, found] of Object.entries({ serviceArn: service.place, clusterArn: given?.place })) {
    for (const what of ['region', 'account'] as const) {
      if (found === undefined || found[what] === here[what]) continue;
      throw usage(`\`${prop}\` is of ${what} ${found[what]}, and the stack is of ${here[what]}. Add the agent in a stack of the service's ${what}.`);
    }
  }
  return target(service.place, cluster, service.name);
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

function stackIn(stackId: string): string {
  return stackId.split('/')[1] ?? 'stack';
}
