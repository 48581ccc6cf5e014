import { Account } from './account';
import { isFault, readAgentLog, tasksToRead } from './agent-log';
import { createSecret } from './api-key';
import { lastPart, parseRevision } from './arns';
import { grantSecretAccess } from './execution-role';
import { AccountFailure, ExitCode, Failure, Interrupted, messageOf } from './failure';
import { Follower, FollowOptions, RolloutEnd } from './follower';
import { createsSecret, isChange, Plan, Planner, ServicePlan } from './planning';
import { register, RegisteredDifferently } from './registration';
import { failedToStart, ServiceResult, unfollowed } from './results';
import { RevisionPlan } from './revision-plan';
import { Revision } from './revisions';
import { Rollout, stateOfRollout } from './rollout';
import { describeServices, EcsService, primaryOf } from './services';
import { isScaledIn, stoppedContainers, tasksOf } from './stopped-tasks';
import { takeBack } from './way-back';
import { agentsIn, JsonObject, nameOf, parseJson, printJson } from '../edit';

export interface ApplyOptions extends FollowOptions {
  readonly follow: boolean;
  readonly rollback: boolean;
  readonly onEvent: (line: string) => void;
  /** Called when a service's update was accepted; its end is not known yet. */
  readonly onSubmitted?: (service: EcsService, target: string) => void;
  /** Called with a service's name after its last progress. */
  readonly onEnd?: (service: string) => void;
}

/** Groups of services that are submitted at the same time. The call budget limits the rest. */
const CONCURRENT_GROUPS = 4;

/** How often the log of a new agent is read until it says something. */
const AGENT_LOOKS = 6;

/** If the plan is older, the service is read again first: another deployment may have changed it. */
const FRESH_MS = 10_000;

/**
 * Carries a plan out. The failure of one service does not stop the others. A failure of the account, or a revision that ECS
 * registered differently from the plan, stops what has not been started.
 */
export class Application {
  private readonly follower: Follower;
  private stopped?: Failure;
  /** Of how many tasks the agent's log is read. */
  private tasksToRead = 1;

  constructor(private readonly account: Account, private readonly planner: Planner, private readonly options: ApplyOptions) {
    this.follower = new Follower(account, options);
  }

  /** @throws Failure if the secret or a grant could not be written; no service was changed then */
  public async run(plan: Plan): Promise<ServiceResult[]> {
    this.tasksToRead = tasksToRead(plan.services.length);
    const written = await this.prepare(plan, plan.services.filter(isChange));
    const queue = groupsOf(written.services);
    const results = new Map<string, Promise<ServiceResult>>();
    const work = async () => {
      for (let group = queue.shift(); group !== undefined; group = queue.shift()) await this.submitGroup(group, written, results);
    };
    await Promise.all(Array.from({ length: CONCURRENT_GROUPS }, work));
    return Promise.all(written.services.map(async ({ service }) => results.get(service.serviceArn)!));
  }

  /** Writes the secret and the grants: the first task already needs both. */
  private async prepare(plan: Plan, changing: readonly ServicePlan[]): Promise<Plan> {
    const { request, secret } = plan;
    if (request.verb === 'remove' || request.key.kind !== 'secret' || secret === undefined) return plan;
    let { arn } = secret;
    if (createsSecret(plan)) {
      arn = await createSecret(this.account, secret, request.key);
      this.options.onEvent(`created the secret ${secret.name}`);
    }
    const granted = new Set<string>();
    for (const { grant, revision } of changing) {
      const key = `${grant?.role} ${grant?.policyName}`;
      if (!grant || granted.has(key)) continue;
      granted.add(key);
      await grantSecretAccess(this.account, grant.role, revision!.current.family, { ...grant.secret, arn });
      this.options.onEvent(`added the inline policy ${grant.policyName} to role ${lastPart(grant.role)}`);
    }
    return arn === secret.arn ? plan : withSecretArn(plan, secret.arn, arn);
  }

  /** Registers one revision for a group of services, and updates each. Their rollouts continue when this returns. */
  private async submitGroup(group: readonly ServicePlan[], plan: Plan, results: Map<string, Promise<ServiceResult>>): Promise<void> {
    let target: Revision | undefined;
    for (const one of group) {
      const settle = (result: Promise<ServiceResult>) => results.set(one.service.serviceArn, result);
      if (this.stopped) {
        settle(Promise.resolve({ plan: one, outcome: 'notStarted', exitCode: ExitCode.FAILED, reason: 'an earlier failure stopped the run' }));
      } else if (one.action === 'none') {
        settle(this.settleUnchanged(one));
      } else {
        try {
          target ??= await this.revisionFor(one.revision!);
          const submitted = await this.submit(one, one.revision!, target, plan);
          this.options.onSubmitted?.(one.service, submitted.target.arn);
          settle(this.finish(one, submitted).finally(() => this.options.onEnd?.(one.service.serviceName)));
        } catch (error) {
          this.stopIfFatal(error);
          settle(Promise.resolve(failedToStart(one, target, error)));
        }
      }
    }
  }

  private stopIfFatal(error: unknown): void {
    if (error instanceof AccountFailure || error instanceof Interrupted || error instanceof RegisteredDifferently) this.stopped ??= error;
  }

  private async revisionFor({ target, body, current }: RevisionPlan): Promise<Revision> {
    return target ?? register(this.account, body!, current);
  }

  private async submit(one: ServicePlan, revision: RevisionPlan, target: Revision, plan: Plan): Promise<Submitted> {
    const isFresh = performance.now() - plan.madeAt < FRESH_MS;
    const service = isFresh ? one.service : (await describeServices(this.account, one.service.clusterArn, [one.service.serviceArn]))[0];
    if (service.taskDefinition === revision.current.arn) {
      const submitted = await this.update(service, target);
      if (submitted.replaced === undefined || submitted.replaced === revision.current.arn) return { ...submitted, previous: revision.current };
      const { short } = parseRevision(submitted.replaced);
      this.options.onEvent(`${service.serviceName}: another deployment set ${short} in the meantime; planning again from there`);
      return this.submitAgain(one, { ...service, taskDefinition: submitted.replaced }, plan, target);
    }
    const { short } = parseRevision(service.taskDefinition);
    this.options.onEvent(`${service.serviceName}: another deployment set ${short} after the plan was made; planning again from there`);
    return this.submitAgain(one, service, plan, undefined);
  }

  /** Edits what the other deployment rolled out, once. It is never overwritten a second time. */
  private async submitAgain(one: ServicePlan, service: EcsService, plan: Plan, written: Revision | undefined): Promise<Submitted> {
    const theirs = parseRevision(service.taskDefinition).short;
    const again = await this.planner.replan(one, service, plan);
    const reasons = this.planner.refusalsIn(again);
    const target = reasons.length > 0 || again.action === 'none' ? again.current : await this.revisionFor(again);
    const submitted = await this.update(service, target);
    const expected = written?.arn ?? service.taskDefinition;
    if (submitted.replaced !== undefined && ![expected, target.arn].includes(submitted.replaced)) {
      throw new Failure(`Other deployments of service ${service.serviceName} run at the same time: ${theirs}, then ${parseRevision(submitted.replaced).short}. `
        + 'Wait until they have ended, then run the same command again.');
    }
    if (reasons.length > 0) {
      throw new Failure(`Another deployment set service ${service.serviceName} to ${theirs} in the meantime. `
        + `It cannot be edited, so ${theirs} was put back: ${reasons.join(' ')}`);
    }
    return { ...submitted, previous: again.current };
  }

  private async update({ clusterArn: cluster, serviceArn: service, serviceName }: EcsService, target: Revision): Promise<Omit<Submitted, 'previous'>> {
    const input = { cluster, service, taskDefinition: target.arn };
    const answer = await this.account.must('ecs', 'UpdateService', input, { subject: `service ${serviceName}`, resource: service });
    const updated = answer.service as EcsService;
    const primary = primaryOf(updated);
    // ECS lists a failed deployment for a while, but it is not what ran.
    const replaced = (updated.deployments ?? []).filter(({ id, rolloutState }) => id !== primary?.id && rolloutState !== 'FAILED')
      .sort((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0))[0];
    return { service: updated, deploymentId: primary?.id ?? '', target, replaced: replaced?.taskDefinition };
  }

  private async finish(plan: ServicePlan, { service, deploymentId, target, previous }: Submitted): Promise<ServiceResult> {
    const rollout: Rollout = { deploymentId, target: target.arn, previous: previous.arn };
    const known = { plan, target: target.arn, rollout };
    if (!this.options.follow) return { ...known, outcome: 'notFollowed', exitCode: ExitCode.DONE };
    try {
      const end = await this.confirmEnd(service, rollout, await this.follower.follow(service, rollout));
      const serviceDeploymentArn = this.follower.recordOf(rollout);
      const told = serviceDeploymentArn === undefined ? known : { ...known, serviceDeploymentArn };
      if (end.state === 'completed') return { ...told, ...await this.watchAgent(service, target) };
      const stopped = end.state === 'superseded' ? undefined : await this.whatStopped(service, target, plan);
      const failed = { ...told, exitCode: ExitCode.ROLLOUT_FAILED, ...stopped };
      if (end.state === 'rolledBack' || end.state === 'superseded' || !this.options.rollback) return { ...failed, outcome: end.state, reason: end.reason };
      return { ...failed, ...await this.goBack(service, rollout, previous, end) };
    } catch (error) {
      this.stopIfFatal(error);
      return { ...known, ...unfollowed(error) };
    }
  }

  /**
   * Whether the agent captures after a completed rollout, as its containers and its log show. A new agent may need a moment to say so.
   * What cannot be read is no failure: the rollout has completed.
   */
  private async watchAgent(service: EcsService, target: Revision): Promise<AgentWatched> {
    const completed = { outcome: 'completed', exitCode: ExitCode.DONE } as const;
    const degraded = { outcome: 'degraded', exitCode: ExitCode.ROLLOUT_FAILED } as const;
    const names = new Set(agentsIn(target.body).map(nameOf));
    if (names.size === 0) return completed;
    try {
      for (let look = 1; ; look++) {
        // In a task that stops, the agent ends with the others.
        const tasks = (await tasksOf(this.account, service, 'RUNNING'))
          .filter(({ taskDefinitionArn, lastStatus }) => taskDefinitionArn === target.arn && lastStatus === 'RUNNING');
        const died = stoppedContainers(tasks, names).filter(({ container }) => names.has(container));
        const log = await readAgentLog(this.account, target.body, tasks, this.tasksToRead);
        if (died.length > 0) return { ...degraded, reason: 'the agent stopped in a task that runs', log, stoppedContainers: died };
        if (isFault(log)) return { ...degraded, log };
        if (log.unknown?.why !== 'silent' || look >= AGENT_LOOKS) return { ...completed, log };
        if (look === 1) this.options.onEvent(`${service.serviceName}: rolled out; waiting until the agent's log says whether it captures`);
        await this.account.pause(this.options.pollMs);
      }
    } catch (error) {
      // The first line of the message says what failed; the others how to fix it.
      const detail = error instanceof Interrupted ? 'interrupted' : messageOf(error).split('\n')[0].replace(/\.$/, '');
      return { ...completed, log: { state: 'unknown', unknown: { why: 'unreadable', detail } } };
    }
  }

  /**
   * Reads the service again before a failure is reported or the rollout is rolled back. The rollout's record and the service are
   * read one after the other, and another deployment may have started in between. It is left alone.
   */
  private async confirmEnd(service: EcsService, rollout: Rollout, end: RolloutEnd): Promise<RolloutEnd> {
    if (end.state !== 'failed' && end.state !== 'timedOut') return end;
    const [now] = await describeServices(this.account, service.clusterArn, [service.serviceArn]);
    const seen = stateOfRollout(rollout, now);
    return seen.state === 'superseded' || seen.state === 'completed' ? seen : end;
  }

  private async goBack(
    service: EcsService, rollout: Rollout, previous: Revision, end: Exclude<RolloutEnd, { state: 'completed' }>,
  ): Promise<Pick<ServiceResult, 'outcome' | 'reason'>> {
    const { short } = parseRevision(previous.arn);
    this.options.onEvent(`${service.serviceName}: ${end.state === 'timedOut' ? 'the rollout takes too long' : 'the rollout failed'}, going back to ${short}`);
    try {
      const why = await takeBack(this.account, this.follower, service, rollout, previous);
      return why === undefined ? { outcome: 'rolledBack', reason: end.reason } : { outcome: end.state, reason: `${end.reason}; ${why}` };
    } catch (error) {
      this.stopIfFatal(error);
      return { outcome: end.state, reason: `${end.reason}; the service could not go back to ${short}: ${messageOf(error)}` };
    }
  }

  /** The containers that ended in the rollout's own tasks. If they cannot be read, that is not a failure. */
  private async whatStopped(service: EcsService, target: Revision, { revision }: ServicePlan): Promise<Pick<ServiceResult, 'stoppedContainers'>> {
    try {
      const tasks = (await tasksOf(this.account, service, 'STOPPED', 100)).filter(({ taskDefinitionArn }) => taskDefinitionArn === target.arn);
      const stopped = stoppedContainers(tasks, new Set(agentsIn(revision!.after).map(nameOf)));
      return { stoppedContainers: stopped.filter(one => !isScaledIn(one)) };
    } catch (error) {
      if (error instanceof AccountFailure || error instanceof Interrupted) throw error;
      this.options.onEvent(`${service.serviceName}: could not read why its tasks stopped: ${messageOf(error)}`);
      return {};
    }
  }

  /** Nothing to write. A rollout in progress, such as an earlier run's, is followed to its end. */
  private async settleUnchanged(plan: ServicePlan): Promise<ServiceResult> {
    const { service } = plan;
    const unchanged = { plan, outcome: 'unchanged', exitCode: ExitCode.DONE } as const;
    const primary = primaryOf(service);
    if (!this.options.follow || primary?.rolloutState !== 'IN_PROGRESS' || primary.taskDefinition !== service.taskDefinition) return unchanged;
    this.options.onEvent(`${service.serviceName}: ${parseRevision(service.taskDefinition).short} is already being rolled out; following it`);
    const others = service.deployments?.filter(({ id }) => id !== primary.id) ?? [];
    const rollout: Rollout = { deploymentId: primary.id, target: service.taskDefinition, previous: others[0]?.taskDefinition ?? '' };
    try {
      const end = await this.confirmEnd(service, rollout, await this.follower.follow(service, rollout));
      if (end.state === 'completed') {
        const watched = await this.watchAgent(service, plan.revision!.current);
        return watched.outcome === 'degraded' ? { plan, rollout, ...watched } : { ...unchanged, log: watched.log };
      }
      return { plan, outcome: end.state, exitCode: ExitCode.ROLLOUT_FAILED, reason: end.reason, rollout };
    } catch (error) {
      this.stopIfFatal(error);
      return { plan, ...unfollowed(error), rollout };
    }
  }
}

type AgentWatched = Pick<ServiceResult, 'outcome' | 'exitCode' | 'reason' | 'log' | 'stoppedContainers'>;

interface Submitted {
  readonly service: EcsService;
  readonly deploymentId: string;
  readonly target: Revision;
  /** The revision that UpdateService replaced, according to its answer. */
  readonly replaced?: string;
  readonly previous: Revision;
}

/** Services that run the same revision get the same new one. */
function groupsOf(services: readonly ServicePlan[]): ServicePlan[][] {
  const groups = new Map<string, ServicePlan[]>();
  for (const one of services) {
    const key = one.action === 'none' ? one.service.serviceArn : one.service.taskDefinition;
    groups.set(key, [...groups.get(key) ?? [], one]);
  }
  return [...groups.values()];
}

/** The plan with the complete ARN of the created secret. */
function withSecretArn(plan: Plan, before: string, arn: string): Plan {
  const replaced = (body: JsonObject) => parseJson(printJson(body).replaceAll(JSON.stringify(before).slice(1, -1), arn)) as JsonObject;
  const revisions = new Map<RevisionPlan, RevisionPlan>();
  const once = (revision: RevisionPlan) => {
    const known = revisions.get(revision) ?? { ...revision, after: replaced(revision.after), body: revision.body && replaced(revision.body) };
    revisions.set(revision, known);
    return known;
  };
  return {
    ...plan,
    services: plan.services.map(one => one.revision ? { ...one, revision: once(one.revision) } : one),
    secret: plan.secret && { ...plan.secret, arn, exists: true, valueFrom: plan.secret.valueFrom.replace(before, arn) },
  };
}
