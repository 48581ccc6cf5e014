import { randomUUID } from 'node:crypto';
import { AwsError } from '../wire/aws-error';

/** A value is text, or bytes in base64. */
interface Value { readonly text?: string; readonly bytes?: string }

export interface Version extends Value {
  readonly id: string;
  readonly createdAt: number;
  readonly stages: Set<string>;
}

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

/**
 * The versions of one secret. A label is on one version at most; a version without labels stays for a while.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 */
export class Versions {
  /** The oldest first. */
  readonly all: Version[] = [];

  constructor(private readonly now: () => number) {}

  current(): Version | undefined {
    return this.withStage(CURRENT);
  }

  /** The versions that have a label. */
  staged(): readonly Version[] {
    return this.all.filter(({ stages }) => stages.size > 0);
  }

  find(id: string | undefined, stage = id === undefined ? CURRENT : undefined): Version {
    const found = this.all.find(version => (id === undefined || version.id === id) && (stage === undefined || version.stages.has(stage)));
    if (found) return found;
    const which = stage === undefined ? `VersionId: ${id}` : `staging label: ${stage}`;
    throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${which}`);
  }

  /** The same token with the same value changes nothing. */
  put(value: Value, token: string = randomUUID(), stages: readonly string[] = [CURRENT]): Version {
    if (token.length < 32 || token.length > 64) throw new AwsError('InvalidParameterException', 'ClientRequestToken must be 32-64 characters long.');
    const present = this.all.find(({ id }) => id === token);
    if (present && present.text === value.text && present.bytes === value.bytes) return present;
    if (present) throw new AwsError('ResourceExistsException', `You tried to use the same ClientRequestToken for another value: ${token}`);
    const version: Version = { id: token, createdAt: this.now(), stages: new Set(), ...value };
    // The first version is current, whatever its labels are.
    const labels = new Set(this.all.length === 0 ? [...stages, CURRENT] : stages);
    this.all.push(version);
    for (const label of labels) this.attach(label, version);
    return version;
  }

  move(label: string, from: string | undefined, to: string | undefined): void {
    const [holder, source, target] = [this.withStage(label), from, to].map(one => typeof one === 'string' ? this.find(one) : one);
    if (source !== undefined && source !== holder) {
      throw new AwsError('InvalidParameterException', `Staging label ${label} isn't attached to version ${from}.`);
    }
    if (target === undefined && label === CURRENT) {
      throw new AwsError('InvalidParameterException', 'You can only move staging label AWSCURRENT to a different secret version.');
    }
    if (holder !== undefined && holder !== target && source === undefined) {
      throw new AwsError('InvalidParameterException', `RemoveFromVersionId can't be empty. Staging label ${label} is attached to version ${holder.id}.`);
    }
    if (target) this.attach(label, target);
    else source?.stages.delete(label);
  }

  private attach(label: string, version: Version): void {
    const holder = this.withStage(label);
    if (holder === version) return;
    holder?.stages.delete(label);
    version.stages.add(label);
    if (label === CURRENT && holder) this.attach(PREVIOUS, holder);
  }

  private withStage(stage: string): Version | undefined {
    return this.all.find(({ stages }) => stages.has(stage));
  }
}
