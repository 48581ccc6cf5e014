import { ServiceRun } from './service-run';
import { Account } from '../calls/account';
import { remember } from '../calls/batch';
import { Grant, keyOfGrant } from '../plan/grant';
import { GrantedPolicy, readGrantedPolicy } from '../reads/granted-policy';
import { SecretUse, SecretUsers } from '../reads/secret-users';
import { ServiceAddress } from '../reads/service-looks';

/** A policy that a run has added, and since when it may be there, in milliseconds since 1970. */
export interface MadeGrant {
  readonly grant: Grant;
  readonly since?: number;
  /** That of the run that has added it: its services may use it. */
  readonly account: Account;
}

/** If thousands of services fail, each with a role of its own, their policies stay: to read all services for each would take hours. */
const MOST_READS = 50;

/**
 * The policies that the runs of one process add to execution roles, and which runs need them. A role belongs to all regions of its account, so the places
 * of an account have these together.
 */
export class RunGrants {
  /** The policies as they were before they were written here, by role and policy. */
  private readonly before = new Map<string, Promise<GrantedPolicy>>();
  /** The policies that are written or were written here, by role and policy. */
  private readonly written = new Map<string, Promise<'made' | 'existed'>>();
  /** The policies that runs have added and that were not removed, by role and policy. */
  private readonly made = new Map<string, MadeGrant>();
  /** The services whose runs need a policy, by role and policy. */
  private readonly needing = new Map<string, Set<string>>();
  /** The removals that are on their way, by role and policy. */
  private readonly removals = new Map<string, Promise<unknown>>();
  /** The services that are being read. What was read before may lack a service that was deployed since. */
  private readonly reading = new Map<Account, SecretUsers>();
  private reads = 0;

  /** The policy before a run writes it, read once for all runs that need it. */
  public async policyBefore(account: Account, grant: Grant): Promise<GrantedPolicy> {
    return remember(this.before, keyOfGrant(grant), async () => readGrantedPolicy(account, grant.role, grant.policyName));
  }

  /**
   * Writes a policy once for all runs that need it, after its removal if that is on its way.
   *
   * @returns whether it was there before; for the other runs it was. And whether this is the first run
   */
  public async writeOnce(
    grant: Grant, write: () => Promise<'made' | 'existed'>,
  ): Promise<{ readonly what: 'made' | 'existed'; readonly isFirst: boolean }> {
    const key = keyOfGrant(grant);
    await this.removals.get(key)?.catch(() => {});
    const before = this.written.get(key);
    if (before !== undefined) {
      await before;
      return { what: 'existed', isFirst: false };
    }
    const writing = write();
    this.written.set(key, writing);
    writing.catch(() => this.written.delete(key));
    return { what: await writing, isFirst: true };
  }

  /** Notes that the new tasks of a service need a policy. */
  public need({ serviceArn, reads }: Pick<ServiceRun, 'serviceArn' | 'reads'>): void {
    if (reads !== undefined) this.needing.set(reads, (this.needing.get(reads) ?? new Set()).add(serviceArn));
  }

  /** Notes that the run of a service has added the policy that it needs. */
  public add({ serviceArn }: ServiceAddress, made: MadeGrant): void {
    const key = keyOfGrant(made.grant);
    this.need({ serviceArn, reads: key });
    this.made.set(key, made);
  }

  /** Notes that a run needs no policy any more. Answers what it, or another run for it, has added, if no run needs that. */
  public leave({ serviceArn, reads }: Pick<ServiceRun, 'serviceArn' | 'reads'>, own?: MadeGrant): MadeGrant[] {
    for (const services of this.needing.values()) services.delete(serviceArn);
    const keys = new Set([...own ? [keyOfGrant(own.grant)] : [], ...reads === undefined ? [] : [reads]]);
    return [...keys].flatMap(key => this.made.get(key) ?? []).filter(({ grant }) => !this.isNeeded(grant));
  }

  /** Notes that a policy stays, since a service may need it. */
  public keep({ grant }: MadeGrant): void {
    this.made.delete(keyOfGrant(grant));
  }

  private isNeeded(grant: Grant): boolean {
    return (this.needing.get(keyOfGrant(grant))?.size ?? 0) > 0;
  }

  /** Removes a policy, unless a run has come to need it: then that run removes it. @throws Error if it cannot be removed: it may be tried again */
  public async remove({ grant }: MadeGrant, remove: () => Promise<unknown>): Promise<void> {
    const key = keyOfGrant(grant);
    if (this.isNeeded(grant) || !this.made.has(key)) return;
    const removal = remove();
    this.removals.set(key, removal);
    try {
      await removal;
      for (const map of [this.made, this.written, this.before]) map.delete(key);
    } finally {
      this.removals.delete(key);
    }
  }

  /** What uses a policy that was added here: another process may have updated a service since then, whose tasks need it. */
  public async usersOf(account: Account, { grant: { role, secret }, since }: Pick<MadeGrant, 'grant' | 'since'>): Promise<SecretUse> {
    let users = this.reading.get(account);
    if (users === undefined) {
      if (++this.reads > MOST_READS) return { unread: `the services of the account were read for ${MOST_READS} other policies already` };
      users = new SecretUsers(account);
      this.reading.set(account, users);
    }
    try {
      return await users.of(role, secret, since);
    } finally {
      if (this.reading.get(account) === users) this.reading.delete(account);
    }
  }
}
