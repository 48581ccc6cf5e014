import { Account } from './account';
import { findLogGroup } from './agent-log';
import { KeyRequest, KeySecret, readSecret } from './api-key';
import { lastPart, parseRevision, placeOf } from './arns';
import { EgressReader } from './egress-reader';
import { canReadSecret, grantName } from './execution-role';
import { usage } from './failure';
import { Hosts } from './hosts';
import { Action, Addition, planAddition, planRemoval, RevisionPlan, withGrant } from './revision-plan';
import { Revision, Revisions } from './revisions';
import { EcsService, isRollingOut, primaryOf } from './services';
import { TargetGroups } from './target-groups';
import { serviceFacts, ServiceSurroundings } from './task-facts';
import {
  agentsIn, awsLogsOf, Change, changesBetween, generationIn, hasApiKey, hasPlaintextKey, httpsCaptureFlagOf, isObject, JsonObject, plaintextKeysOf,
  textIn,
} from '../edit';
import { EgressVerdict } from '../egress';
import { ApiKeySecret } from '../permissions';
import { checkEgress, checkRole, checkService, checkStatus, checkUpdate, finding, Finding, Message, messagesOf, Severities, Words } from '../preflight';

interface Request {
  readonly allowManaged: boolean;
  /** How findings are said. */
  readonly words: Words;
}

export interface AddRequest extends Request {
  readonly verb: 'add';
  readonly agent: Pick<Addition, 'generation' | 'options' | 'named' | 'logGroup'>;
  readonly key: KeyRequest;
  /** Warnings and notes about the options themselves. */
  readonly notes: readonly Message[];
  readonly grantSecretAccess: boolean;
  readonly allowUnreachable: boolean;
}

export interface RemoveRequest extends Request {
  readonly verb: 'remove';
}

export type EditRequest = AddRequest | RemoveRequest;

/** A statement that the execution role will get. */
export interface Grant {
  readonly role: string;
  readonly policyName: string;
  readonly secret: ApiKeySecret;
}

/** What an edit would do to one service. */
export interface ServicePlan {
  readonly service: EcsService;
  readonly action: Action | 'refuse';
  readonly refusals: readonly Message[];
  readonly warnings: readonly Message[];
  readonly changes: readonly Change[];
  readonly egress?: EgressVerdict;
  /** Shared by the services that run one revision; undefined if the task definition was not read. */
  readonly revision?: RevisionPlan;
  /** What the execution role of the task definition will get. */
  readonly grant?: Grant;
}

/** What an edit would do, computed only from reads. */
export interface Plan {
  readonly request: EditRequest;
  readonly services: readonly ServicePlan[];
  /** Where the key comes from; undefined if no secret is used. */
  readonly secret?: KeySecret;
  /** `performance.now()` when the services were read. */
  readonly madeAt: number;
}

/** Makes plans for the selected services, and again for one that another deployment has changed in the meantime. */
export class Planner {
  public readonly revisions: Revisions;
  private readonly hosts: Hosts;
  private readonly egress: EgressReader;
  private readonly targetGroups: TargetGroups;
  private logGroup?: ReturnType<typeof findLogGroup>;
  private readonly roles = new Map<string, ReturnType<typeof canReadSecret>>();

  constructor(private readonly account: Account, private readonly request: EditRequest) {
    this.revisions = new Revisions(account);
    this.hosts = new Hosts(account);
    this.targetGroups = new TargetGroups(account);
    this.egress = new EgressReader(account, this.hosts);
  }

  /** @throws Failure if something that every plan needs cannot be read */
  public async plan(services: readonly EcsService[]): Promise<Plan> {
    const madeAt = performance.now();
    const active = services.filter(service => statusFindings(service).length === 0);
    const sharing = countBy(active, ({ taskDefinition }) => taskDefinition);
    const [secret, surroundings] = await Promise.all([this.secretFor(active), this.surroundingsOf(active)]);
    const drafts = await Promise.all(services.map(async service => this.draft(service, sharing, secret, surroundings)));
    const judged = await this.judgeEgress(drafts);
    const checked = await Promise.all(judged.map(async draft => this.checkLogGroup(await this.checkKey(draft, secret))));
    return { request: this.request, services: checked, secret, madeAt };
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
  private async secretFor(services: readonly EcsService[]): Promise<KeySecret | undefined> {
    const { request } = this;
    if (request.verb === 'remove' || request.key.kind === 'plaintext') return undefined;
    const { generation, named } = request.agent;
    const agents = (await Promise.all(services.map(async ({ taskDefinition }) => this.revisions.bodyOf(taskDefinition)))).map(agentsIn);
    // A key in clear text moves to the secret together with an agent that becomes one of another generation.
    const moves = (agent: JsonObject) => hasPlaintextKey(agent) && (named.has('apiKey') || generationIn(agent) !== generation);
    const isNeeded = named.has('apiKey') || agents.some(each => each.length === 0 || each.some(agent => moves(agent) || !hasApiKey(agent)));
    if (!isNeeded) return undefined;
    const keys = new Set(agents.flat().filter(moves).flatMap(agent => plaintextKeysOf(agent)[0]));
    const secret = await readSecret(this.account, request.key, async () => placeOf(services[0].serviceArn), [...keys][0]);
    if (!secret.exists && request.key.value === undefined && keys.size > 1) {
      throw usage('The agents of the selected services have different API keys, and one secret takes one of them. '
        + 'Set POSTMAN_API_KEY to the key for all of them, or select services with the same key.');
    }
    return secret;
  }

  private async draft(
    service: EcsService, sharing: ReadonlyMap<string, number>, secret: KeySecret | undefined,
    surroundings: ReadonlyMap<EcsService, Surroundings>,
  ): Promise<ServicePlan> {
    const status = statusFindings(service);
    if (status.length > 0) return this.settle({ service, findings: status });
    const { current, newest } = await this.revisions.currentAndNewest(service.taskDefinition);
    const revision = await this.planRevision(service, current, newest, secret, sharing.get(service.taskDefinition) === 1);
    const own = await this.findingsOfService(service, current, revision, surroundings.get(service) ?? NO_SURROUNDINGS);
    // If nothing has to be done, nothing can prevent it.
    if (revision.action === 'none') return this.settle({ service, revision, findings: own, isErrorIgnored: true });
    return this.settle({ service, revision, findings: [...own, ...revision.findings] });
  }

  private async findingsOfService(
    service: EcsService, current: Revision, { after }: RevisionPlan, surroundings: Surroundings,
  ): Promise<Finding[]> {
    const isRemoval = this.request.verb === 'remove';
    const primary = primaryOf(service);
    const facts = serviceFacts(service, {
      hostKind: isRemoval ? NOT_READ : await this.hosts.kindOf(service),
      agentRestarts: agentsIn(after).some(({ restartPolicy }) => isObject(restartPolicy) && restartPolicy.enabled === true),
      rollout: isRollingOut(service) ? { revision: primary && parseRevision(primary.taskDefinition).short } : undefined,
      inactiveRevision: current.isActive ? undefined : parseRevision(current.arn).short,
      agentReadsHttps: agentsIn(after).some(agent => httpsCaptureFlagOf(agent) !== undefined),
      ...surroundings,
    });
    return isRemoval ? checkUpdate(facts) : checkService(facts);
  }

  /** The messages of findings that refuse. */
  public refusalsIn({ findings }: RevisionPlan): string[] {
    return this.say(findings).filter(({ severity }) => severity === 'error').map(({ message }) => message);
  }

  private say(findings: readonly Finding[]): Message[] {
    const { request } = this;
    const severities: Severities = {
      ...request.allowManaged ? { managedByCloudFormation: 'warning' } : {},
      ...request.verb === 'add' && request.allowUnreachable ? { egressUnreachable: 'warning' } : {},
    };
    return messagesOf(findings, request.words, severities);
  }

  /** A plan with further findings: errors refuse it. */
  private settle({ findings, isErrorIgnored, ...draft }: Draft): ServicePlan {
    const messages = this.say(findings);
    const refusals = [...draft.refusals ?? [], ...isErrorIgnored ? [] : messages.filter(({ severity }) => severity === 'error')];
    const { revision } = draft;
    return {
      ...draft,
      refusals,
      warnings: [...draft.warnings ?? [], ...messages.filter(({ severity }) => severity !== 'error')],
      action: refusals.length > 0 ? 'refuse' : revision?.action ?? 'refuse',
      changes: revision === undefined ? [] : changesBetween(revision.current.body, revision.after),
    };
  }

  private async planRevision(
    service: EcsService, current: Revision, newest: Revision | undefined, secret: KeySecret | undefined, isAlone: boolean,
  ): Promise<RevisionPlan> {
    const { request } = this;
    if (request.verb === 'remove') return planRemoval(current, newest, this.revisions);
    return planAddition(current, newest, {
      ...request.agent,
      region: await this.account.region(),
      key: request.key.kind === 'plaintext' ? request.key : { kind: 'secret', valueFrom: secret?.valueFrom ?? '' },
      hostKind: await this.hosts.kindOf(service),
      serviceName: isAlone ? service.serviceName : undefined,
      clusterName: lastPart(service.clusterArn),
    });
  }

  /** The plan of one service for the revision that another deployment has given it in the meantime. */
  public async replan(before: ServicePlan, service: EcsService, { services, secret }: Plan): Promise<RevisionPlan> {
    const { current } = await this.revisions.currentAndNewest(service.taskDefinition);
    const isAlone = services.filter(one => one.service.taskDefinition === before.service.taskDefinition).length === 1;
    const revision = await this.planRevision(service, current, undefined, secret, isAlone);
    return before.grant && revision.action !== 'none' ? withGrant(revision) : revision;
  }

  private async judgeEgress(drafts: readonly ServicePlan[]): Promise<ServicePlan[]> {
    const { request } = this;
    if (request.verb === 'remove') return [...drafts];
    const judged = drafts.filter(({ revision, action }) => revision !== undefined && action !== 'none' && seesTraffic(revision.after));
    const verdicts = await this.egress.verdicts(judged.map(({ service, revision }) => ({ service, body: revision!.after })));
    return drafts.map(draft => {
      const egress = verdicts[judged.indexOf(draft)];
      const ids = [...draft.refusals, ...draft.warnings].map(({ id }) => id);
      return egress === undefined ? draft : this.settle({ ...draft, egress, findings: checkEgress(`service ${draft.service.serviceName}`, egress, ids) });
    });
  }

  /** Checks the secret, and the execution role that reads it, if the agent gets its key from there now. */
  private async checkKey(draft: ServicePlan, secret: KeySecret | undefined): Promise<ServicePlan> {
    const { revision } = draft;
    if (secret === undefined || revision === undefined || revision.action === 'none') return draft;
    const changesKey = changesBetween(revision.current.body, revision.after).some(({ path }) => /\.secrets|^containerDefinitions\[[^\]]*\]$/.test(path));
    const moves = secret.exists && agentsIn(revision.current.body).some(hasPlaintextKey) && !agentsIn(revision.after).some(hasPlaintextKey);
    const findings = [...secret.findings, ...moves ? [finding('keyNotCompared', { secret: secret.name })] : []];
    return changesKey ? this.checkRole(this.settle({ ...draft, findings }), revision, secret) : draft;
  }

  /** Checks the log group that the user has named for the agent, if the agent gets its log there now. */
  private async checkLogGroup(draft: ServicePlan): Promise<ServicePlan> {
    const { request } = this;
    const { revision } = draft;
    if (request.verb === 'remove' || request.agent.logGroup === undefined || revision === undefined || revision.action === 'none') return draft;
    const { logGroup } = request.agent;
    const usesIt = (body: JsonObject) => agentsIn(body).some(agent => awsLogsOf(agent)?.group === logGroup);
    if (!usesIt(revision.after) || usesIt(revision.current.body)) return draft;
    this.logGroup ??= findLogGroup(this.account, logGroup);
    const seen = await this.logGroup;
    if ('unseen' in seen) return this.settle({ ...draft, findings: [finding('logGroupUnknown', { logGroup, why: seen.unseen })] });
    return seen.exists ? draft : this.settle({ ...draft, findings: [finding('logGroupMissing', { logGroup })] });
  }

  private async checkRole(draft: ServicePlan, revision: RevisionPlan, secret: KeySecret): Promise<ServicePlan> {
    const { request } = this;
    const role = textIn(revision.after.executionRoleArn);
    if (request.verb === 'remove' || role === undefined) return draft;
    const needed: ApiKeySecret = { arn: secret.arn, arnIsComplete: true, keyArn: keyArnOf(secret), region: placeOf(secret.arn).region };
    const { family } = revision.current;
    let known = this.roles.get(role);
    if (!known) {
      known = canReadSecret(this.account, role, needed);
      this.roles.set(role, known);
    }
    const verdict = await known;
    if (verdict.outcome === 'allowed') return draft;
    if (request.grantSecretAccess) {
      return this.settle({ ...draft, revision: withGrant(revision), grant: { role, policyName: grantName(family), secret: needed }, findings: [] });
    }
    return this.settle({ ...draft, findings: checkRole({ access: verdict.outcome, why: verdict.why }) });
  }
}

/** Whether carrying the plan out creates the secret, for a service that needs it. */
export function createsSecret({ secret, services }: Plan): boolean {
  return secret !== undefined && !secret.exists && services.some(isChange);
}

/** Whether a service is to be changed. */
export function isChange({ action }: ServicePlan): boolean {
  return action !== 'none' && action !== 'refuse';
}

/** A removal needs nothing of what runs the tasks, and makes no calls for it. */
const NOT_READ = { unknown: 'a removal does not read what runs the tasks' };

type Draft = Partial<ServicePlan> & Pick<ServicePlan, 'service'> & {
  readonly findings: readonly Finding[];
  /** Whether errors are left out. @default false */
  readonly isErrorIgnored?: boolean;
};

function statusFindings({ serviceName: name, status }: EcsService): Finding[] {
  return checkStatus({ name, status });
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

/** A key that is known only by its id is in the secret's account and region. */
function keyArnOf({ arn, kmsKeyId }: KeySecret): string | undefined {
  if (kmsKeyId === undefined || kmsKeyId.startsWith('arn:')) return kmsKeyId;
  const { partition, region, account } = placeOf(arn);
  return `arn:${partition}:kms:${region}:${account}:${kmsKeyId.startsWith('alias/') ? 'key/*' : `key/${kmsKeyId}`}`;
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}
