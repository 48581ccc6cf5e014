import { randomInt } from 'node:crypto';
import { Version, Versions } from './versions';
import { arnOf, Home } from '../home';
import { JsonObject, objectsIn, textIn, textsIn } from '../json';
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
  /** Whether the value is binary: the bytes of the text. @default false */
  readonly binary?: boolean;
}

/** The Secrets Manager of one region. */
export class Secrets {
  readonly actions: Actions = {
    DescribeSecret: ({ SecretId }) => {
      const secret = this.known(textIn(SecretId)!);
      const stages = this.versionsOf(secret).staged().map(({ id, stages: labels }) => [id, [...labels]]);
      return { ...described(secret), VersionIdsToStages: stages.length === 0 ? undefined : Object.fromEntries(stages) };
    },
    ListSecretVersionIds: ({ SecretId, IncludeDeprecated }) => {
      const secret = this.known(textIn(SecretId)!);
      const versions = this.versionsOf(secret);
      const listed = (IncludeDeprecated === true ? versions.all : versions.staged()).map(({ id, stages, createdAt }) => ({
        VersionId: id, ...stages.size === 0 ? {} : { VersionStages: [...stages] }, CreatedDate: seconds(createdAt),
      }));
      return { ARN: secret.arn, Name: secret.name, Versions: listed };
    },
    GetResourcePolicy: ({ SecretId }) => {
      const { arn, name, resourcePolicy } = this.known(textIn(SecretId)!);
      return { ARN: arn, Name: name, ResourcePolicy: resourcePolicy };
    },
    GetSecretValue: ({ SecretId, VersionId, VersionStage }) => {
      const secret = this.usable(textIn(SecretId)!);
      const { id, text, bytes, stages } = this.versionsOf(secret).find(textIn(VersionId), textIn(VersionStage));
      return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: [...stages], SecretString: text, SecretBinary: bytes };
    },
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
      return { ARN: secret.arn, Name: name, VersionId: this.versionsOf(secret).all[0]?.id };
    },
    PutSecretValue: input => {
      const secret = this.usable(textIn(input.SecretId)!);
      const [text, bytes] = [textIn(input.SecretString), textIn(input.SecretBinary)];
      if ((text === undefined) === (bytes === undefined)) {
        throw new AwsError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
      }
      const stages = input.VersionStages === undefined ? undefined : textsIn(input.VersionStages);
      const version = this.versionsOf(secret).put({ text, bytes }, textIn(input.ClientRequestToken), stages);
      secret.changedAt = this.home.timeline.now();
      return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...version.stages] };
    },
    UpdateSecretVersionStage: input => {
      const secret = this.usable(textIn(input.SecretId)!);
      this.versionsOf(secret).move(textIn(input.VersionStage)!, textIn(input.RemoveFromVersionId), textIn(input.MoveToVersionId));
      secret.changedAt = this.home.timeline.now();
      return { ARN: secret.arn, Name: secret.name };
    },
    TagResource: ({ SecretId, Tags }) => {
      const secret = this.known(textIn(SecretId)!);
      const added = objectsIn(Tags);
      secret.tags = [...secret.tags.filter(({ Key }) => !added.some(tag => tag.Key === Key)), ...added];
      secret.changedAt = this.home.timeline.now();
      return {};
    },
  };

  private readonly secrets = new Map<string, Secret>();
  private readonly versions = new Map<string, Versions>();

  constructor(private readonly home: Home) {}

  /** Adds an existing secret, without a value if none is given. */
  add(name: string, value?: string, options: SecretOptions = {}, description?: string): Secret {
    const { kmsKeyId, resourcePolicy, tags = {}, deleted = false, binary = false } = options;
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
    const versions = new Versions(() => this.home.timeline.now());
    if (value !== undefined) versions.put(binary ? { bytes: Buffer.from(value).toString('base64') } : { text: value });
    this.versions.set(name, versions);
    return secret;
  }

  /** Whether this is the current value of the secret. */
  holds(name: string, value: string): boolean {
    return this.value(name) === value;
  }

  /** The current value of the secret, as text. */
  value(name: string): string | undefined {
    return this.versions.get(name)?.current()?.text;
  }

  /** The versions of a secret, the oldest first. */
  versionsOf({ name }: Pick<Secret, 'name'>): Versions {
    return this.versions.get(name)!;
  }

  /** The labels of each version, the oldest first. */
  stages(name: string): readonly (readonly string[])[] {
    return this.versionsOf({ name }).all.map(({ stages }: Version) => [...stages].sort());
  }

  /** Another user replaces the value. */
  put(name: string, value: string): void {
    this.versionsOf({ name }).put({ text: value });
    this.secrets.get(name)!.changedAt = this.home.timeline.now();
  }

  /** Another user moves AWSCURRENT to another version, such as the one before. @param at  its place among the versions */
  makeCurrent(name: string, at: number): void {
    const versions = this.versionsOf({ name });
    versions.move('AWSCURRENT', versions.current()!.id, versions.all[at].id);
    this.secrets.get(name)!.changedAt = this.home.timeline.now();
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

  private usable(id: string): Secret {
    const secret = this.known(id);
    if (secret.deletedAt !== undefined) {
      throw new AwsError('InvalidRequestException', 'You can\'t perform this operation on the secret because it was marked for deletion.');
    }
    return secret;
  }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function suffix(): string {
  return Array.from({ length: 6 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
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
