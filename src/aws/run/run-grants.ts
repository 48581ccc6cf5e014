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
}

/** So long the services that were read are taken as those of the account: each failure of many would read them all again. */
const USERS_MS = 60_000;

/**
 * The policies that the runs of one process add to execution roles. A role belongs to all regions of its account, so the places of an account have
 * these together.
 */
export class RunGrants {
  /** The policies as they were before they were written here, by role and policy. */
  private readonly before = new Map<string, Promise<GrantedPolicy>>();
  /** The policies that are written or were written here, by role and policy. */
  private readonly written = new Map<string, Promise<'made' | 'existed'>>();
  /** The policies that runs have added, by role and policy. */
  private readonly made = new Map<string, MadeGrant>();
  /** The services whose runs need a policy, by role and policy. */
  private readonly needing = new Map<string, Set<string>>();
  private readonly users = new Map<Account, { readonly of: SecretUsers; readonly at: number }>();

  /** The policy before a run writes it, read once for all runs that need it. */
  public async policyBefore(account: Account, grant: Grant): Promise<GrantedPolicy> {
    return remember(this.before, keyOfGrant(grant), async () => readGrantedPolicy(account, grant.role, grant.policyName));
  }

  /** Whether a run writes the policy, or has written it. */
  public isWritten(grant: Grant): boolean {
    return this.written.has(keyOfGrant(grant));
  }

  /** Writes a policy once for all runs that need it. Answers whether it was there before; the other runs find that it was. */
  public async writeOnce(grant: Grant, write: () => Promise<'made' | 'existed'>): Promise<'made' | 'existed'> {
    const key = keyOfGrant(grant);
    const before = this.written.get(key);
    const writing = before === undefined ? write() : before.then(() => 'existed' as const);
    if (before === undefined) {
      this.written.set(key, writing);
      writing.catch(() => this.written.delete(key));
    }
    return writing;
  }

  /** Notes that the run of a service needs a policy. */
  public need({ serviceArn }: ServiceAddress, grant: Grant): void {
    const key = keyOfGrant(grant);
    this.needing.set(key, (this.needing.get(key) ?? new Set()).add(serviceArn));
  }

  /** Notes that the run of a service has added the policy that it needs. */
  public add(service: ServiceAddress, made: MadeGrant): void {
    this.need(service, made.grant);
    this.made.set(keyOfGrant(made.grant), made);
  }

  /** Notes that a run needs no policy any more. Answers those that runs have added and that no run needs. */
  public leave({ serviceArn }: ServiceAddress): MadeGrant[] {
    return [...this.needing].flatMap(([key, services]) => {
      if (!services.delete(serviceArn) || services.size > 0) return [];
      const made = this.made.get(key);
      this.made.delete(key);
      this.written.delete(key);
      this.before.delete(key);
      return made ?? [];
    });
  }

  /** What uses a policy that was added here: another process may have updated a service since then, whose tasks need it. */
  public async usersOf(account: Account, { grant: { role, secret }, since }: MadeGrant): Promise<SecretUse> {
    const now = account.clock.now();
    const known = this.users.get(account);
    const users = known !== undefined && now - known.at < USERS_MS ? known : { of: new SecretUsers(account), at: now };
    this.users.set(account, users);
    return users.of.of(role, secret, since);
  }
}
