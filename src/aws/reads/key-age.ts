import { describeParameter } from './parameter';
import { TaskSeen } from './tasks';
import { keyStoreOf } from '../../agent';
import { sourceArnIn } from '../../permissions';
import { Account } from '../calls/account';
import { regionIn } from '../calls/arns';
import { remember } from '../calls/batch';
import { Pages } from '../calls/pages';

/** How many running tasks hold which version of the API key, as far as times tell it. */
export interface KeyHeld {
  /** They started after the last change of the secret or the parameter. */
  readonly current: number;
  /** They had started before the current version existed. */
  readonly older: number;
  /** The secret has changed since, but not necessarily its value: a label may have moved back, or a tag was added. */
  readonly mayBeOlder: number;
}

/** When the current version of a key was made, and when anything of the secret or the parameter changed last. */
interface KeyTimes {
  readonly madeAt: Date;
  /** Undefined if it cannot be read. */
  readonly changedAt?: Date;
}

/** The members of a version's description that are read. */
interface Version {
  readonly VersionStages?: readonly string[];
  readonly CreatedDate?: Date;
}

/** Reads when keys have changed, each of them once, and never a value. What cannot be read is left out. */
export class KeyAges {
  private readonly known = new Map<string, Promise<KeyTimes | undefined>>();

  constructor(private readonly account: Account) {}

  /**
   * A task reads its key between its creation and the start of its containers.
   *
   * @param reference what the agent gets its key from, as a task definition has it
   * @returns undefined if it is unknown, and of a reference that names a version, which stays the same
   */
  public async heldBy(tasks: readonly TaskSeen[], reference: string): Promise<KeyHeld | undefined> {
    if (namesVersion(reference)) return undefined;
    const read = async () => keyStoreOf(reference) === 'ssm' ? this.ofParameter(reference) : this.ofSecret(sourceArnIn(reference));
    const times = await remember(this.known, reference, read);
    if (times === undefined) return undefined;
    const { madeAt, changedAt } = times;
    const older = tasks.filter(({ startedAt }) => startedAt !== undefined && startedAt <= madeAt).length;
    const current = tasks.filter(({ createdAt }) => createdAt !== undefined && changedAt !== undefined && createdAt > changedAt).length;
    return { current, older, mayBeOlder: tasks.length - older - current };
  }

  private async ofSecret(SecretId: string): Promise<KeyTimes | undefined> {
    const options = { region: regionIn(SecretId) };
    const [described, current] = await Promise.all([this.account.look('secretsmanager', 'DescribeSecret', { SecretId }, options), this.currentOf(SecretId, options)]);
    if (current?.CreatedDate === undefined) return undefined;
    return { madeAt: current.CreatedDate, changedAt: 'unseen' in described ? undefined : described.seen.LastChangedDate };
  }

  private async currentOf(SecretId: string, options: { readonly region?: string }): Promise<Version | undefined> {
    const pages = new Pages('secretsmanager:ListSecretVersionIds');
    for (let NextToken: string | undefined; ;) {
      const page = await this.account.look('secretsmanager', 'ListSecretVersionIds', { SecretId, NextToken }, options);
      if ('unseen' in page) return undefined;
      const versions: readonly Version[] = page.seen.Versions ?? [];
      const current = versions.find(({ VersionStages = [] }) => VersionStages.includes('AWSCURRENT'));
      NextToken = pages.next<string>(page.seen.NextToken);
      if (current !== undefined || NextToken === undefined) return current;
    }
  }

  /** A parameter has no description apart from its version: its last change made the current one. */
  private async ofParameter(reference: string): Promise<KeyTimes | undefined> {
    try {
      const seconds = (await describeParameter(this.account, reference))?.LastModifiedDate;
      if (seconds === undefined) return undefined;
      const changedAt = new Date(seconds * 1000);
      return { madeAt: changedAt, changedAt };
    } catch {
      return undefined;
    }
  }
}

/** Whether a reference to a secret names a version by its id or by another label than AWSCURRENT. */
export function namesVersion(reference: string): boolean {
  if (keyStoreOf(reference) === 'ssm') return false;
  const [, label = '', id = ''] = reference.split(':').slice(7);
  return id !== '' || label !== '' && label !== 'AWSCURRENT';
}
