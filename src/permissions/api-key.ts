import { Statement } from './statements';

/** The name of the secret that is used where no other is given, by both modes. */
export const DEFAULT_SECRET_NAME = 'postman/api-key';

export interface ApiKeySecret {
  /** ARN of the secret; without the six-character suffix where the secret is known by name alone. */
  readonly arn: string;
  readonly arnIsComplete: boolean;
  /** ARN of the customer managed key that encrypts the secret. */
  readonly keyArn?: string;
  readonly region: string;
}

/**
 * What a task's execution role needs to inject the API key, and nothing else: no DescribeSecret, since ECS does not call it,
 * and no wildcard but the six characters that Secrets Manager adds to a name.
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
