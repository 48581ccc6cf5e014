import { RunGrants } from './run-grants';
import { Account } from '../calls/account';
import { Failure } from '../calls/failure';
import { capital } from '../calls/hints';
import { createsSecret, EditRequest, Plan, ServicePlan } from '../plan/plan';
import { Planner } from '../plan/planner';
import { Revision, Revisions } from '../reads/revisions';
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

  /** @param grants what the runs of all places of the process add to roles */
  constructor(
    public readonly account: Account, public readonly request: EditRequest, public readonly settings: RunSettings,
    public readonly grants = new RunGrants(),
  ) {
    this.looks = new ServiceLooks(account);
    this.records = new ServiceDeployments(account);
    this.tasks = new TaskLooks(account);
  }

  /** The same place for runs of another request. They share everything else, such as the reads that go out together. */
  public withRequest(request: EditRequest): Place {
    return Object.assign(Object.create(Place.prototype) as Place, this, { request });
  }

  /** Takes the plans over, so they are not made again. */
  public know({ services }: Plan): void {
    for (const plan of services) this.plans.set(keyOf(plan.service.serviceArn, plan.service.taskDefinition), plan);
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

  public confirm({ serviceArn }: ServiceAddress): void {
    this.confirmed.set(serviceArn, this.account.clock.now());
  }

  /** Whether the service was read right before this, by this process. It answers once. */
  public wasConfirmed({ serviceArn }: ServiceAddress): boolean {
    const at = this.confirmed.get(serviceArn);
    this.confirmed.delete(serviceArn);
    return at !== undefined && this.account.clock.now() - at < FRESH_MS;
  }
}

function keyOf(service: string, revision: string): string {
  return `${service} ${revision}`;
}
