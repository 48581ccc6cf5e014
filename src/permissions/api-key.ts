import { Statement } from './statement';

/** The name of the secret that both modes use if no other is given. */
export const DEFAULT_SECRET_NAME = 'postman/api-key';

export interface ApiKeySecret {
  /** ARN of the secret; without the six-character suffix if only the secret's name is known. */
  readonly arn: string;
  readonly arnIsComplete: boolean;
  /** ARN of the customer managed key that encrypts the secret. */
  readonly keyArn?: string;
  readonly region: string;
}

/**
 * All that a task's execution role needs to inject the API key. It has no DescribeSecret, since ECS does not call it. Its only
 * wildcard is the six characters that Secrets Manager adds to a name.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export function readApiKey(secret: ApiKeySecret): Statement[] {
  const statements: Statement[] = [{
    actions: ['secretsmanager:GetSecretValue'],
    resources: [secret.arnIsComplete ? secret.arn : `${secret.arn}-??????`],
  }];
  if (secret.keyArn !== undefined) {
    statements.push({
      actions: ['kms:Decrypt'],
      resources: [secret.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${secret.region}.amazonaws.com` } },
    });
  }
  return statements;
}
