import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { readApiKey, Statement } from '../permissions';
import { SECRET_SUFFIX, SecretFacts } from '../preflight';
import { readable, resolveIdentities } from './tree/identities';
import { isKnownLater } from './tree/later';
import { ArnFormat, Grant, isCfnResource, isUnresolved, stackOf, Token, TokenComparison } from './tree/loaded';

/** The API key as ECS injects it: a reference to a secret, and the least permissions that the execution role needs to read it. */
export class ApiKey extends ecs.Secret {
  /** The `valueFrom` of the container's secret: an ARN, and for a JSON field `:<field>::`. */
  public readonly arn: string;
  public readonly hasField: boolean;
  public readonly facts: SecretFacts;
  /** What the execution role needs. */
  public readonly statements: readonly Statement[];
  private granted?: iam.Grant;

  constructor(scope: Construct, secret: secretsmanager.ISecret, field: string | undefined) {
    super();
    const { arn, arnIsComplete } = arnOf(scope, secret);
    this.arn = field === undefined ? arn : `${arn}:${field}::`;
    this.hasField = field !== undefined;
    this.statements = readApiKey({ arn, arnIsComplete, keyArn: secret.encryptionKey?.keyArn, region: regionOf(secret, arn) });
    this.facts = secretFacts(scope, secret, arn, arnIsComplete);
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

/** The ARN of a secret, and whether it is complete. The CDK's imports also give a bare name, or a partial ARN that they call complete. */
function arnOf(scope: Construct, secret: secretsmanager.ISecret): { arn: string; arnIsComplete: boolean } {
  const arn = secret.secretArn;
  if (!isKnownLater(arn) && !arn.startsWith('arn:')) {
    return { arn: partialArn(scope, arn), arnIsComplete: false };
  }
  const literal = !isUnresolved(arn);
  return { arn, arnIsComplete: secret.secretFullArn !== undefined && (!literal || SECRET_SUFFIX.test(arn)) };
}

/** ECS reads a secret in the secret's own region, which may be another than that of the tasks. */
function regionOf(secret: secretsmanager.ISecret, arn: string): string {
  return isKnownLater(arn) ? secret.env.region : arn.split(':')[3];
}

function partialArn(scope: Construct, resourceName: string): string {
  return stackOf(scope).formatArn({ service: 'secretsmanager', resource: 'secret', resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}

function secretFacts(scope: Construct, secret: secretsmanager.ISecret, arn: string, isComplete: boolean): SecretFacts {
  const account = isKnownLater(arn) ? secret.env.account : arn.split(':')[4];
  const key = secret.encryptionKey;
  return {
    // Only few findings show it.
    get secret() { return readable(resolveIdentities(scope, arn)); },
    arn: isKnownLater(arn) ? { unknown: 'the ARN is known only to CloudFormation' } : arn,
    isComplete,
    secretName: isKnownLater(secret.secretName) ? { unknown: 'the name is known only to CloudFormation' } : secret.secretName,
    otherAccount: Token.compareStrings(account, stackOf(scope).account) === TokenComparison.DIFFERENT ? account : undefined,
    hasCustomerKey: key !== undefined,
    // A key of this app trusts the account's IAM policies. What the policy of an imported key says is unknown.
    importedKey: key === undefined || isCfnResource(key.node.defaultChild) ? undefined : key.node.path,
  };
}
