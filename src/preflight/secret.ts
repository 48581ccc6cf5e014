import { ParameterFacts, RoleFacts, SecretFacts } from './facts';
import { finding, Finding } from './findings';
import { SECRET_REFERENCE } from '../agent';
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

/** The type of a parameter that Parameter Store encrypts. */
const ENCRYPTED = 'SecureString';

/**
 * What is wrong with the parameter of the API key.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-shared-parameters.html
 */
export function checkParameter({ parameter, name, type, madeBy, otherAccount: account, hasCustomerKey, importedKey }: ParameterFacts): Finding[] {
  const [, secret] = isUnknown(name) ? [] : SECRET_REFERENCE.exec(name) ?? [];
  if (secret !== undefined) return [finding('apiKeyParameter', { problem: 'secretReference', parameter, secret })];
  const findings: Finding[] = [];
  if (madeBy !== undefined) findings.push(finding('apiKeyParameter', { problem: 'madeHere', parameter, resource: madeBy }));
  else if (!isUnknown(type) && type !== ENCRYPTED) findings.push(finding('apiKeyParameter', { problem: 'clearText', parameter, type }));
  if (account !== undefined) {
    findings.push(hasCustomerKey === false
      ? finding('apiKeyParameter', { problem: 'defaultKey', parameter, account }) : finding('parameterOfOtherAccount', { parameter, account }));
  }
  if (importedKey !== undefined) findings.push(finding('encryptionKeyNotGranted', { key: importedKey, store: 'ssm' }));
  return findings;
}

/** Whether the execution role can read the secret or the parameter. */
export function checkRole(role: RoleFacts): Finding[] {
  const of = 'store' in role && role.store !== undefined ? { store: role.store } : {};
  switch (role.access) {
    case 'granted': return [];
    case 'notGranted': return [finding('executionRoleNotGranted', { role: role.role, container: role.container, statements: role.statements })];
    case 'denied': return [finding('executionRoleCannotReadSecret', { why: role.why, ...role.isExplicit ? { isExplicit: true } : {}, ...of })];
    case 'unknown': return [finding('executionRoleUnknown', { why: role.why, ...of })];
  }
}
