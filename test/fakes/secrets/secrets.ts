import { randomInt } from 'node:crypto';
import { arnOf, Home, hexId } from '../home';
import { JsonObject, objectsIn, textIn } from '../json';
import { seconds } from '../timeline';
import { Actions } from '../wire/actions';
import { AwsError } from '../wire/aws-error';

export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly kmsKeyId?: string;
  readonly description?: string;
  /** The policy of the secret itself, as JSON. */
  readonly resourcePolicy?: string;
  tags: readonly JsonObject[];
  readonly createdAt: number;
  changedAt: number;
  deletedAt?: number;
}

export interface SecretOptions {
  readonly kmsKeyId?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly resourcePolicy?: object;
  /** Whether it is scheduled for deletion. @default false */
  readonly deleted?: boolean;
}

/** The Secrets Manager of one region. It never returns a value; it only says whether it has one. */
export class Secrets {
  readonly actions: Actions = {
    DescribeSecret: ({ SecretId }) => {
      const secret = this.known(textIn(SecretId)!);
      return { ...described(secret), VersionIdsToStages: this.values.get(secret.name)!.length === 0 ? undefined : { [versionId()]: ['AWSCURRENT'] } };
    },
    GetResourcePolicy: ({ SecretId }) => {
      const { arn, name, resourcePolicy } = this.known(textIn(SecretId)!);
      return { ARN: arn, Name: name, ResourcePolicy: resourcePolicy };
    },
    // The command line must never read a key.
    GetSecretValue: () => { throw new AwsError('AccessDeniedException', 'The fake Secrets Manager returns no values.'); },
    CreateSecret: input => {
      const name = textIn(input.Name)!;
      if (!/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name)) {
        throw new AwsError('ValidationException', 'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!');
      }
      const present = this.secrets.get(name);
      if (present?.deletedAt !== undefined) {
        throw new AwsError('InvalidRequestException', 'You can\'t create this secret because a secret with this name is already scheduled for deletion.');
      }
      if (present) throw new AwsError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`);
      const secret = this.add(name, textIn(input.SecretString), { kmsKeyId: textIn(input.KmsKeyId) }, textIn(input.Description));
      secret.tags = objectsIn(input.Tags);
      return { ARN: secret.arn, Name: name, VersionId: versionId() };
    },
    PutSecretValue: input => {
      const secret = this.known(textIn(input.SecretId)!);
      if (secret.deletedAt !== undefined) {
        throw new AwsError('InvalidRequestException', 'You can\'t perform this operation on the secret because it was marked for deletion.');
      }
      const value = textIn(input.SecretString);
      if (value === undefined) throw new AwsError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
      this.values.get(secret.name)!.push(value);
      secret.changedAt = this.home.timeline.now();
      return { ARN: secret.arn, Name: secret.name, VersionId: versionId(), VersionStages: ['AWSCURRENT'] };
    },
    TagResource: ({ SecretId, Tags }) => {
      const secret = this.known(textIn(SecretId)!);
      const added = objectsIn(Tags);
      secret.tags = [...secret.tags.filter(({ Key }) => !added.some(tag => tag.Key === Key)), ...added];
      return {};
    },
  };

  private readonly secrets = new Map<string, Secret>();
  /** The former values, then the current one. */
  private readonly values = new Map<string, string[]>();

  constructor(private readonly home: Home) {}

  /** Adds an existing secret, without a value if none is given. */
  add(name: string, value?: string, { kmsKeyId, resourcePolicy, tags = {}, deleted = false }: SecretOptions = {}, description?: string): Secret {
    const now = this.home.timeline.now();
    const secret: Secret = {
      name,
      arn: arnOf(this.home, 'secretsmanager', `secret:${name}-${suffix()}`),
      kmsKeyId,
      resourcePolicy: resourcePolicy === undefined ? undefined : JSON.stringify(resourcePolicy),
      description,
      tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      createdAt: now,
      changedAt: now,
      ...deleted ? { deletedAt: now } : {},
    };
    this.secrets.set(name, secret);
    this.values.set(name, value === undefined ? [] : [value]);
    return secret;
  }

  /** Whether this is the current value of the secret. */
  holds(name: string, value: string): boolean {
    return this.values.get(name)?.at(-1) === value;
  }

  /** By name, ARN, or ARN without the six characters. */
  find(id: string): Secret | undefined {
    return [...this.secrets.values()].find(({ name, arn }) => [name, arn, arn.slice(0, -7)].includes(id));
  }

  private known(id: string): Secret {
    const secret = this.find(id);
    if (!secret) throw new AwsError('ResourceNotFoundException', 'Secrets Manager can\'t find the specified secret.');
    return secret;
  }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function suffix(): string {
  return Array.from({ length: 6 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

function versionId(): string {
  const hex = hexId(32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function described({ arn, name, kmsKeyId, description, tags, createdAt, changedAt, deletedAt }: Secret): JsonObject {
  return {
    ARN: arn,
    Name: name,
    KmsKeyId: kmsKeyId,
    Description: description,
    Tags: tags,
    CreatedDate: seconds(createdAt),
    LastChangedDate: seconds(changedAt),
    DeletedDate: deletedAt === undefined ? undefined : seconds(deletedAt),
  };
}
