import { Grant, keyOfGrant } from './grant';
import { ServicePlan } from './plan';
import { RevisionPlan } from './revision-plan';
import { KEY_STORES, keyStoreOf } from '../../agent';
import { agentsIn, JsonObject, objectsIn, textIn } from '../../edit';
import { ApiKeySource, sourceArnIn } from '../../permissions';
import { checkRole, finding, Finding, SECRET_SUFFIX } from '../../preflight';
import { Account } from '../calls/account';
import { lastPart, placeOf, regionIn, siblingRevision } from '../calls/arns';
import { remember } from '../calls/batch';
import { earlierGrantName, GrantedPolicy, grantName, readGrantedPolicy } from '../reads/granted-policy';
import { parameterArn } from '../reads/parameter';
import { Revision, Revisions } from '../reads/revisions';
import { canReadSecret, RoleVerdict, SharedPolicies } from '../reads/role-access';
import { KeySource } from '../reads/secret';
import { readSecretKey, SecretKey } from '../reads/secret-key';

/** By the name of a role: a family whose task role it is. The application uses that role. */
export type TaskRoles = ReadonlyMap<string, string>;

/** Whether execution roles can read the secret or the parameter of the key, and which earlier grants they have. Each role is read once. */
export class Access {
  private readonly roles = new Map<string, Promise<RoleVerdict>>();
  private readonly sharedPolicies = new SharedPolicies();
  private readonly policies = new Map<string, Promise<GrantedPolicy>>();
  private secretKey?: Promise<SecretKey>;

  constructor(private readonly account: Account, private readonly revisions: Revisions) {}

  /** What a role lacks to read the API key; what will be granted, if that is asked for and possible. */
  public async lackOf(
    role: string, secret: KeySource, isGrantWanted: boolean, taskRoles: TaskRoles,
  ): Promise<{ readonly findings: readonly Finding[]; readonly grant?: Grant; readonly reads?: ServicePlan['reads'] }> {
    const { store, arn } = secret;
    const { key, needed } = await this.read(secret);
    const known = await remember(this.roles, role, async () => canReadSecret(this.account, role, needed, this.sharedPolicies));
    const verdict = withWhatIsUnknown(known, needed, key);
    const reads = { role, policyName: grantName(arn) };
    if (verdict.outcome === 'allowed') return { findings: [], reads };
    // No grant overrides a Deny, and none adds anything to what the role is allowed.
    const isUseless = verdict.outcome === 'denied' ? verdict.isExplicit : verdict.isRoleAllowed === true;
    if (!isGrantWanted || isUseless) {
      const { outcome: access, why } = verdict;
      const findings = checkRole(access === 'denied' ? { access, why, isExplicit: verdict.isExplicit, store } : { access, why, store });
      return { findings, ...access === 'unknown' ? { reads } : {} };
    }
    const family = taskRoles.get(lastPart(role));
    if (family !== undefined) return { findings: [finding('secretAccessNotGranted', { problem: 'taskRole', role: lastPart(role), family })] };
    if (key.unknown) return { findings: [keyUnknown(key.unknown, secret)] };
    return { findings: [], grant: { role, policyName: grantName(arn), secret: needed } };
  }

  /** What a role that is made for the secret gets. An error if it is not known completely. */
  public async needed(secret: KeySource): Promise<{ readonly needed: ApiKeySource; readonly findings: readonly Finding[] }> {
    const { key, needed } = await this.read(secret);
    return { needed, findings: key.unknown ? [keyUnknown(key.unknown, secret)] : [] };
  }

  private async read(secret: KeySource): Promise<{ readonly key: SecretKey; readonly needed: ApiKeySource }> {
    this.secretKey ??= readSecretKey(this.account, secret);
    const key = await this.secretKey;
    const { store, arn } = secret;
    return { key, needed: { store, arn, arnIsComplete: isComplete(secret), keyArn: key.arn, region: placeOf(arn).region } };
  }

  /**
   * The policies of earlier grants with which a role reads the secret of the removed agent. They stay unless the user asks for their
   * removal, since what else uses them cannot be seen completely.
   */
  public async earlierGrantsOf(
    role: string, revision: RevisionPlan, isRevoked: boolean,
  ): Promise<{ readonly findings: readonly Finding[]; readonly revocations: readonly Grant[] }> {
    const findings: Finding[] = [];
    const revocations: Grant[] = [];
    const secrets = await this.secretsOfAgent(revision);
    if (secrets.length === 0 && !isRevoked) return { findings, revocations };
    const earlier = earlierGrantName(revision.current.family);
    for (const policyName of [...secrets.map(grantName), earlier]) {
      const policy = await this.policyOf(role, policyName);
      const named = { policy: policyName, role: lastPart(role) };
      if (policy.state === 'ours' && (policyName === earlier || policyName === grantName(policy.secret.arn))) {
        const values = { ...named, secret: policy.secret.arn };
        findings.push(isRevoked ? finding('secretAccessToBeRevoked', values) : finding('secretAccessKept', values));
        if (isRevoked) revocations.push({ role, policyName, secret: policy.secret });
      } else if (policy.state !== 'absent' && isRevoked) {
        const why = policy.state === 'unseen' ? policy.why : 'it is not what this program writes for the secret, so another user or program has changed it';
        findings.push(finding('secretAccessNotRevoked', { ...named, why }));
        // What is denied for one name is denied for the others.
        if (policy.state === 'unseen') break;
      }
    }
    return { findings, revocations };
  }

  private async policyOf(role: string, name: string): Promise<GrantedPolicy> {
    return remember(this.policies, keyOfGrant({ role, policyName: name }), async () => readGrantedPolicy(this.account, role, name));
  }

  /** ARNs of the secrets and parameters of the agent that is removed. If it is gone already, of the agent in the revisions around the current one. */
  private async secretsOfAgent({ current, action }: RevisionPlan): Promise<string[]> {
    const bodies = action === 'none' ? await this.bodiesAround(current) : [current.body];
    const references = bodies.flatMap(agentsIn).flatMap(({ secrets }) => objectsIn(secrets)).map(({ valueFrom }) => textIn(valueFrom) ?? '');
    const named = new Set(references.filter(reference => reference !== '').map(reference =>
      keyStoreOf(reference) === 'ssm' ? parameterArn(sourceArnIn(reference), placeOf(current.arn)) : sourceArnIn(reference)));
    const all = await Promise.all([...named].map(async arn =>
      keyStoreOf(arn) === 'ssm' || SECRET_SUFFIX.test(arn) ? [arn] : [arn, ...await this.completeArn(arn)]));
    return [...new Set(all.flat())];
  }

  private async bodiesAround({ arn, family, revision }: Revision): Promise<JsonObject[]> {
    const newest = await this.revisions.find(family);
    const numbers = new Set([newest?.revision ?? 0, (newest?.revision ?? 0) - 1, revision - 1]);
    const found = await Promise.all([...numbers].filter(number => number > 0).map(async number => this.revisions.find(siblingRevision(arn, number))));
    return found.flatMap(one => one === undefined ? [] : [one.body]);
  }

  private async completeArn(partial: string): Promise<string[]> {
    const answer = await this.account.look('secretsmanager', 'DescribeSecret', { SecretId: partial }, { region: regionIn(partial) });
    return 'seen' in answer ? [answer.seen.ARN] : [];
  }
}

function keyUnknown(values: NonNullable<SecretKey['unknown']>, { store }: KeySource): Finding {
  return finding('secretAccessNotGranted', { problem: 'keyUnknown', ...values, store });
}

/** A secret that was not described may be known by a part of its ARN. One that will be created has its own placeholder. */
function isComplete({ store, arn, exists }: KeySource): boolean {
  return store === 'ssm' || !exists || SECRET_SUFFIX.test(arn);
}

function withWhatIsUnknown(verdict: RoleVerdict, { store, arnIsComplete }: ApiKeySource, { unknown }: SecretKey): RoleVerdict {
  if (verdict.outcome === 'allowed' && unknown) {
    return { outcome: 'unknown', why: `the ${KEY_STORES[store].noun} is encrypted with ${unknown.alias}, and the key behind that alias was not found: ${unknown.why}` };
  }
  if (verdict.outcome === 'denied' && !verdict.isExplicit && !arnIsComplete) {
    return { outcome: 'unknown', why: `${verdict.why}, but the secret is known only by a part of its ARN` };
  }
  return verdict;
}
