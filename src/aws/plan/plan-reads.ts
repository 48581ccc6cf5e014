import { Access } from './access';
import { Account } from '../calls/account';
import { remember } from '../calls/batch';
import { EgressReader } from '../network/egress-reader';
import { Hosts } from '../reads/hosts';
import { Revisions } from '../reads/revisions';
import { KeySource } from '../reads/secret';
import { TargetGroups } from '../reads/target-groups';

/** What plans read of one account and region. Plans with different options share it, so nothing is read twice, and calls name as much as they may. */
export class PlanReads {
  public readonly hosts: Hosts;
  public readonly egress: EgressReader;
  public readonly targetGroups: TargetGroups;
  private readonly accesses = new Map<string, Access>();
  private readonly keys = new Map<string, Promise<KeySource>>();

  /** @param revisions what was read already */
  constructor(private readonly account: Account, public readonly revisions = new Revisions(account)) {
    this.hosts = new Hosts(account);
    this.targetGroups = new TargetGroups(account);
    this.egress = new EgressReader(account, this.hosts);
  }

  /** Who may read the key. @param source names the secret or the parameter */
  public accessTo(source: string): Access {
    return remember(this.accesses, source, () => new Access(this.account, this.revisions));
  }

  /** The secret or the parameter of a key. @param source names it, and what else its answer depends on */
  public async key(source: string, read: () => Promise<KeySource>): Promise<KeySource> {
    return remember(this.keys, source, read);
  }
}
