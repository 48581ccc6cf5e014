import { LinesOf } from './container-logs';
import { OutcomeOf, RolloutTimes } from './outcomes';
import { Logs } from '../cloudwatch/logs';
import { Home } from '../home';
import { JsonObject } from '../json';

export interface Tag { readonly key: string; readonly value?: string }

export interface Cluster {
  readonly name: string;
  readonly arn: string;
  status: 'ACTIVE' | 'INACTIVE';
  tags: Tag[];
  /** The other members that DescribeClusters returns. */
  members: JsonObject;
  readonly services: Map<string, Service>;
  tasks: Task[];
  readonly instances: JsonObject[];
}

export interface TaskDefinition {
  readonly family: string;
  readonly revision: number;
  readonly arn: string;
  /** As DescribeTaskDefinition returns it, without `status` and `deregisteredAt`. */
  readonly described: JsonObject;
  tags: Tag[];
  status: 'ACTIVE' | 'INACTIVE';
  deregisteredAt?: number;
}

export interface Service {
  readonly name: string;
  readonly arn: string;
  readonly cluster: Cluster;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  tags: Tag[];
  desiredCount: number;
  taskDefinition: TaskDefinition;
  /** The other members of the service, as they were given. */
  members: JsonObject;
  /** Members that only the deployments have, such as `serviceConnectConfiguration`. */
  hidden: JsonObject;
  readonly createdAt: number;
  /** With which it was created: the same request with the same token creates nothing. */
  readonly clientToken?: string;
  /** Newest first. */
  deployments: Deployment[];
  /** Newest first. */
  events: JsonObject[];
  /** Newest first; the first is the one that `deployments[0]` belongs to. */
  serviceDeployments: ServiceDeployment[];
  readonly revisions: JsonObject[];
  /** How the service's next rollouts end; if undefined, `EcsState.outcomeOf` decides. */
  outcomeOf?: OutcomeOf;
}

/** One entry of a service's `deployments`. */
export interface Deployment {
  id: string;
  status: 'PRIMARY' | 'ACTIVE';
  readonly taskDefinition: TaskDefinition;
  /** The settings of the service that the deployment rolls out. */
  readonly settings: JsonObject;
  readonly createdAt: number;
  updatedAt: number;
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutStateReason: string;
  failedTasks: number;
  readonly revisionArn: string;
}

/** One rollout, as the service deployments API returns it. */
export interface ServiceDeployment {
  readonly arn: string;
  readonly service: Service;
  status: 'PENDING' | 'IN_PROGRESS' | 'SUCCESSFUL' | 'STOPPED' | 'STOP_REQUESTED'
  | 'ROLLBACK_REQUESTED' | 'ROLLBACK_IN_PROGRESS' | 'ROLLBACK_SUCCESSFUL' | 'ROLLBACK_FAILED';
  statusReason?: string;
  /** The deployment that it started. */
  readonly deployment: Deployment;
  /** What the service ran before, to which a rollback returns; undefined for the first rollout of a service. */
  readonly source?: Deployment;
  readonly createdAt: number;
  updatedAt: number;
  finishedAt?: number;
  stoppedAt?: number;
  rollback?: { readonly reason: string; readonly startedAt: number; readonly revisionArn: string };
  circuitBreaker: MonitorStatus;
  alarms: MonitorStatus;
  triggeredAlarms: readonly string[];
  lifecycleStage?: string;
  hook?: JsonObject;
  /** Removes the events that would continue the rollout. */
  cancel: () => void;
  /** Continues after a PAUSE hook. */
  resume?: () => void;
}

export type MonitorStatus = 'DISABLED' | 'MONITORING' | 'MONITORING_COMPLETE' | 'TRIGGERED';

export interface Task {
  readonly arn: string;
  readonly service?: Service;
  deployment: Deployment;
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  readonly createdAt: number;
  startedAt?: number;
  stoppedAt?: number;
  /** `stopCode`, `stoppedReason` and other members that a test sets. */
  members: JsonObject;
  containers: JsonObject[];
}

/** What `ECS Deployment State Change` tells of a deployment. */
export interface DeploymentEvent {
  readonly eventName: 'SERVICE_DEPLOYMENT_IN_PROGRESS' | 'SERVICE_DEPLOYMENT_COMPLETED' | 'SERVICE_DEPLOYMENT_FAILED';
  readonly region: string;
  readonly serviceArn: string;
  readonly deploymentId: string;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
  readonly reason: string;
}

export interface EcsState {
  readonly home: Home;
  /** Takes each event of a deployment. */
  readonly onDeployment: (event: DeploymentEvent) => void;
  /** The CloudWatch Logs of a region. */
  readonly logsOf: (region: string) => Logs;
  /** By the container's name. */
  readonly linesOf: Map<string, LinesOf>;
  /** Of containers whose name is not in `linesOf`. */
  readonly linesOfOthers: LinesOf;
  readonly clusters: Map<string, Cluster>;
  /** By family; the oldest revision first. */
  readonly families: Map<string, TaskDefinition[]>;
  readonly capacityProviders: JsonObject[];
  /** How rollouts end for services without an outcome of their own. */
  outcomeOf: OutcomeOf;
  times: RolloutTimes;
  /** In accounts and regions without service deployments, answers have none. */
  serviceDeployments: 'on' | 'empty';
  /** Whether a rollback is a deployment with its own id, or resumes the former one. */
  rollbackId: 'new' | 'previous';
}
