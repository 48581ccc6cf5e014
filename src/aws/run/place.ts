import { Account } from '../calls/account';
import { remember } from '../calls/batch';
import { Failure } from '../calls/failure';
import { capital } from '../calls/hints';
import { Grant, keyOfGrant } from '../plan/grant';
import { createsSecret, EditRequest, Plan, ServicePlan } from '../plan/plan';
import { Planner } from '../plan/planner';
import { GrantedPolicy, readGrantedPolicy } from '../reads/granted-policy';
import { Revision, Revisions } from '../reads/revisions';
import { SecretUsers } from '../reads/secret-users';
import { ServiceAddress, ServiceLooks } from '../reads/service-looks';
import { EcsService } from '../reads/services';
import { TaskLooks } from '../reads/tasks';
import { ServiceDeployments } from '../rollout/records';

export interface RunSettings {
  /** Whether a rollout is followed to its end. */
  readonly follow: boolean;
  /** Whether a service whose rollout failed goes back. */
  readonly rollback: boolean;
  /** How long a rollout may take, besides the times that it bakes. */
  readonly timeoutMs: number;
  /** Of how many tasks of a service the agent's log is read. */
  readonly logsToRead: number;
}

/** How long a look at a service counts as right before its update. */
const FRESH_MS = 10_000;

/** What all runs of one account and region share: batched reads, plans, and what is being registered. It can be made anew at any time. */
export class Place {
  public readonly looks: ServiceLooks;
  public readonly records: ServiceDeployments;
  public readonly tasks: TaskLooks;
  private readonly plans = new Map<string, ServicePlan>();
  private readonly revisions = new Map<string, Promise<Revision | undefined>>();
  private readonly registrations = new Map<string, Promise<Revision>>();
  /** The last registration of each family: ECS takes one at a time. */
  private readonly families = new Map<string, Promise<unknown>>();
  /** When services were read right before their update, in milliseconds since 1970. */
  private readonly confirmed = new Map<string, number>();
  /** The policies as they were before they were written here, by role and policy. */
  private readonly before = new Map<string, Promise<GrantedPolicy>>();
  /** The policies that are written or were written here, by role and policy. */
  private readonly grants = new Map<string, Promise<'made' | 'existed'>>();
  /** The policies that runs have added, by role and policy. */
  private readonly made = new Map<string, Grant>();
  /** The services whose runs need a policy, by role and policy. */
  private readonly needing = new Map<string, Set<string>>();
  /** Whether all runs of the plan are made here. */
  private isWhole = false;

  constructor(public readonly account: Account, public readonly request: EditRequest, public readonly settings: RunSettings) {
    this.looks = new ServiceLooks(account);
    this.records = new ServiceDeployments(account);
    this.tasks = new TaskLooks(account);
  }

  /** The same place for runs of another request. They share everything else, such as the reads that go out together. */
  public withRequest(request: EditRequest): Place {
    return Object.assign(Object.create(Place.prototype) as Place, this, { request });
  }

  /**
   * Takes the plans over, so they are not made again.
   *
   * @param isWhole whether no others are made in this account and region
   */
  public know({ services }: Plan, isWhole = true): void {
    this.isWhole = isWhole;
    for (const plan of services) {
      this.plans.set(keyOf(plan.service.serviceArn, plan.service.taskDefinition), plan);
      if (plan.grant && plan.action !== 'refuse') this.needs(plan.service, plan.grant);
    }
  }

  /** The plan of a service for the revision that it runs, from new reads, with all checks. */
  public async planAgain(service: EcsService, sharesRevision: boolean): Promise<ServicePlan> {
    const made = await new Planner(this.account, this.request).plan([service], { sharesRevision });
    if (createsSecret(made)) {
      throw new Failure(`Service ${service.serviceName} needs the secret ${made.secret!.name} now, which does not exist. `
        + `${capital(this.account.hints.again)}: a new run creates it.`);
    }
    const [plan] = made.services;
    this.plans.set(keyOf(service.serviceArn, service.taskDefinition), plan);
    return plan;
  }

  public knownPlan({ serviceArn }: ServiceAddress, revisionArn: string): ServicePlan | undefined {
    return this.plans.get(keyOf(serviceArn, revisionArn));
  }

  /** A revision, read once. @returns undefined if it does not exist */
  public async revision(arn: string): Promise<Revision | undefined> {
    let known = this.revisions.get(arn);
    if (!known) {
      known = new Revisions(this.account).find(arn);
      this.revisions.set(arn, known);
      known.catch(() => this.revisions.delete(arn));
    }
    return known;
  }

  /** Registers once for all services that need the same, and one revision of a family at a time. */
  public async registerOnce(family: string, digest: string, register: () => Promise<Revision>): Promise<Revision> {
    let known = this.registrations.get(digest);
    if (!known) {
      const before = this.families.get(family) ?? Promise.resolve();
      known = before.catch(() => {}).then(register);
      this.registrations.set(digest, known);
      this.families.set(family, known);
      known.then(revision => this.revisions.set(revision.arn, Promise.resolve(revision)), () => this.registrations.delete(digest));
    }
    return known;
  }

  /** The policy before a run of this place writes it, read once for all runs that need it. */
  public async policyBefore(grant: Grant): Promise<GrantedPolicy> {
    return remember(this.before, keyOfGrant(grant), async () => readGrantedPolicy(this.account, grant.role, grant.policyName));
  }

  /** Whether a run of this place writes the policy, or has written it. */
  public isGranted(grant: Grant): boolean {
    return this.grants.has(keyOfGrant(grant));
  }

  /** Writes a policy once for all runs that need it. Answers whether it was there before; the other runs find that it was. */
  public async grantOnce(grant: Grant, write: () => Promise<'made' | 'existed'>): Promise<'made' | 'existed'> {
    const key = keyOfGrant(grant);
    const before = this.grants.get(key);
    const writing = before === undefined ? write() : before.then(() => 'existed' as const);
    if (before === undefined) {
      this.grants.set(key, writing);
      writing.catch(() => this.grants.delete(key));
    }
    return writing;
  }

  public confirm({ serviceArn }: ServiceAddress): void {
    this.confirmed.set(serviceArn, this.account.clock.now());
  }

  /** Whether the service was read right before this, by this process. It answers once. */
  public wasConfirmed({ serviceArn }: ServiceAddress): boolean {
    const at = this.confirmed.get(serviceArn);
    this.confirmed.delete(serviceArn);
    return at !== undefined && this.account.clock.now() - at < FRESH_MS;
  }

  /** Notes that a run needs a policy, and whether a run has added it. */
  public needs({ serviceArn }: ServiceAddress, grant: Grant, isMade = false): void {
    const key = keyOfGrant(grant);
    this.needing.set(key, (this.needing.get(key) ?? new Set()).add(serviceArn));
    if (isMade) this.made.set(key, grant);
  }

  /** Notes that a run needs no policy any more. Answers those that runs have added and that no run needs. */
  public leave({ serviceArn }: ServiceAddress): Grant[] {
    return [...this.needing].flatMap(([key, services]) => {
      if (!services.delete(serviceArn) || services.size > 0) return [];
      const grant = this.made.get(key);
      this.made.delete(key);
      this.grants.delete(key);
      this.before.delete(key);
      return grant ?? [];
    });
  }

  /** Whether services of the account use a grant, as far as this place cannot know. */
  public async isUsed(account: Account, { role, secret }: Grant): Promise<boolean> {
    if (this.isWhole) return false;
    const use = await new SecretUsers(account).of(role, secret);
    return 'unread' in use || use.users.length > 0;
  }
}

function keyOf(service: string, revision: string): string {
  return `${service} ${revision}`;
}
