import { ApiKeySource } from '../../permissions';
import { grantName } from '../reads/granted-policy';

/** The inline policy with which an execution role reads a secret: one for each role and secret. */
export interface Grant {
  /** ARN of the role. */
  readonly role: string;
  /** Question marks are in place of what is not known of a secret that will be created. */
  readonly policyName: string;
  readonly secret: ApiKeySource;
}

/** A text that is the same for the same policy of the same role. */
export function keyOfGrant({ role, policyName }: Pick<Grant, 'role' | 'policyName'>): string {
  return `${role} ${policyName}`;
}

/** The grant as it will be written, when the secret exists. @param arn of the secret */
export function grantOn({ role, policyName, secret }: Grant, arn: string): Grant {
  return { role, policyName: policyName.includes('?') ? grantName(arn) : policyName, secret: { ...secret, arn } };
}
