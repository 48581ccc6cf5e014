import { answerFor } from './clusters';
import { clusterOf, serviceOf } from './find';
import { threshold } from './play';
import { rollBack } from './rollbacks';
import { taskCounts } from './services';
import { STAGES } from './stages';
import { Deployment, EcsState, Service, ServiceDeployment } from './state';
import { JsonObject, numberIn, objectIn, textIn, textsIn } from '../json';
import { ecsPage } from '../paging';
import { seconds } from '../timeline';
import { Actions } from '../wire/actions';
import { AwsError, invalidParameter } from '../wire/aws-error';

export function serviceDeploymentActions(state: EcsState): Actions {
  const of = (service: Service | undefined) => state.serviceDeployments === 'on' ? service?.serviceDeployments ?? [] : [];
  const find = (arn: string) => of(serviceIn(state, arn)).find(rollout => rollout.arn === arn);
  const known = (arn: string) => {
    const rollout = find(arn);
    if (!rollout) throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
    return rollout;
  };
  return {
    ListServiceDeployments: input => {
      const service = serviceOf(state, clusterOf(state, textIn(input.cluster)), textIn(input.service)!);
      const { before, after } = objectIn(input.createdAt);
      const briefs = of(service).filter(({ createdAt }) => createdAt + state.times.listedMs <= state.home.timeline.now())
        .filter(({ status }) => input.status === undefined || textsIn(input.status).includes(status))
        .filter(({ createdAt }) => before === undefined || createdAt <= numberIn(before)! * 1000)
        .filter(({ createdAt }) => after === undefined || createdAt >= numberIn(after)! * 1000)
        .map(brief);
      return ecsPage('serviceDeployments', briefs, input, { default: 20, most: 100 });
    },
    DescribeServiceDeployments: ({ serviceDeploymentArns }) => {
      const arns = textsIn(serviceDeploymentArns);
      if (arns.length < 1 || arns.length > 20) throw invalidParameter('Service deployment ARNs must be between 1 and 20.');
      return answerFor(arns, find, { member: 'serviceDeployments', describe: described, arn: name => name });
    },
    DescribeServiceRevisions: ({ serviceRevisionArns }) => {
      const arns = textsIn(serviceRevisionArns);
      if (arns.length < 1 || arns.length > 20) throw invalidParameter('Service revision ARNs must be between 1 and 20.');
      const revisionsOf = (arn: string) => state.serviceDeployments === 'on' ? serviceIn(state, arn)?.revisions ?? [] : [];
      return answerFor(arns, arn => revisionsOf(arn).find(({ serviceRevisionArn }) => serviceRevisionArn === arn), {
        member: 'serviceRevisions', describe: found => found, arn: name => name,
      });
    },
    StopServiceDeployment: ({ serviceDeploymentArn, stopType }) => {
      const rollout = known(textIn(serviceDeploymentArn)!);
      stop(state, rollout, textIn(stopType) ?? 'ROLLBACK');
      return { serviceDeploymentArn: rollout.arn };
    },
    ContinueServiceDeployment: ({ serviceDeploymentArn, hookId, action }) => {
      const rollout = known(textIn(serviceDeploymentArn)!);
      if (rollout.hook?.hookId !== hookId) throw invalidParameter('The lifecycle hook was not found.');
      if (textIn(action) === 'ROLLBACK') stop(state, rollout, 'ROLLBACK');
      else rollout.resume!();
      return { serviceDeploymentArn: rollout.arn };
    },
  };
}

/** The service of a rollout, or of a revision. @param arn ends with the cluster, the service and an id */
function serviceIn({ clusters }: EcsState, arn: string): Service | undefined {
  const [, name, cluster] = arn.split('/').reverse();
  return clusters.get(cluster)?.services.get(name);
}

/** How long a stop is only requested before it takes effect. */
const REQUESTED_MS = 50;

export function stop(state: EcsState, rollout: ServiceDeployment, stopType: string): void {
  if (!['ROLLBACK', 'ABORT'].includes(stopType)) throw invalidParameter(`The stop type ${stopType} is not valid.`);
  if (rollout.status !== 'IN_PROGRESS' && rollout.status !== 'PENDING') {
    throw new AwsError('ConflictException', `Service deployment in status ${rollout.status} can not be stopped.`, 400, { resourceIds: [rollout.arn] });
  }
  const { timeline } = state.home;
  Object.assign(rollout.deployment, {
    rolloutState: 'FAILED', rolloutStateReason: `ECS deployment ${rollout.deployment.id} was stopped.`, updatedAt: timeline.now(),
  });
  const reason = 'Service deployment was stopped by a StopServiceDeployment request.';
  if (stopType === 'ROLLBACK') {
    rollBack(state, rollout, { reason, words: 'ECS deployment stopped: rolling back to deploymentId', requestedMs: REQUESTED_MS });
    return;
  }
  rollout.cancel();
  Object.assign(rollout, { status: 'STOP_REQUESTED', statusReason: reason, updatedAt: timeline.now() });
  rollout.cancel = timeline.in(REQUESTED_MS, () => {
    Object.assign(rollout, { status: 'STOPPED', stoppedAt: timeline.now(), finishedAt: timeline.now(), updatedAt: timeline.now() });
  });
}

const time = (ms: number | undefined) => ms === undefined ? undefined : seconds(ms);

function brief(rollout: ServiceDeployment): JsonObject {
  return {
    serviceDeploymentArn: rollout.arn,
    serviceArn: rollout.service.arn,
    clusterArn: rollout.service.cluster.arn,
    startedAt: time(rollout.createdAt),
    createdAt: time(rollout.createdAt),
    finishedAt: time(rollout.finishedAt),
    targetServiceRevisionArn: rollout.deployment.revisionArn,
    status: rollout.status,
    statusReason: rollout.statusReason,
  };
}

function described(rollout: ServiceDeployment): JsonObject {
  const { service, deployment, source } = rollout;
  const configuration = objectIn(service.members.deploymentConfiguration);
  const { targetServiceRevisionArn, ...members } = brief(rollout);
  return {
    ...members,
    stoppedAt: time(rollout.stoppedAt),
    updatedAt: time(rollout.updatedAt),
    sourceServiceRevisions: source === undefined ? [] : [revisionSummary(rollout, source)],
    targetServiceRevision: revisionSummary(rollout, deployment),
    lifecycleStage: rollout.lifecycleStage,
    lifecycleHookDetails: rollout.hook === undefined ? undefined : [rollout.hook],
    deploymentConfiguration: configuration,
    rollback: rollout.rollback === undefined ? undefined
      : { reason: rollout.rollback.reason, startedAt: time(rollout.rollback.startedAt), serviceRevisionArn: rollout.rollback.revisionArn },
    deploymentCircuitBreaker: {
      status: rollout.circuitBreaker, failureCount: deployment.failedTasks, threshold: threshold(service.members, service.desiredCount),
    },
    alarms: { status: rollout.alarms, alarmNames: objectIn(configuration.alarms).alarmNames, triggeredAlarmNames: rollout.triggeredAlarms },
  };
}

function revisionSummary(rollout: ServiceDeployment, deployment: Deployment): JsonObject {
  return { arn: deployment.revisionArn, ...taskCounts(rollout.service, deployment), ...trafficWeight(rollout, deployment) };
}

/** Only the strategies that shift traffic have the weight of a revision. */
function trafficWeight(rollout: ServiceDeployment, deployment: Deployment): JsonObject {
  if (rollout.lifecycleStage === undefined) return {};
  const isShifted = STAGES.findIndex(stage => stage === rollout.lifecycleStage) >= STAGES.indexOf('PRODUCTION_TRAFFIC_SHIFT');
  return { requestedProductionTrafficWeight: isShifted === (deployment === rollout.deployment) ? 100 : 0 };
}
