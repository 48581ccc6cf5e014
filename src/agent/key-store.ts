/** Where an API key can be kept, by the prefix of the AWS service's IAM actions, ARNs and endpoints. */
export type KeyStore = 'secretsmanager' | 'ssm';

interface KeyStoreRow {
  /** What it keeps a key in. */
  readonly noun: 'secret' | 'parameter';
  readonly title: string;
  /** The action with which ECS reads a key. */
  readonly read: string;
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html */
export const KEY_STORES: { readonly [store in KeyStore]: KeyStoreRow } = {
  secretsmanager: { noun: 'secret', title: 'Secrets Manager', read: 'secretsmanager:GetSecretValue' },
  ssm: { noun: 'parameter', title: 'Systems Manager', read: 'ssm:GetParameters' },
};

/**
 * The store of a reference in a task definition: the ARN of a secret, or the ARN or the name of a parameter.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html
 */
export function keyStoreOf(reference: string): KeyStore {
  return /^arn:[^:]*:secretsmanager:/.test(reference) ? 'secretsmanager' : 'ssm';
}

/** Whether a key, by its alias or the alias's ARN, is the one of AWS that needs no permission. @see https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key */
export function isDefaultKey(keyId: string): boolean {
  return /(?:^|:)alias\/aws\/(?:secretsmanager|ssm)$/.test(keyId);
}

/** The name of a parameter: letters, digits and any of `.-_`, or a path of such names that begins with a slash. @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html */
export const PARAMETER_NAME = /^(?:[\w.-]+|(?:\/[\w.-]+)+)$/;

/** What a parameter's ARN has after the account. The slash with which a path begins is that of the ARN. */
export function parameterResource(name: string): string {
  return `parameter/${name.replace(/^\//, '')}`;
}

/** How Parameter Store calls a secret of Secrets Manager. @see https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html */
export const SECRET_REFERENCE = /^\/?aws\/reference\/secretsmanager\/([^:]+)/;
