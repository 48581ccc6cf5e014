import { RoleFacts, SecretFacts } from './facts';
import { finding, Finding } from './findings';
import { isUnknown } from '../egress';

/** A name that ends like a complete ARN: in a hyphen and six characters. */
export const SECRET_SUFFIX = /-[A-Za-z0-9]{6}$/;

/** What is wrong with the secret of the API key. */
export function checkSecret(facts: SecretFacts): Finding[] {
  const { arn, isComplete, secretName, otherAccount: account, hasCustomerKey, importedKey } = facts;
  const findings: Finding[] = [];
  const awsService = isUnknown(arn) ? undefined : arn.split(':')[2];
  if (awsService !== undefined && awsService !== 'secretsmanager') findings.push(finding('apiKeySecret', { problem: 'notSecretsManager', secret: facts.secret }));
  // https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
  if (!isComplete && !isUnknown(secretName) && SECRET_SUFFIX.test(secretName)) findings.push(finding('apiKeySecret', { problem: 'ambiguousName', secret: secretName }));
  if (account !== undefined && !isComplete) findings.push(finding('apiKeySecret', { problem: 'partialArn', secret: facts.secret, account }));
  if (account !== undefined && !hasCustomerKey) findings.push(finding('apiKeySecret', { problem: 'defaultKey', secret: facts.secret, account }));
  if (!isComplete) findings.push(finding('partialSecretArn', isUnknown(arn) ? {} : { arn }));
  if (importedKey !== undefined) findings.push(finding('encryptionKeyNotGranted', { key: importedKey }));
  return findings;
}

/** Whether the execution role can read the secret. */
export function checkRole(role: RoleFacts): Finding[] {
  switch (role.access) {
    case 'granted': return [];
    case 'notGranted': return [finding('executionRoleNotGranted', { role: role.role, container: role.container, statements: role.statements })];
    case 'denied': return [finding('executionRoleCannotReadSecret', { why: role.why })];
    case 'unknown': return [finding('executionRoleUnknown', { why: role.why })];
  }
}
