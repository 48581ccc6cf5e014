import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { Finding } from '../agent';
import { readApiKey, Statement } from '../permissions';
import { ArnFormat, Grant, isCfnResource, isUnresolved, stackOf, Token, TokenComparison } from './tree/loaded';

/** The API key as ECS injects it: a reference to a secret, and the least that the execution role needs to follow it. */
export class ApiKey extends ecs.Secret {
  /** The `valueFrom` of the container's secret: an ARN, and for a JSON field `:<field>::`. */
  public readonly arn: string;
  public readonly hasField: boolean;
  public readonly findings: readonly Finding[];
  private readonly statements: readonly Statement[];
  private granted?: iam.Grant;

  constructor(scope: Construct, secret: secretsmanager.ISecret, field: string | undefined) {
    super();
    const { arn, arnIsComplete } = arnOf(scope, secret);
    this.arn = field === undefined ? arn : `${arn}:${field}::`;
    this.hasField = field !== undefined;
    this.statements = readApiKey({ arn, arnIsComplete, keyArn: secret.encryptionKey?.keyArn, region: stackOf(scope).region });
    this.findings = [
      ...checkField(field),
      ...checkArn(scope, secret, arn, arnIsComplete),
      ...remarkOnArn(arn, arnIsComplete),
      ...checkKey(secret.encryptionKey),
    ];
  }

  /**
   * Only on the role, never on the secret or its key: those may belong to another stack, whose template is not ours to change.
   * A key made by the CDK leaves the decision to IAM, so that the role's own permission suffices.
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

const SUFFIX = /-[A-Za-z0-9]{6}$/;

/** Completes what the CDK's several imports leave half said: a bare name, or a partial ARN that is called complete. */
function arnOf(scope: Construct, secret: secretsmanager.ISecret): { arn: string; arnIsComplete: boolean } {
  const arn = secret.secretArn;
  if (!isUnresolved(arn) && !arn.startsWith('arn:')) {
    return { arn: partialArn(scope, arn), arnIsComplete: false };
  }
  const literal = !isUnresolved(arn);
  return { arn, arnIsComplete: secret.secretFullArn !== undefined && (!literal || SUFFIX.test(arn)) };
}

function partialArn(scope: Construct, resourceName: string): string {
  return stackOf(scope).formatArn({ service: 'secretsmanager', resource: 'secret', resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html */
function checkField(field: string | undefined): Finding[] {
  if (field === undefined || isUnresolved(field)) return [];
  return /^[^:\s]+$/.test(field) ? [] : [{
    severity: 'error',
    id: 'apiKeySecretField',
    option: 'apiKeySecretField',
    message: `\`apiKeySecretField\` must be the name of a JSON field without colons or spaces, got: ${JSON.stringify(field)}; leave it out where the secret's whole value is the key`,
  }];
}

function checkArn(scope: Construct, secret: secretsmanager.ISecret, arn: string, arnIsComplete: boolean): Finding[] {
  const findings: Finding[] = [];
  const refuse = (message: string) => findings.push({ severity: 'error', id: 'apiKeySecret', option: 'apiKeySecret', message });
  const service = isUnresolved(arn) ? undefined : arn.split(':')[2];
  if (service !== undefined && service !== 'secretsmanager') {
    refuse(`\`apiKeySecret\` must be a secret of Secrets Manager, got: ${arn}; import it by its complete ARN with Secret.fromSecretCompleteArn`);
  }
  if (!arnIsComplete && SUFFIX.test(secret.secretName)) {
    refuse(`\`apiKeySecret\` is known by the name ${secret.secretName} alone, which ends like a complete ARN, so that Secrets Manager `
      + 'looks for another secret; import it by its complete ARN with Secret.fromSecretCompleteArn');
  }
  const account = isUnresolved(arn) ? secret.env.account : arn.split(':')[4];
  if (Token.compareStrings(account, stackOf(scope).account) === TokenComparison.DIFFERENT) {
    if (!arnIsComplete) {
      refuse(`\`apiKeySecret\` ${arn} belongs to account ${account}, from where a secret is read only by its complete ARN; import it with Secret.fromSecretAttributes`);
    }
    if (!secret.encryptionKey) {
      refuse(`\`apiKeySecret\` ${arn} belongs to account ${account}, and Secrets Manager lets no other account read a secret under its default key; `
        + 'encrypt it with a customer managed key and import both with Secret.fromSecretAttributes');
    }
  }
  return findings;
}

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen */
function remarkOnArn(arn: string, arnIsComplete: boolean): Finding[] {
  return arnIsComplete ? [] : [{
    severity: 'info',
    id: 'partialSecretArn',
    option: 'apiKeySecret',
    message: `The API key's secret is known by its name, so that the task definition has its ARN without the last six characters${isUnresolved(arn) ? '' : ` (${arn})`}. `
      + 'AWS recommends the complete ARN: import the secret with Secret.fromSecretCompleteArn',
  }];
}

/** A key of this app trusts the account's IAM policies; of an imported one nobody here knows what its policy says. */
function checkKey(key: kms.IKey | undefined): Finding[] {
  return key === undefined || isCfnResource(key.node.defaultChild) ? [] : [{
    severity: 'warning',
    id: 'encryptionKeyNotGranted',
    option: 'apiKeySecret',
    message: `The secret's key ${key.node.path} is imported, so that its key policy cannot be changed by this app. The execution role gets kms:Decrypt, which works where the key's policy `
      + 'leaves the decision to IAM, as the one that AWS begins with does; otherwise name the role in the key policy, or no task of the service starts',
  }];
}
