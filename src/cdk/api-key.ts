import type { CfnResource, IResource } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { textFact } from './facts';
import { isDefaultKey, KeyStore } from '../agent';
import { ApiKeySource, DEFAULT_SECRET_NAME, readApiKey, Statement } from '../permissions';
import { checkParameter, checkSecret, Finding, ParameterFacts, SECRET_SUFFIX, SecretFacts } from '../preflight';
import { readable, resolveIdentities, userPath } from './tree/identities';
import { isKnownLater } from './tree/later';
import { ArnFormat, Grant, isCfnResource, isUnresolved, stackOf, Token, TokenComparison } from './tree/loaded';
import { encryptionKeyOf } from './tree/non-public';
import { constructPath } from './tree/paths';
import { StageIndex } from './tree/stage-index';
import { inUsersLanguage } from './users-language';

/** The properties that say where the API key is. */
export interface KeyProps {
  readonly apiKeySecret?: secretsmanager.ISecret;
  readonly apiKeySecretField?: string;
  readonly apiKeyParameter?: ssm.IStringParameter;
}

/** The secret or the parameter that holds the key. @param scope  of the default secret, if neither is given */
export function apiKeyOf(scope: Construct, { apiKeySecret, apiKeySecretField, apiKeyParameter }: KeyProps): ApiKey {
  if (apiKeyParameter !== undefined) return new ApiKey(parameterSource(scope, apiKeyParameter));
  return new ApiKey(secretSource(scope, apiKeySecret ?? secretsmanager.Secret.fromSecretNameV2(scope, 'ApiKey', DEFAULT_SECRET_NAME)), apiKeySecretField);
}

/** A secret or a parameter of the tree. */
interface SourceInTree extends ApiKeySource {
  readonly name: string;
  /** Its account, if it is another than that of the scope. */
  readonly otherAccount: string | undefined;
  /** What is wrong with it, in the finished tree. @param definition  the task definition */
  check(index: StageIndex, definition: CfnResource): Finding[];
}

/** The API key as ECS injects it: a reference to a secret or a parameter, and the least permissions that the execution role needs to read it. */
export class ApiKey extends ecs.Secret {
  /** The `valueFrom` of the container's secret: an ARN, and for a JSON field `:<field>::`. */
  public readonly arn: string;
  public readonly hasField: boolean;
  /** What the execution role needs. */
  public readonly statements: readonly Statement[];
  private granted?: iam.Grant;

  constructor(private readonly source: SourceInTree, field?: string) {
    super();
    this.arn = field === undefined ? source.arn : `${source.arn}:${field}::`;
    this.hasField = field !== undefined;
    this.statements = readApiKey(source);
  }

  public get store(): KeyStore {
    return this.source.store;
  }

  /** The property that gives it. */
  public get property(): keyof KeyProps {
    return this.source.store === 'ssm' ? 'apiKeyParameter' : 'apiKeySecret';
  }

  /** The ARN of the secret or the parameter. */
  public get sourceArn(): string {
    return this.source.arn;
  }

  /** In which ECS reads it. */
  public get region(): string {
    return this.source.region;
  }

  /** Where the events about the secret or the parameter come from, and what they name. */
  public get origin(): Pick<SourceInTree, 'store' | 'arn' | 'arnIsComplete' | 'name' | 'region' | 'otherAccount'> {
    return this.source;
  }

  /** The ARNs of the secret or the parameter, and of the key that encrypts it. */
  public get references(): readonly (string | undefined)[] {
    return [this.sourceArn, this.source.keyArn];
  }

  public check(index: StageIndex, definition: CfnResource): Finding[] {
    return this.source.check(index, definition);
  }

  /**
   * Only on the role, never on the secret or its key: those may belong to another stack, and its template must not change. A key
   * that the CDK creates leaves the decision to IAM, so the role's own permission is enough.
   */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    this.granted = this.statements
      .map(({ actions, resources, conditions }) => Grant.addToPrincipal({
        grantee, actions: [...actions], resourceArns: [...resources], conditions,
      }))
      .reduce((all, next) => all.combine(next));
    return this.granted;
  }

  /** The grant of the container that this key was added to. */
  public get grant(): iam.Grant {
    if (!this.granted) throw new Error('The API key has not been added to a container.');
    return this.granted;
  }
}

function secretSource(scope: Construct, secret: secretsmanager.ISecret): SourceInTree {
  const { arn, arnIsComplete } = arnOf(scope, secret);
  return {
    store: 'secretsmanager',
    arn,
    arnIsComplete,
    keyArn: customerKey(scope, secret.encryptionKey, 'apiKeySecret')?.keyArn,
    region: regionOf(secret, arn),
    name: secret.secretName,
    otherAccount: otherAccountOf(scope, secret, arn),
    check: () => checkSecret(secretFacts(scope, secret, arn, arnIsComplete)),
  };
}

/**
 * The CDK gives every parameter its ARN, in the account and region of the stack in which it is made or imported. ECS takes it for a parameter of any
 * region, and the name only for one of the tasks' region.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html
 */
function parameterSource(scope: Construct, parameter: ssm.IStringParameter): SourceInTree {
  const arn = parameter.parameterArn;
  const key = customerKey(scope, encryptionKeyOf(parameter), 'apiKeyParameter');
  return {
    store: 'ssm',
    arn,
    arnIsComplete: true,
    keyArn: key?.keyArn,
    region: regionOf(parameter, arn),
    name: parameter.parameterName,
    otherAccount: otherAccountOf(scope, parameter, arn),
    check: (index, definition) => checkParameter(parameterFacts(scope, parameter, key, makerOf(definition, index, parameter))),
  };
}

/** The ARN of a secret, and whether it is complete. The CDK's imports also give a bare name, or a partial ARN that they call complete. */
function arnOf(scope: Construct, secret: secretsmanager.ISecret): { arn: string; arnIsComplete: boolean } {
  const arn = secret.secretArn;
  if (!isKnownLater(arn) && !arn.startsWith('arn:')) {
    return { arn: partialArn(scope, arn), arnIsComplete: false };
  }
  const literal = !isUnresolved(arn);
  return { arn, arnIsComplete: secret.secretFullArn !== undefined && (!literal || SECRET_SUFFIX.test(arn)) };
}

/** ECS reads a secret or a parameter in its own region, which may be another than that of the tasks. */
function regionOf({ env }: IResource, arn: string): string {
  return isKnownLater(arn) ? env.region : arn.split(':')[3];
}

/** The account of a secret or a parameter, if it is another than that of the tasks. */
function otherAccountOf(scope: Construct, { env }: IResource, arn: string): string | undefined {
  const account = isKnownLater(arn) ? env.account : arn.split(':')[4];
  return Token.compareStrings(account, stackOf(scope).account) === TokenComparison.DIFFERENT ? account : undefined;
}

/**
 * The key that encrypts a secret or a parameter, unless it is that of AWS, by its alias. A permission on the ARN of another alias allows nothing:
 * KMS compares the ARN of the key.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html
 * @throws if only an alias of the key is known
 */
function customerKey(scope: Construct, key: kms.IKey | undefined, prop: keyof KeyProps): kms.IKey | undefined {
  if (key === undefined || isDefaultKey(key.keyArn)) return undefined;
  if (!isAlias(key)) return key;
  try {
    // An import by its name throws.
    return key.aliasTargetKey;
  } catch {
    throw new Error(inUsersLanguage(`${scope.node.path}: the \`encryptionKey\` of \`${prop}\` must be the key itself, got: the alias ${key.aliasName}, whose key is not known to this app. `
      + 'A permission to use an alias allows nothing. Import the key with Key.fromKeyArn, or with Key.fromLookup and the alias.'));
  }
}

/**
 * The key with which the value of a secret is replaced: its ARN, `*` if the key is unknown, undefined if it is the default key.
 *
 * @param secret undefined if it is known only by the default name
 */
export function keyArnOf(secret: secretsmanager.ISecret | undefined): string | undefined {
  const key = secret?.encryptionKey;
  // An import without its key may have one.
  if (key === undefined) return isCfnResource(secret?.node.defaultChild) ? undefined : '*';
  if (isDefaultKey(key.keyArn)) return undefined;
  try {
    return isAlias(key) ? key.aliasTargetKey.keyArn : key.keyArn;
  } catch {
    return '*';
  }
}

function isAlias(key: kms.IKey): key is kms.IAlias {
  return 'aliasName' in key;
}

/** A key of this app trusts the account's IAM policies. What the policy of an imported key says is unknown. */
function importedKeyOf(key: kms.IKey | undefined): string | undefined {
  return key === undefined || isCfnResource(key.node.defaultChild) ? undefined : key.node.path;
}

function partialArn(scope: Construct, resourceName: string): string {
  return stackOf(scope).formatArn({ service: 'secretsmanager', resource: 'secret', resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}

function secretFacts(scope: Construct, secret: secretsmanager.ISecret, arn: string, isComplete: boolean): SecretFacts {
  const key = customerKey(scope, secret.encryptionKey, 'apiKeySecret');
  return {
    // Only few findings show it.
    get secret() { return readable(resolveIdentities(scope, arn)); },
    arn: isKnownLater(arn) ? { unknown: 'the ARN is known only to CloudFormation' } : arn,
    isComplete,
    secretName: isKnownLater(secret.secretName) ? { unknown: 'the name is known only to CloudFormation' } : secret.secretName,
    otherAccount: otherAccountOf(scope, secret, arn),
    hasCustomerKey: key !== undefined,
    importedKey: importedKeyOf(key),
  };
}

function parameterFacts(
  scope: Construct, parameter: ssm.IStringParameter, key: kms.IKey | undefined, maker: CfnResource | undefined,
): ParameterFacts {
  const { parameterArn, parameterName, parameterType } = parameter;
  return {
    get parameter() { return readable(resolveIdentities(scope, parameterName)); },
    name: textFact(parameterName),
    type: textFact(parameterType),
    madeBy: maker && userPath(constructPath(maker)),
    otherAccount: otherAccountOf(scope, parameter, parameterArn),
    hasCustomerKey: key !== undefined,
    importedKey: importedKeyOf(key),
  };
}

const PARAMETER = 'AWS::SSM::Parameter';

/**
 * The resource of this app that makes a parameter: its name is a reference to it, or is the name of one in the same account and region. A custom
 * resource can make a SecureString, so it does not count.
 */
function makerOf(definition: CfnResource, index: StageIndex, parameter: ssm.IStringParameter): CfnResource | undefined {
  const { parameterArn, parameterName } = parameter;
  const isDifferent = (one: string, other: string) => Token.compareStrings(one, other) === TokenComparison.DIFFERENT;
  const { account, region } = stackOf(parameter);
  return index.mentionedBy(definition, parameterArn).find(({ cfnResourceType }) => cfnResourceType === PARAMETER)
    ?? index.ofType(PARAMETER, ({ stack }) => !isDifferent(stack.account, account) && !isDifferent(stack.region, region))
      .find(one => index.read(one).Name === parameterName);
}
