import { Access, TaskRoles } from './access';
import { checkOnCluster, DaemonPlan, NOT_CREATED } from './daemon';
import { said, settled } from './draft';
import { EditRequest, ServicePlan } from './plan';
import { RevisionPlan } from './revision-plan';
import { agentsIn, awsLogsOf, hasPlaintextKey, isSameJson, JsonObject, nameOf, textIn } from '../../edit';
import { finding } from '../../preflight';
import { Account } from '../calls/account';
import { findLogGroup } from '../reads/agent-log';
import { KeySource } from '../reads/secret';

/** Whether the agent of a plan gets what it needs from the account: its key, the role that reads the key, and its log group. */
export class PlanChecks {
  private logGroup?: ReturnType<typeof findLogGroup>;

  constructor(private readonly account: Account, private readonly request: EditRequest, private readonly access: Access) {}

  public async of(draft: ServicePlan, secret: KeySource | undefined, taskRoles: TaskRoles): Promise<ServicePlan> {
    const withKey = await this.checkKey(draft, secret, taskRoles);
    return this.checkLogGroup(await this.checkDaemon(await this.checkGrants(withKey), secret));
  }

  /** Checks the secret or the parameter, and the execution role that reads it, if the agent gets its key from there now. */
  private async checkKey(draft: ServicePlan, secret: KeySource | undefined, taskRoles: TaskRoles): Promise<ServicePlan> {
    const { revision } = draft;
    if (secret === undefined || revision === undefined || revision.action === 'none') return draft;
    const changesKey = !isSameJson(keySourcesOf(revision.current.body), keySourcesOf(revision.after));
    const moves = secret.exists && agentsIn(revision.current.body).some(hasPlaintextKey) && !agentsIn(revision.after).some(hasPlaintextKey);
    const findings = [...secret.findings, ...moves ? [finding('keyNotCompared', { secret: secret.name, store: secret.store })] : []];
    if (!changesKey) return draft;
    const checked = settled(this.request, { ...draft, findings });
    // No role needs access to what cannot be used.
    const isUsable = said(this.request, secret.findings).every(({ severity }) => severity !== 'error');
    return isUsable ? this.checkRole(checked, revision, secret, taskRoles) : checked;
  }

  private async checkRole(draft: ServicePlan, revision: RevisionPlan, secret: KeySource, taskRoles: TaskRoles): Promise<ServicePlan> {
    const { request } = this;
    const role = textIn(revision.after.executionRoleArn);
    if (request.verb === 'remove' || role === undefined || revision.current.arn === NOT_CREATED && request.daemon?.role) return draft;
    const { findings, grant, reads } = await this.access.lackOf(role, secret, request.grantSecretAccess, taskRoles);
    return settled(this.request, { ...draft, ...grant ? { grant } : {}, ...reads ? { reads } : {}, findings });
  }

  /** The policies of earlier grants with which the execution role reads the secret of the removed agent. */
  private async checkGrants(draft: ServicePlan): Promise<ServicePlan> {
    const { request } = this;
    const { revision } = draft;
    if (request.verb === 'add' || revision === undefined || draft.action === 'refuse') return draft;
    const role = textIn(revision.current.body.executionRoleArn);
    if (role === undefined || revision.action === 'none' && !request.revokeSecretAccess) return draft;
    const { findings, revocations } = await this.access.earlierGrantsOf(role, revision, request.revokeSecretAccess);
    return settled(this.request, { ...draft, ...revocations.length === 0 ? {} : { revocations }, findings });
  }

  /** What a daemon sees on its cluster, and the role that is made for it. */
  private async checkDaemon(draft: ServicePlan, secret: KeySource | undefined): Promise<ServicePlan> {
    const { request } = this;
    const { revision, service } = draft;
    if (request.verb === 'remove' || request.daemon === undefined || revision === undefined) return draft;
    const { role, newLogGroup, mayHaveLogGroup, coverage: { instances } } = request.daemon;
    const isNew = revision.current.arn === NOT_CREATED;
    const daemon: DaemonPlan = { isNew, instances, ...isNew ? { newLogGroup, mayHaveLogGroup } : {} };
    const onCluster = settled(this.request, {
      ...draft, daemon, findings: checkOnCluster(service, revision.after, request.daemon), isErrorIgnored: revision.action === 'none',
    });
    if (role === undefined || !isNew) return onCluster;
    const { needed, findings } = secret === undefined ? { needed: undefined, findings: [] } : await this.access.needed(secret);
    const image = textIn(agentsIn(revision.after)[0]?.image) ?? '';
    const grant = { ...role, ...needed ? { secret: needed } : {}, logGroup: request.agent.logGroup!, image };
    return settled(this.request, { ...onCluster, daemon: { ...daemon, grant }, findings });
  }

  /** Checks the log group that the user has named for the agent, if the agent gets its log there now. */
  private async checkLogGroup(draft: ServicePlan): Promise<ServicePlan> {
    const { request } = this;
    const { revision } = draft;
    if (request.verb === 'remove' || request.agent.logGroup === undefined || revision === undefined || revision.action === 'none') return draft;
    const { logGroup } = request.agent;
    // The group of a daemon that the user has not named is created.
    if (request.daemon && !request.agent.named.has('logGroup')) return draft;
    const usesIt = (body: JsonObject) => agentsIn(body).some(agent => awsLogsOf(agent)?.group === logGroup);
    if (!usesIt(revision.after) || usesIt(revision.current.body)) return draft;
    this.logGroup ??= findLogGroup(this.account, logGroup);
    const seen = await this.logGroup;
    if ('unseen' in seen) return settled(this.request, { ...draft, findings: [finding('logGroupUnknown', { logGroup, why: seen.unseen })] });
    return seen.exists ? draft : settled(this.request, { ...draft, findings: [finding('logGroupMissing', { logGroup })] });
  }
}

/** The secrets of each agent, by the container's name. */
function keySourcesOf(body: JsonObject): JsonObject {
  return Object.fromEntries(agentsIn(body).map(agent => [nameOf(agent), agent.secrets ?? null]));
}
