import { agentsIn, isObject, JsonObject, numberIn, parseJson, plaintextKeysOf, proxyCredentialsOf, registrable, textIn } from '../../edit';
import { Account } from '../calls/account';
import { parseRevision } from '../calls/arns';
import { forEach, remember } from '../calls/batch';
import { isNamed } from '../calls/errors';
import { Failure } from '../calls/failure';

/** A revision of a task definition. */
export interface Revision {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly isActive: boolean;
  /** In milliseconds since 1970. */
  readonly registeredAt?: number;
  /** The input for RegisterTaskDefinition that would register the same again. */
  readonly body: JsonObject;
}

/** More than ECS answers in a second. */
const CONCURRENT_READS = 100;

/** Reads each revision once. */
export class Revisions {
  private readonly known = new Map<string, Promise<Revision | undefined>>();
  /** What is not registered yet, by what is in place of its ARN. */
  private readonly assumed = new Map<string, Revision>();

  constructor(private readonly account: Account) {}

  /** Takes a revision as the one that a service runs which does not exist yet. */
  public assume(revision: Revision): void {
    this.assumed.set(revision.arn, revision);
  }

  /**
   * The revision that a service runs, and the newest of its family. One call is enough if they are the same.
   *
   * @throws Failure if it cannot be read
   */
  public async currentAndNewest(arn: string): Promise<{ readonly current: Revision; readonly newest: Revision | undefined }> {
    const assumed = this.assumed.get(arn);
    const newest = await this.find(assumed?.family ?? parseRevision(arn).family);
    if (assumed) return { current: assumed, newest };
    if (newest) this.known.set(newest.arn, Promise.resolve(newest));
    const current = newest?.arn === arn ? newest : await this.find(arn);
    if (!current) {
      throw new Failure(`Task definition ${parseRevision(arn).short} no longer exists in ECS, but the service is set to run it. `
        + 'Deploy an existing revision to the service first.');
    }
    return { current, newest };
  }

  /** Reads the revisions that services run, and the newest of their families, before they are asked for. @throws Failure if one cannot be read */
  public async readAll(arns: readonly string[]): Promise<void> {
    await forEach([...new Set(arns)], CONCURRENT_READS, async arn => this.currentAndNewest(arn));
  }

  /** @throws Failure if it cannot be read */
  public async bodyOf(arn: string): Promise<JsonObject> {
    return (await this.currentAndNewest(arn)).current.body;
  }

  /** @param name ARN, or a family for its newest active revision. @returns undefined if it does not exist */
  public async find(name: string): Promise<Revision | undefined> {
    return remember(this.known, name, async () => this.read(name));
  }

  private async read(name: string): Promise<Revision | undefined> {
    const raw = JSON.stringify({ taskDefinition: name, include: ['TAGS'] });
    try {
      const revision = revisionIn(await this.account.call<string>('ecs', 'DescribeTaskDefinition', { taskDefinition: name }, { raw }));
      hideSecretsOf(this.account, revision.body);
      return revision;
    } catch (error) {
      if (isNamed(error, 'ClientException', 'InvalidParameterException')) return undefined;
      throw this.account.failure(error, 'ecs:DescribeTaskDefinition', { subject: `task definition ${parseRevision(name).short}` });
    }
  }
}

/** Hides what a task definition's agents have in clear text. */
export function hideSecretsOf(account: Account, body: JsonObject): void {
  for (const secret of agentsIn(body).flatMap(agent => [...plaintextKeysOf(agent), ...proxyCredentialsOf(agent)])) account.sawKey(secret);
}

/** The revision in an answer of DescribeTaskDefinition or RegisterTaskDefinition. */
export function revisionIn(answer: string): Revision {
  const parsed = parseJson(answer);
  const described = isObject(parsed) && isObject(parsed.taskDefinition) ? parsed.taskDefinition : undefined;
  const arn = textIn(described?.taskDefinitionArn);
  if (arn === undefined) throw new Failure('The answer of ECS has no task definition.');
  const { family, revision } = parseRevision(arn);
  const seconds = numberIn(described?.registeredAt);
  return {
    arn,
    family,
    revision,
    isActive: (textIn(described?.status) ?? 'ACTIVE') === 'ACTIVE',
    body: registrable(parsed),
    ...seconds === undefined ? {} : { registeredAt: seconds * 1000 },
  };
}
