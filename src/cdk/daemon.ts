import { Tokenization } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { attach, Attachment } from './attachment';
import { daemonFacts } from './daemon-facts';
import { describeValue } from './kinds';
import { requireVersions } from './requirements';
import { agentOf, AgentProps, agentStoppedPattern, requireSubnetsOf, throwIfAny } from './sidecar';
import { EgressReaction, FurtherChecks, validateAtSynthesis } from './synthesis';
import { DAEMON, daemonOptions, Generation, portsFilter } from '../agent';
import { checkDaemon, checkPorts } from '../preflight';
import { isUnresolved, stackOf } from './tree/loaded';
import { StageIndex } from './tree/stage-index';
import { inUsersLanguage } from './users-language';

export interface DaemonProps extends AgentProps {
  readonly cluster: ecs.ICluster;
  readonly family?: string;
  readonly placementConstraints?: ecs.PlacementConstraint[];
  readonly ports?: readonly number[];
  readonly bpfFilter?: string;
  readonly cpu?: number;
  readonly memoryLimitMiB?: number;
  readonly memoryReservationMiB?: number;
  readonly networkInterfaces?: string[];
}

/** What a daemon has created. */
export interface Daemon {
  readonly taskDefinition: ecs.Ec2TaskDefinition;
  readonly service: ecs.Ec2Service;
  readonly attachment: Attachment;
}

/**
 * Runs the agent of a generation once on each container instance of a cluster, and adds the checks to the daemon's validations.
 *
 * @throws if a property is wrong; the error names it
 */
export function addDaemon(daemon: Construct, generation: Generation, props: DaemonProps, reaction: EgressReaction): Daemon {
  requireVersions();
  const cluster = requireCluster(props.cluster, daemon.node.path);
  const { ports, bpfFilter } = props;
  if (ports !== undefined) throwIfAny(daemon, checkPorts(ports, bpfFilter, isUnresolved));
  const { agent, apiKey } = agentOf(daemon, generation, withDefaults(generation, props));
  if (reaction.knownEgress) requireSubnetsOf(daemon, 'knownEgress', cluster.vpc, reaction.knownEgress);
  const taskDefinition = new ecs.Ec2TaskDefinition(daemon, 'TaskDefinition', {
    family: props.family,
    networkMode: ecs.NetworkMode.HOST,
    placementConstraints: [ecs.PlacementConstraint.memberOf(DAEMON.placementConstraint)],
  });
  const service = new ecs.Ec2Service(daemon, 'Service', {
    cluster,
    taskDefinition,
    daemon: true,
    placementConstraints: props.placementConstraints,
    // ECS runs one task of a daemon on an instance at a time, so it must stop the old one first, also on the only instance of a cluster.
    minHealthyPercent: 0,
    maxHealthyPercent: 100,
    circuitBreaker: { rollback: true },
  });
  const attachment = attach(daemon, service, {
    generation,
    agent,
    place: { region: stackOf(daemon).region, taskFamily: taskDefinition.family, cluster: cluster.clusterName },
    apiKey,
    image: props.image,
    logging: props.logging,
    isAlone: true,
  });
  StageIndex.expect(daemon);
  const ofDaemon: FurtherChecks = (index, at) => checkDaemon(daemonFacts(index, at, attachment), generation);
  daemon.node.addValidation({ validate: () => validateAtSynthesis(daemon, service, attachment, reaction, ofDaemon) });
  return { taskDefinition, service, attachment };
}

/** The pattern of the ECS task state changes in which a task of the daemon has ended because its agent did, or could not start. */
export function daemonDiedPattern(service: ecs.BaseService, container: ecs.ContainerDefinition): events.EventPattern {
  const { detail, ...pattern } = agentStoppedPattern(service, container);
  const { containers, ...ofService } = detail!;
  return { ...pattern, detail: { ...ofService, lastStatus: ['STOPPED'], stopCode: ['EssentialContainerExited', 'TaskFailedToStart'] } };
}

/** What the agent's container is made from. */
function withDefaults(generation: Generation, { ports, ...props }: DaemonProps): AgentProps {
  const filter = ports === undefined ? {} : { bpfFilter: portsFilter(ports.map(port => Tokenization.stringifyNumber(port))) };
  return daemonOptions(generation, { ...props, ...filter });
}

/** @throws if it is no cluster, or if its network is unknown */
function requireCluster(cluster: ecs.ICluster, path: string): ecs.ICluster {
  const wrong = (found: string, wayOut: string) =>
    new Error(inUsersLanguage(`${path}: \`cluster\` must be a cluster with its VPC (\`ecs.ICluster\`), got: ${found}; use ${wayOut}.`));
  if (typeof cluster?.clusterName !== 'string') throw wrong(describeValue(cluster), '`new Cluster(…)` or Cluster.fromClusterAttributes');
  try {
    // An import by its ARN throws.
    if (cluster.vpc && cluster.connections) return cluster;
  } catch { /* said below */ }
  throw wrong(`${describeValue(cluster)}, which is known only by its ARN`, 'Cluster.fromClusterAttributes with its name and VPC');
}
