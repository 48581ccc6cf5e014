import { TaskRoles } from './access';
import { checkDaemonService, NOT_CREATED, withSecret } from './daemon';
import { settled } from './draft';
import { grantOn } from './grant';
import { AddRequest, EditRequest, isChange, Plan, PlanAgain, ServicePlan } from './plan';
import { PlanChecks } from './plan-checks';
import { PlanReads } from './plan-reads';
import { Addition, planAddition, planRemoval, RevisionPlan } from './revision-plan';
import { serviceFacts, ServiceSurroundings } from './task-facts';
import { agentsIn, generationIn, hasApiKey, hasPlaintextKey, httpsCaptureFlagOf, isObject, JsonObject, plaintextKeysOf, previousRevision, textIn } from '../../edit';
import { checkController, checkEgress, checkService, checkStatus, checkUpdate, Finding } from '../../preflight';
import { Account } from '../calls/account';
import { lastPart, parseRevision, placeOf } from '../calls/arns';
import { mapEach } from '../calls/batch';
import { usage } from '../calls/failure';
import { Hosts } from '../reads/hosts';
import { readParameter } from '../reads/parameter';
import { Revision, Revisions } from '../reads/revisions';
import { KeyRequest, KeySource, readSecret, valueFromOf } from '../reads/secret';
import { EcsService, hasTaskDefinition, isRollingOut, primaryOf } from '../reads/services';
import { TargetGroups } from '../reads/target-groups';

/**
 * Plans that are made at the same time. What names many things in one call has been read before. What is half made while memory is collected stays
 * there for long: with a hundred at once, the plans of 5,000 services leave 100 MB behind.
 */
const AT_ONCE = 10;

/** Makes plans for the selected services, and again for one that another deployment has changed in the meantime. */
export class Planner {
  public readonly revisions: Revisions;
  private readonly hosts: Hosts;
  private readonly targetGroups: TargetGroups;
  private readonly checks: PlanChecks;

  /** @param reads what plans of the account share */
  constructor(private readonly account: Account, private readonly request: EditRequest, private readonly reads = new PlanReads(account)) {
    ({ revisions: this.revisions, hosts: this.hosts, targetGroups: this.targetGroups } = reads);
    const base = request.verb === 'add' ? request.daemon?.base : undefined;
    if (base) this.revisions.assume({ arn: NOT_CREATED, family: textIn(base.family)!, revision: 0, isActive: true, body: base });
    this.checks = new PlanChecks(account, request, reads.accessTo(request.verb === 'remove' ? '' : nameOfKey(request.key)));
  }

  /** @throws Failure if something that every plan needs cannot be read */
  public async plan(services: readonly EcsService[], again?: PlanAgain): Promise<Plan> {
    const active = services.filter(service => earlyFindings(service).length === 0);
    await this.revisions.readAll(active.map(({ taskDefinition }) => taskDefinition));
    const sharing = await this.sharingOf(active, again);
    const [secret, surroundings] = await Promise.all([this.secretFor(active), this.surroundingsOf(active)]);
    const drafts = await mapEach(services, AT_ONCE, async service => this.draft(service, sharing, secret, surroundings, again !== undefined));
    const judged = await this.judgeEgress(drafts);
    const taskRoles = taskRolesOf(judged);
    const checked = await mapEach(judged, AT_ONCE, async draft => this.checks.of(draft, secret, taskRoles));
    return { request: this.request, services: checked, secret };
  }

  /**
   * The services whose revision other services run, too: one new revision serves them all. A service that an earlier run has updated already
   * runs a revision that was made from the same one.
   */
  private async sharingOf(services: readonly EcsService[], again?: PlanAgain): Promise<ReadonlySet<EcsService>> {
    if (again) return new Set(again.sharesRevision ? services : []);
    const sources = await Promise.all(services.map(async ({ taskDefinition }) => {
      const { family, revision } = parseRevision(taskDefinition);
      const body = await this.revisions.bodyOf(taskDefinition);
      return `${family}:${agentsIn(body).length > 0 ? previousRevision(body) ?? revision : revision}`;
    }));
    const counts = countBy(sources, source => source);
    return new Set(services.filter((_, index) => counts.get(sources[index])! > 1));
  }

  /** The plan with a secret that exists by now: its ARN is complete. */
  public async secretCreated(plan: Plan, arn: string): Promise<Plan> {
    const { request, secret } = plan;
    if (request.verb === 'remove' || request.key.kind !== 'secret' || secret === undefined) return plan;
    const created: KeySource = { ...secret, arn, exists: true, valueFrom: valueFromOf(arn, request.key.field) };
    const services = await Promise.all(plan.services.map(async one => {
      if (one.revision === undefined || !isChange(one)) return one;
      const { current, newest } = one.revision;
      const revision = await this.planRevision(one.service, current, newest, created, !one.sharesRevision);
      const daemon = one.daemon ? { daemon: withSecret(one.daemon, arn) } : {};
      return { ...one, revision, ...daemon, ...one.grant ? { grant: grantOn(one.grant, arn) } : {} };
    }));
    return { ...plan, secret: created, services };
  }

  /** Nothing is read for a removal. */
  private async surroundingsOf(services: readonly EcsService[]): Promise<ReadonlyMap<EcsService, Surroundings>> {
    if (this.request.verb === 'remove') return new Map();
    // All groups are asked for at once, so each call names many.
    const groups = await Promise.all(services.map(async service => this.targetGroups.of(service)));
    const bodies = await Promise.all(services.map(async ({ taskDefinition }) => this.revisions.bodyOf(taskDefinition)));
    const inHostMode = services.filter((_, index) => bodies[index].networkMode === 'host');
    return new Map(services.map((service, index) => [service, {
      targetGroups: groups[index], hostNetworkPeers: inHostMode.includes(service) ? peersOf(service, inHostMode) : [],
    }]));
  }

  /** Read only if an agent will get its key from there. */
  private async secretFor(services: readonly EcsService[]): Promise<KeySource | undefined> {
    const { request } = this;
    if (request.verb === 'remove' || request.key.kind === 'plaintext' || services.length === 0) return undefined;
    const { generation, named } = request.agent;
    const agents = (await Promise.all(services.map(async ({ taskDefinition }) => this.revisions.bodyOf(taskDefinition)))).map(agentsIn);
    // A key in clear text moves to the secret together with an agent that becomes one of another generation.
    const moves = (agent: JsonObject) => hasPlaintextKey(agent) && (named.has('apiKey') || generationIn(agent) !== generation);
    const isNeeded = named.has('apiKey') || agents.some(each => each.length === 0 || each.some(agent => moves(agent) || !hasApiKey(agent)));
    if (!isNeeded) return undefined;
    const keys = new Set(agents.flat().filter(moves).flatMap(agent => plaintextKeysOf(agent)[0]));
    const place = placeOf(services[0].serviceArn);
    const { key } = request;
    if (key.kind === 'parameter') return this.reads.key(nameOfKey(key), async () => readParameter(this.account, key.parameter, place));
    const [first] = keys;
    const secret = await this.reads.key(JSON.stringify([nameOfKey(key), first]), async () =>
      readSecret(this.account, key, request.words, async () => place, first));
    if (!secret.exists && key.value === undefined && keys.size > 1) {
      throw usage(`The agents of the selected services have different API keys, and one secret takes one of them. ${this.account.hints.oneKey}`);
    }
    return secret;
  }

  private async draft(
    service: EcsService, sharing: ReadonlySet<EcsService>, secret: KeySource | undefined,
    surroundings: ReadonlyMap<EcsService, Surroundings>, isAgain: boolean,
  ): Promise<ServicePlan> {
    const early = earlyFindings(service);
    if (early.length > 0) return settled(this.request, { service, sharesRevision: false, findings: early });
    const { current, newest } = await this.revisions.currentAndNewest(service.taskDefinition);
    const sharesRevision = sharing.has(service);
    const revision = await this.planRevision(service, current, newest, secret, !sharesRevision);
    const around = surroundings.get(service) ?? NO_SURROUNDINGS;
    const own = [...this.ofDaemon(service, current), ...await this.findingsOfService(service, current, revision, around, isAgain)];
    // If nothing has to be done, nothing can prevent it.
    if (revision.action === 'none') return settled(this.request, { service, sharesRevision, revision, findings: own, isErrorIgnored: true });
    return settled(this.request, { service, sharesRevision, revision, findings: [...own, ...revision.findings] });
  }

  /** What is wrong with the service, the role and the log group of a daemon. */
  private ofDaemon(service: EcsService, { arn, body }: Revision): readonly Finding[] {
    const { request } = this;
    if (request.verb === 'remove' || request.daemon === undefined) return [];
    return [...arn === NOT_CREATED ? [] : checkDaemonService({ service, body }), ...request.daemon.findings];
  }

  private async findingsOfService(
    service: EcsService, current: Revision, { after }: RevisionPlan, surroundings: Surroundings, isAgain: boolean,
  ): Promise<Finding[]> {
    const isRemoval = this.request.verb === 'remove';
    const primary = primaryOf(service);
    const facts = serviceFacts(service, {
      hostKind: isRemoval ? NOT_READ : await this.hosts.kindOf(service),
      agentRestarts: agentsIn(after).some(({ restartPolicy }) => isObject(restartPolicy) && restartPolicy.enabled === true),
      // The rollout in progress is the one for which the plan is made again.
      rollout: isRollingOut(service) && !isAgain ? { revision: primary && parseRevision(primary.taskDefinition).short } : undefined,
      inactiveRevision: current.isActive ? undefined : parseRevision(current.arn).short,
      agentReadsHttps: agentsIn(after).some(agent => httpsCaptureFlagOf(agent) !== undefined),
      ...surroundings,
    });
    return isRemoval ? checkUpdate(facts) : checkService(facts);
  }

  private async planRevision(
    service: EcsService, current: Revision, newest: Revision | undefined, secret: KeySource | undefined, isAlone: boolean,
  ): Promise<RevisionPlan> {
    const { request } = this;
    if (request.verb === 'remove') return planRemoval(current, newest, this.revisions, request.owner);
    return planAddition(current, newest, {
      ...request.agent,
      region: await this.account.region(),
      key: request.key.kind === 'plaintext' ? request.key : { kind: 'secret', valueFrom: secret?.valueFrom ?? '' },
      hostKind: await this.hosts.kindOf(service),
      ...ofDaemon(request),
      serviceName: isAlone && !request.daemon ? service.serviceName : undefined,
      clusterName: lastPart(service.clusterArn),
    });
  }

  private async judgeEgress(drafts: readonly ServicePlan[]): Promise<ServicePlan[]> {
    const { request } = this;
    if (request.verb === 'remove') return [...drafts];
    // What a stack asks of the network may be what has changed.
    const isAlways = request.agent.owner !== undefined;
    const judged = drafts.filter(({ revision, action }) => revision !== undefined && (action !== 'none' || isAlways) && seesTraffic(revision.after));
    const verdicts = await this.reads.verdicts(judged.map(({ service, revision }) => ({ service, body: revision!.after })));
    return drafts.map(draft => {
      const egress = verdicts[judged.indexOf(draft)];
      const ids = [...draft.refusals, ...draft.warnings].map(({ id }) => id);
      return egress === undefined ? draft : settled(this.request, { ...draft, egress, findings: checkEgress(`service ${draft.service.serviceName}`, egress, ids) });
    });
  }

}

/** The secret or the parameter of a key. A key in clear text has no name. */
function nameOfKey(key: KeyRequest): string {
  return key.kind === 'plaintext' ? '' : key.kind === 'parameter' ? `parameter ${key.parameter}` : `secret ${key.secret} ${key.field ?? ''}`;
}

function taskRolesOf(plans: readonly ServicePlan[]): TaskRoles {
  return new Map(plans.flatMap(({ revision }) => {
    const role = textIn(revision?.current.body.taskRoleArn);
    return revision === undefined || role === undefined ? [] : [[lastPart(role), revision.current.family]];
  }));
}

/** A removal needs nothing of what runs the tasks, and makes no calls for it. */
const NOT_READ = { unknown: 'a removal does not read what runs the tasks' };

/** What refuses a service before its task definition is read. With an external controller it has none. */
function earlyFindings(service: EcsService): Finding[] {
  const { serviceName: name, status, deploymentController } = service;
  const findings = checkStatus({ name, status });
  if (findings.length > 0 || hasTaskDefinition(service)) return findings;
  return checkController({ name, controller: deploymentController?.type ?? 'ECS' });
}

/** What is around a service besides its network. */
type Surroundings = Pick<ServiceSurroundings, 'targetGroups' | 'hostNetworkPeers'>;

const NO_SURROUNDINGS: Surroundings = { targetGroups: [], hostNetworkPeers: [] };

/** Each service of a plan gets an agent, or has one. */
function peersOf(service: EcsService, inHostMode: readonly EcsService[]): string[] {
  return inHostMode.filter(other => other !== service && other.clusterArn === service.clusterArn).map(({ serviceName }) => serviceName);
}

function seesTraffic({ networkMode }: JsonObject): boolean {
  return networkMode === 'awsvpc' || networkMode === 'host';
}

/**
 * The planned task definition, as it can be told again later: the secret is named as the request names it, since its ARN may not be known yet,
 * and a key in clear text is left out.
 */
export async function digestedBody(plan: ServicePlan, account: Account, request: EditRequest, sharesRevision: boolean): Promise<JsonObject> {
  const { current, after } = plan.revision!;
  if (request.verb === 'remove') return after;
  const { key } = request;
  return planAddition(current, undefined, {
    ...request.agent,
    region: await account.region(),
    key: key.kind === 'plaintext' ? { kind: 'plaintext', value: '(key)' } : { kind: 'secret', valueFrom: key.kind === 'parameter' ? key.parameter : valueFromOf(key.secret, key.field) },
    hostKind: NOT_READ,
    ...ofDaemon(request),
    serviceName: sharesRevision || request.daemon ? undefined : plan.service.serviceName,
    clusterName: lastPart(plan.service.clusterArn),
  }).after;
}

/** What a daemon's task definition has that no sidecar's has. */
function ofDaemon({ daemon }: AddRequest): Pick<Addition, 'isAlone' | 'executionRoleArn'> {
  return daemon === undefined ? {} : { isAlone: true, executionRoleArn: daemon.executionRoleArn };
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}
