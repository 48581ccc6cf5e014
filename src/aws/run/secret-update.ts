import { randomUUID } from 'node:crypto';
import { isObject, Json, JsonObject, memberIn, parseJson, printJson, withMembers } from '../../edit';
import { Account, CallOptions } from '../calls/account';
import { regionIn } from '../calls/arns';
import { isDenied, isNamed, isUnsettled } from '../calls/errors';
import { Failure, isForAll } from '../calls/failure';
import { capital } from '../calls/hints';
import { FoundSecret } from '../reads/secret';

/** What an update replaces. Values of the secret are never in it. */
export type SecretChange =
  | { readonly kind: 'value' }
  | {
    readonly kind: 'field';
    readonly field: string;
    /** Whether the secret does not have the field yet. */
    readonly isNew: boolean;
    /** Whether the field has the key already, so nothing has to be written. */
    readonly isSame: boolean;
    /** The names of the other fields, which stay as they are. */
    readonly keptFields: readonly string[];
  };

export interface UpdatedSecret extends Pick<FoundSecret, 'name' | 'arn'> {
  readonly outcome: 'updated' | 'unchanged';
  readonly change: SecretChange;
}

interface NewKey {
  readonly value: string;
  /** The JSON field of the key; undefined if it is the whole value. */
  readonly field?: string;
}

const CURRENT = 'AWSCURRENT';

/** The label of a new version until it becomes current. It is always the same, so a run takes it from the version of one that died. */
const PENDING = 'POSTMAN_LIVE_COLLECTION_PENDING';

/** How often a field is written anew because another user has changed the secret in the meantime. */
const MOST_TRIES = 5;

/** Puts a key into a secret. */
export class SecretUpdate {
  private readonly subject: string;

  /** @param onNote called with what the user should know and what is not an error */
  constructor(
    private readonly account: Account, private readonly secret: FoundSecret, private readonly key: NewKey,
    private readonly onNote: (line: string) => void,
  ) {
    this.subject = `secret ${secret.name}`;
  }

  /**
   * What an update would replace. The secret's value is read only if one field of it is to be replaced.
   *
   * @throws Failure if the value cannot be read, or has no fields
   */
  public async plan(): Promise<SecretChange> {
    const { field } = this.key;
    return field === undefined ? { kind: 'value' } : this.changeOf(field, await this.read());
  }

  /**
   * Writes the key. If one field is replaced, no change that another user makes at the same time is lost.
   *
   * @throws Failure if it is not written
   */
  public async write(): Promise<UpdatedSecret> {
    const { value, field } = this.key;
    if (field !== undefined) return this.writeField(field);
    const answer = await this.must('PutSecretValue', { SecretString: value, ClientRequestToken: randomUUID() });
    const { Name: name = this.secret.name, ARN: arn = this.secret.arn } = answer;
    return { name, arn, outcome: 'updated', change: { kind: 'value' } };
  }

  /** PutSecretValue has no precondition, but a label moves only from the version that has it. */
  private async writeField(field: string): Promise<UpdatedSecret> {
    const { name, arn } = this.secret;
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const read = await this.read();
      const change = this.changeOf(field, read);
      if (change.isSame) return { name, arn, outcome: tries === 1 ? 'unchanged' : 'updated', change };
      // Whether the label may be moved is asked before anything is written.
      if (tries === 1 && read !== undefined) await this.checkLabels(read.version);
      const fields = withMembers(read?.fields ?? {}, { [field]: this.key.value });
      if (await this.replace(read?.version, printJson(fields))) return { name, arn, outcome: 'updated', change };
      if (tries < MOST_TRIES) await this.account.pause(200 * tries);
    }
    throw new Failure(`Others changed secret ${name} each of the ${MOST_TRIES} times that its field ${shownName(field)} was to be replaced. `
      + `Their changes were kept, and the key was not written. ${capital(this.account.hints.again)}.`);
  }

  /** Makes a new version current in place of the one that was read. @returns whether it still was the current one */
  private async replace(before: string | undefined, text: string): Promise<boolean> {
    const version: string = randomUUID();
    const { VersionStages: stages = [] } = await this.must('PutSecretValue', { SecretString: text, ClientRequestToken: version, VersionStages: [PENDING] })
      .catch(async error => {
        // It may have been carried out nevertheless.
        if (isUnsettled((error as Error).cause)) await this.release(version, false);
        throw error;
      });
    try {
      // The first version of a secret is current at once.
      const isCurrent = stages.includes(CURRENT) || before !== undefined && await this.promote(before, version);
      await this.release(version, true);
      return isCurrent;
    } catch (error) {
      await this.release(version, true);
      throw error;
    }
  }

  private async promote(before: string, version: string): Promise<boolean> {
    const input = { VersionStage: CURRENT, RemoveFromVersionId: before, MoveToVersionId: version };
    try {
      await this.call('UpdateSecretVersionStage', input);
      return true;
    } catch (error) {
      const isSettled = !isUnsettled(error) && !isNamed(error, 'InvalidParameterException', 'InvalidRequestException', 'ResourceNotFoundException');
      if (isSettled) throw this.failure(error, 'UpdateSecretVersionStage');
      // A try whose answer was lost may have been carried out.
      const now = await this.read();
      if (now?.version === before) throw this.failure(error, 'UpdateSecretVersionStage');
      return now?.version === version;
    }
  }

  /** Removes the label of this program from a version. That it stays there harms nothing, so it is no failure. */
  private async release(version: string, isNoted: boolean): Promise<void> {
    try {
      await this.call('UpdateSecretVersionStage', { VersionStage: PENDING, RemoveFromVersionId: version });
    } catch (error) {
      // A try whose answer was lost, or another run, has removed it.
      if (!isNoted || isNamed(error, 'InvalidParameterException', 'InvalidRequestException', 'ResourceNotFoundException')) return;
      this.onNote(`The staging label ${PENDING} stays on version ${version} of secret ${this.secret.name}. ${this.account.hints.label}`);
    }
  }

  /** Removes the label of this program from the current version, which does not have it: nothing changes, but a missing permission shows. */
  private async checkLabels(version: string): Promise<void> {
    try {
      await this.call('UpdateSecretVersionStage', { VersionStage: PENDING, RemoveFromVersionId: version });
    } catch (error) {
      const failure = this.failure(error, 'UpdateSecretVersionStage');
      if (isDenied(error) || isForAll(failure)) throw failure;
    }
  }

  /** The current value. @returns undefined if the secret has none */
  private async read(): Promise<Current | undefined> {
    let answer;
    try {
      answer = await this.call('GetSecretValue', { VersionStage: CURRENT });
    } catch (error) {
      if (isNamed(error, 'ResourceNotFoundException')) return undefined;
      throw this.failure(error, 'GetSecretValue');
    }
    const { SecretString: text, VersionId: version } = answer as { readonly SecretString?: string; readonly VersionId: string };
    return { version, fields: this.fieldsIn(text) };
  }

  private fieldsIn(text: string | undefined): JsonObject {
    const refused = (what: string) => new Failure(`The value of secret ${this.secret.name} ${what}, so it has no field that could be replaced. Nothing was written. `
      + 'Leave the field out to replace the whole value, or name another secret.');
    if (text === undefined) throw refused('is binary');
    let value: Json;
    try {
      value = parseJson(text);
    } catch {
      // The error would have a part of the value.
      throw refused('is not JSON, or it has a field twice');
    }
    if (!isObject(value)) throw refused('is JSON, but not an object');
    return value;
  }

  private changeOf(field: string, read: Current | undefined): Extract<SecretChange, { kind: 'field' }> {
    const fields = read?.fields ?? {};
    return {
      kind: 'field',
      field,
      isNew: memberIn(fields, field) === undefined,
      isSame: memberIn(fields, field) === this.key.value,
      keptFields: Object.keys(fields).filter(name => name !== field),
    };
  }

  private async call(action: string, input: object): Promise<any> {
    const { arn } = this.secret;
    return this.account.call('secretsmanager', action, { SecretId: arn, ...input }, { region: regionIn(arn) });
  }

  private async must(action: string, input: object): Promise<any> {
    return this.call(action, input).catch(error => { throw this.failure(error, action); });
  }

  private failure(error: unknown, action: string): Failure {
    const options: CallOptions = { subject: this.subject, resource: this.secret.arn };
    return this.account.failure(error, `secretsmanager:${action}`, options);
  }
}

/** The current version of a secret whose value is a JSON object. */
interface Current {
  readonly version: string;
  readonly fields: JsonObject;
}

/** A name that comes from a secret, on one line. */
export function shownName(name: string): string {
  return /^[\w.@/-]+$/.test(name) ? name : JSON.stringify(name);
}
