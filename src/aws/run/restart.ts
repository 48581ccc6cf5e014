import { agentsIn, containersOf, JsonObject, objectsIn, textIn } from '../../edit';
import { namesSource } from '../../permissions';
import { Account } from '../calls/account';
import { chunksOf } from '../calls/batch';
import { isUnsettled } from '../calls/errors';
import { FailureKind, isForAll, kindOf, messageOf } from '../calls/failure';
import { namesVersion } from '../reads/key-age';
import { Revisions } from '../reads/revisions';
import { FoundSecret } from '../reads/secret';
import { describeServices, EcsService, hasTaskDefinition, isRollingOut, primaryOf, SERVICES_A_CALL } from '../reads/services';

/** What new tasks of a service are needed for, and whether they can be started. */
export interface Restart {
  readonly service: EcsService;
  /** `notReading`: no container of the service reads the secret. `skip`: it does, or it is unknown, and new tasks cannot be started now. */
  readonly action: 'restart' | 'notReading' | 'skip';
  /** Why it is skipped. */
  readonly reason?: string;
  /** Whether new tasks could not start with what is written, or would get a text that is not the key. */
  readonly isUnfit?: true;
}

/** What is written into a secret. */
export interface Written {
  /** The JSON field of the key; undefined if it is the whole value. */
  readonly field?: string;
}

export interface RestartResult {
  readonly service: EcsService;
  readonly outcome: 'restarted' | 'notReading' | 'skipped' | 'failed';
  readonly reason?: string;
  /** What stopped it, if it failed. */
  readonly failure?: FailureKind;
  /** The deployment that starts the new tasks. */
  readonly deploymentId?: string;
}

/** How often a restart is asked for if its answer is lost. */
const MOST_TRIES = 3;

/**
 * Which services need new tasks for a new value of a secret.
 *
 * @throws Failure if a task definition cannot be read
 */
export async function restartsOf(
  account: Account, services: readonly EcsService[], secret: FoundSecret, written: Written, revisions = new Revisions(account),
): Promise<Restart[]> {
  return Promise.all(services.map(async service => {
    // It is unknown what a service runs that has no task set yet.
    if (hasTaskDefinition(service)) {
      const body = await revisions.bodyOf(service.taskDefinition);
      const all = referencesTo(secret, containersOf(body));
      const references = all.filter(reference => isAbout(reference, written));
      if (references.length === 0) return { service, action: 'notReading', ...all.length === 0 ? {} : { reason: 'it reads another field of the secret' } };
      const isCurrent = (reference: string) => !namesVersion(reference);
      const unfit = unfitness(secret, written, references.filter(isCurrent), referencesTo(secret, agentsIn(body)).filter(isCurrent));
      if (unfit !== undefined) return { service, action: 'skip', reason: unfit, isUnfit: true };
      if (references.every(namesVersion)) return { service, action: 'skip', reason: 'it names a version of the secret, which new tasks read again: name the new one in its task definition' };
    }
    const reason = obstacleOf(service, account);
    return reason === undefined ? { service, action: 'restart' } : { service, action: 'skip', reason };
  }));
}

/** Why no new tasks can be started now. */
function obstacleOf(service: EcsService, { hints }: Account): string | undefined {
  const { status, deploymentController } = service;
  const controller = deploymentController?.type ?? 'ECS';
  if (status !== 'ACTIVE') return `it is ${status}`;
  if (controller === 'CODE_DEPLOY') return 'CodeDeploy deploys it: start a deployment there';
  if (controller !== 'ECS') return `it has the ${controller} deployment controller: start new tasks with its task sets`;
  return isRollingOut(service) ? `a rollout is in progress: ${hints.again} when it has ended` : undefined;
}

/** How containers read a secret. If it was not described, its ARN may be complete, or without the six characters at its end. */
function referencesTo({ arn, isDescribed }: FoundSecret, containers: readonly JsonObject[]): string[] {
  return containers.flatMap(({ secrets }) => objectsIn(secrets)).map(({ valueFrom }) => textIn(valueFrom) ?? '').filter(reference => {
    const isThis = (arnIsComplete: boolean) => namesSource(reference, { store: 'secretsmanager', arn, arnIsComplete });
    return isThis(true) || !isDescribed && isThis(false);
  });
}

/** The JSON field that a reference names; undefined for the whole value. */
function fieldIn(reference: string): string | undefined {
  return reference.split(':')[7] || undefined;
}

/** Whether what a reference reads changes. */
function isAbout(reference: string, { field }: Written): boolean {
  const read = fieldIn(reference);
  return field === undefined || read === undefined || read === field;
}

/** Why new tasks could not use what is written; undefined if they can. */
function unfitness({ name }: FoundSecret, { field }: Written, references: readonly string[], ofAgents: readonly string[]): string | undefined {
  if (field !== undefined) {
    return ofAgents.some(reference => fieldIn(reference) === undefined)
      ? `its agent reads the whole value of secret ${name}, and the key is written to one field of it. Replace the whole value, or let the agent read the field` : undefined;
  }
  const lost = references.map(fieldIn).find(read => read !== undefined);
  return lost === undefined ? undefined
    : `it reads the field ${lost} of secret ${name}, which the new value would not have. Name the field of the key`;
}

/** Starts new tasks of the services, as they are now. The rollouts continue when this returns. It never throws: what fails is in the results. */
export async function restartServices(
  account: Account, restarts: readonly Restart[], secret: FoundSecret, written: Written,
): Promise<RestartResult[]> {
  const planned = restarts.filter(({ action }) => action === 'restart');
  const results = new Map<string, RestartResult>(restarts.map(one => [one.service.serviceArn, notRestarted(one)]));
  const settle = (service: EcsService, result: Omit<RestartResult, 'service'>) => results.set(service.serviceArn, { service, ...result });
  const fail = (service: EcsService, error: unknown, reason = messageOf(error)) => settle(service, { outcome: 'failed', failure: kindOf(error), reason });
  const revisions = new Revisions(account);
  let stopped: unknown;
  const restart = async (one: Restart) => {
    if (one.action !== 'restart') return results.set(one.service.serviceArn, notRestarted(one));
    if (stopped !== undefined) return fail(one.service, stopped, 'an earlier failure stopped the run');
    try {
      return settle(one.service, { outcome: 'restarted', deploymentId: await startNewTasks(account, one.service) });
    } catch (error) {
      if (isForAll(error)) stopped = error;
      return fail(one.service, error);
    }
  };
  // All updates together may take minutes, so each ten are read right before theirs.
  for (const ten of chunksOf(planned, SERVICES_A_CALL)) {
    try {
      for (const one of stopped === undefined ? await asTheyAre(account, ten, secret, written, revisions) : ten) await restart(one);
    } catch (error) {
      if (isForAll(error)) stopped = error;
      for (const { service } of ten) fail(service, error);
    }
  }
  return [...results.values()];
}

function notRestarted({ service, action, reason }: Restart): RestartResult {
  return { service, outcome: action === 'notReading' ? 'notReading' : 'skipped', reason };
}

/** A rollout may have started since the services were read: it must not be replaced by another. */
async function asTheyAre(
  account: Account, planned: readonly Restart[], secret: FoundSecret, written: Written, revisions: Revisions,
): Promise<Restart[]> {
  const services = planned.map(({ service }) => service);
  const seen = await describeServices(account, services[0].clusterArn, services.map(({ serviceArn }) => serviceArn), { mustExist: false });
  const now = await restartsOf(account, seen, secret, written, revisions);
  const gone = services.filter(({ serviceArn }) => !seen.some(one => one.serviceArn === serviceArn));
  return [...now, ...gone.map(service => ({ service, action: 'skip', reason: 'it does not exist any more' } as const))];
}

/**
 * Starts new tasks of a service as it is. If the answer is lost, the service is looked at before the request is sent again.
 *
 * @returns the id of the deployment
 * @throws Failure if the update fails
 */
export async function startNewTasks(account: Account, service: EcsService): Promise<string | undefined> {
  const { clusterArn: cluster, serviceArn, serviceName } = service;
  const about = { subject: `service ${serviceName}`, resource: serviceArn };
  for (let tries = 1; ; tries++) {
    try {
      const input = { cluster, service: serviceArn, forceNewDeployment: true };
      const answer = await account.call('ecs', 'UpdateService', input, { ...about, repeatable: false });
      return primaryOf(answer.service as EcsService)?.id;
    } catch (error) {
      if (!isUnsettled(error) || tries >= MOST_TRIES) throw account.failure(error, 'ecs:UpdateService', about);
      // A new deployment, this one or that of another user, starts tasks that read the new value.
      const [now] = await describeServices(account, cluster, [serviceArn]);
      const id = primaryOf(now)?.id;
      if (id !== primaryOf(service)?.id) return id;
      await account.pause(500 * tries);
    }
  }
}
