import { Account } from './account';
import { parseRevision } from './arns';
import { isNamed } from './errors';
import { Failure } from './failure';
import { agentsIn, isObject, JsonObject, parseJson, plaintextKeysOf, registrable, textIn } from '../edit';

/** A revision of a task definition. */
export interface Revision {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly isActive: boolean;
  /** The input for RegisterTaskDefinition that would register the same again. */
  readonly body: JsonObject;
}

/** Reads each revision once. */
export class Revisions {
  private readonly known = new Map<string, Promise<Revision | undefined>>();

  constructor(private readonly account: Account) {}

  /**
   * The revision that a service runs, and the newest of its family. One call is enough if they are the same.
   *
   * @throws Failure if it cannot be read
   */
  public async currentAndNewest(arn: string): Promise<{ readonly current: Revision; readonly newest: Revision | undefined }> {
    const newest = await this.find(parseRevision(arn).family);
    if (newest) this.known.set(newest.arn, Promise.resolve(newest));
    const current = newest?.arn === arn ? newest : await this.find(arn);
    if (!current) {
      throw new Failure(`Task definition ${parseRevision(arn).short} no longer exists in ECS, but the service is set to run it. `
        + 'Deploy an existing revision to the service first.');
    }
    return { current, newest };
  }

  /** @throws Failure if it cannot be read */
  public async bodyOf(arn: string): Promise<JsonObject> {
    return (await this.currentAndNewest(arn)).current.body;
  }

  /** @param name ARN, or a family for its newest active revision. @returns undefined if it does not exist */
  public async find(name: string): Promise<Revision | undefined> {
    let known = this.known.get(name);
    if (!known) {
      known = this.read(name);
      this.known.set(name, known);
    }
    return known;
  }

  private async read(name: string): Promise<Revision | undefined> {
    const raw = JSON.stringify({ taskDefinition: name, include: ['TAGS'] });
    try {
      const revision = revisionIn(await this.account.call<string>('ecs', 'DescribeTaskDefinition', { taskDefinition: name }, { raw }));
      for (const key of agentsIn(revision.body).flatMap(plaintextKeysOf)) this.account.sawKey(key);
      return revision;
    } catch (error) {
      if (isNamed(error, 'ClientException', 'InvalidParameterException')) return undefined;
      throw this.account.failure(error, 'ecs:DescribeTaskDefinition', { subject: `task definition ${parseRevision(name).short}` });
    }
  }
}

/** The revision in an answer of DescribeTaskDefinition or RegisterTaskDefinition. */
export function revisionIn(answer: string): Revision {
  const parsed = parseJson(answer);
  const described = isObject(parsed) && isObject(parsed.taskDefinition) ? parsed.taskDefinition : undefined;
  const arn = textIn(described?.taskDefinitionArn);
  if (arn === undefined) throw new Failure('The answer of ECS has no task definition.');
  const { family, revision } = parseRevision(arn);
  return { arn, family, revision, isActive: (textIn(described?.status) ?? 'ACTIVE') === 'ACTIVE', body: registrable(parsed) };
}
