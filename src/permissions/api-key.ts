import { Statement } from './statement';
import { KEY_STORES, KeyStore } from '../agent';

/** The name of the secret that both modes use if no other is given. */
export const DEFAULT_SECRET_NAME = 'postman/api-key';

/** The secret or the parameter that holds the API key. */
export interface ApiKeySource {
  readonly store: KeyStore;
  /** Its ARN; of a secret without the six-character suffix if only the secret's name is known. */
  readonly arn: string;
  readonly arnIsComplete: boolean;
  /** ARN of the customer managed key that encrypts it. */
  readonly keyArn?: string;
  readonly region: string;
}

/**
 * All that a task's execution role needs to inject the API key. It has no DescribeSecret, since ECS does not call it. Its only
 * wildcard is the six characters that Secrets Manager adds to a name.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
 */
export function readApiKey({ store, arn, arnIsComplete, keyArn, region }: ApiKeySource): Statement[] {
  const read = { actions: [KEY_STORES[store].read], resources: [arnIsComplete ? arn : `${arn}-??????`] };
  if (keyArn === undefined) return [read];
  return [read, { actions: ['kms:Decrypt'], resources: [keyArn], conditions: { StringEquals: { 'kms:ViaService': keyUser(store, region) } } }];
}

/**
 * What a user needs to read and replace the value of a secret under a customer managed key: Secrets Manager uses the key for its caller.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-authz
 */
export function replaceUnderKey(keyArn: string, region: string): Statement {
  return {
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: [keyArn],
    conditions: { StringEquals: { 'kms:ViaService': keyUser('secretsmanager', region) } },
  };
}

/** The name under which a store uses the keys of KMS. @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service */
export function keyUser(store: KeyStore, region: string): string {
  return `${store}.${region}.amazonaws.com`;
}
