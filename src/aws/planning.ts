import { Account } from './account';
import { KeyRequest, KeySecret, readSecret } from './api-key';
import { placeOf } from './arns';
import { EgressReader } from './egress-reader';
import { canReadSecret, grantName } from './execution-role';
import { Hosts } from './hosts';
import { Action, Addition, planAddition, planRemoval, RevisionPlan, withGrant } from './revision-plan';
import { Revision, Revisions } from './revisions';
import { checkService, checkStatus } from './service-checks';
import { EcsService } from './services';
import type { Finding } from '../agent';
import { agentsIn, Change, changesBetween, hasApiKey, JsonObject, textIn } from '../edit';
import { EgressVerdict, explainEgress } from '../egress';
import type { ApiKeySecret } from '../permissions';

export interface AddRequest {
  readonly verb: 'add';
  readonly agent: Pick<Addition, 'options' | 'named'>;
  readonly key: KeyRequest;
  /** What is worth a word about the options themselves. */
  readonly remarks: readonly Finding[];
  readonly grantSecretAccess: boolean;
  readonly allowUnreachable: boolean;
  readonly allowManaged: boolean;
}

export interface RemoveRequest {
  readonly verb: 'remove';
  readonly allowManaged: boolean;
}

export type EditRequest = AddRequest | RemoveRequest;

/** A statement that the execution role is to get. */
export interface Grant {
  readonly role: string;
  readonly policyName: string;
  readonly secret: ApiKeySecret;
}

/** What an edit would do to one service. */
export interface ServicePlan {
  readonly service: EcsService;
  readonly action: Action | 'refuse';
  readonly refusals: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly changes: readonly Change[];
  readonly egress?: EgressVerdict;
  /** Shared by the services that run one revision; undefined where the task definition was not looked at. */
  readonly revision?: RevisionPlan;
  /** What the execution role of the task definition is to get. */
  readonly grant?: Grant;
}

/** What an edit would do, computed from reads alone. */
export interface Plan {
  readonly request: EditRequest;
  readonly services: readonly ServicePlan[];
  /** Where the key comes from; undefined where no secret is used. */
  readonly secret?: KeySecret;
  /** `performance.now()` when the services were read. */
  readonly madeAt: number;
}

/** Makes plans, for the selected services and again for one that somebody else has changed in between. */
export class Planner {
  public readonly revisions: Revisions;
  private readonly hosts: Hosts;
  private readonly egress: EgressReader;
  private readonly roles = new Map<string, ReturnType<typeof canReadSecret>>();

  constructor(private readonly account: Account, private readonly request: EditRequest) {
    this.revisions = new Revisions(account);
    this.hosts = new Hosts(account);
    this.egress = new EgressReader(account, this.hosts);
  }

  /** @throws Failure where something that every plan needs cannot be read */
  public async plan(services: readonly EcsService[]): Promise<Plan> {
    const madeAt = performance.now();
    const active = services.filter(service => checkStatus(service).length === 0);
    const sharing = countBy(active, ({ taskDefinition }) => taskDefinition);
    const secret = await this.secretFor(active);
    const drafts = await Promise.all(services.map(async service => this.draft(service, sharing, secret)));
    const judged = await this.judgeEgress(drafts);
    return { request: this.request, services: await Promise.all(judged.map(async draft => this.judgeKey(draft, secret))), secret, madeAt };
  }

  /** Looked for only where an agent is going to get its key from there. */
  private async secretFor(services: readonly EcsService[]): Promise<KeySecret | undefined> {
    const { request } = this;
    if (request.verb === 'remove' || request.key.kind === 'plaintext') return undefined;
    const bodies = await Promise.all(services.map(async ({ taskDefinition }) => this.revisions.bodyOf(taskDefinition)));
    const isNamed = request.agent.named.has('apiKey');
    const isNeeded = bodies.some(body => isNamed || agentsIn(body).length === 0 || !agentsIn(body).every(hasApiKey));
    return isNeeded ? readSecret(this.account, request.key, async () => placeOf(services[0].serviceArn)) : undefined;
  }

  private async draft(service: EcsService, sharing: ReadonlyMap<string, number>, secret: KeySecret | undefined): Promise<ServicePlan> {
    const status = checkStatus(service);
    if (status.length > 0) return settle({ service, findings: status });
    const { current, newest } = await this.revisions.currentAndNewest(service.taskDefinition);
    const revision = await this.planRevision(service, current, newest, secret, sharing.get(service.taskDefinition) === 1);
    const own = checkService(service, current, this.request);
    // Where nothing is to be done nothing stands in its way.
    const findings = revision.action === 'none' ? own.filter(({ severity }) => severity !== 'error') : [...own, ...revision.findings];
    return settle({ service, revision, findings });
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
    });
  }

  /** The plan of one service for another revision than it had, which somebody else has deployed in between. */
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
      return egress === undefined ? draft : settle({ ...draft, egress, findings: egressFindings(draft.service, egress, request) });
    });
  }

  /** What is to be said of the secret and of the execution role that reads it, where the agent gets its key from there anew. */
  private async judgeKey(draft: ServicePlan, secret: KeySecret | undefined): Promise<ServicePlan> {
    const { revision } = draft;
    if (secret === undefined || revision === undefined || revision.action === 'none') return draft;
    const changesKey = changesBetween(revision.current.body, revision.after).some(({ path }) => /\.secrets|^containerDefinitions\[[^\]]*\]$/.test(path));
    return changesKey ? this.judgeRole(settle({ ...draft, findings: secret.findings }), revision, secret) : draft;
  }

  private async judgeRole(draft: ServicePlan, revision: RevisionPlan, secret: KeySecret): Promise<ServicePlan> {
    const { request } = this;
    const role = textIn(revision.after.executionRoleArn);
    if (request.verb === 'remove' || role === undefined) return draft;
    const needed: ApiKeySecret = { arn: secret.arn, arnIsComplete: true, keyArn: keyArnOf(secret), region: await this.account.region() };
    const { family } = revision.current;
    let known = this.roles.get(role);
    if (!known) {
      known = canReadSecret(this.account, role, needed);
      this.roles.set(role, known);
    }
    const verdict = await known;
    if (verdict.outcome === 'allowed') return draft;
    if (request.grantSecretAccess) {
      return settle({ ...draft, revision: withGrant(revision), grant: { role, policyName: grantName(family), secret: needed }, findings: [] });
    }
    return settle({
      ...draft,
      findings: [verdict.outcome === 'denied'
        ? { severity: 'error', id: 'executionRoleNotGranted', message: `The execution role cannot read the secret, so that no task would start: ${verdict.why}. Use \`--grant-secret-access\`, which adds that one statement to the role, or add it yourself.` }
        : { severity: 'warning', id: 'executionRoleNotSeen', message: `Whether the execution role can read the secret could not be told: ${verdict.why}. Where it cannot, no task starts and the rollout fails.` }],
    });
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

/** A plan with further findings: errors refuse it. */
function settle({ findings, ...draft }: Partial<ServicePlan> & Pick<ServicePlan, 'service'> & { readonly findings: readonly Finding[] }): ServicePlan {
  const refusals = [...draft.refusals ?? [], ...findings.filter(({ severity }) => severity === 'error')];
  const { revision } = draft;
  return {
    ...draft,
    refusals,
    warnings: [...draft.warnings ?? [], ...findings.filter(({ severity }) => severity !== 'error')],
    action: refusals.length > 0 ? 'refuse' : revision?.action ?? 'refuse',
    changes: revision === undefined ? [] : changesBetween(revision.current.body, revision.after),
  };
}

function seesTraffic({ networkMode }: JsonObject): boolean {
  return networkMode === 'awsvpc' || networkMode === 'host';
}

function egressFindings({ serviceName }: EcsService, verdict: EgressVerdict, { allowUnreachable }: AddRequest): Finding[] {
  if (verdict.outcome === 'reachable') return [];
  const evidence = explainEgress(verdict).map(line => `\n  - ${line}`).join('');
  if (verdict.outcome === 'unknown') return [{ severity: 'warning', id: 'egressUnknown', message: `Whether the tasks of service ${serviceName} reach the internet cannot be told:${evidence}` }];
  const message = `The tasks of service ${serviceName} have no way out to the internet, so that ECS cannot start them with the agent or the agent cannot reach Postman:${evidence}`;
  return [allowUnreachable ? { severity: 'warning', id: 'egressUnreachable', message }
    : { severity: 'error', id: 'egressUnreachable', message: `${message}\n  To add it nevertheless, use \`--allow-unreachable\`.` }];
}

/** A key that is known by its id alone stands in the secret's account and region. */
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
