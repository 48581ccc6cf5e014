import { AwsError } from '../wire/aws-error';
import { ServiceName } from '../wire/shapes';

export interface Denial {
  readonly service: ServiceName;
  /** e.g. `iam:PassRole` */
  readonly action: string;
  /** How the service names the resource in its error. */
  readonly shownAs: string;
  readonly caller: string;
  /** Whether a Deny statement denies it, and not a missing Allow. */
  readonly isExplicit: boolean;
}

/** Access denied, in the words of each service. */
export function accessDeniedError({ service, action, shownAs, caller, isExplicit }: Denial): AwsError {
  const why = isExplicit ? 'with an explicit deny in an identity-based policy' : `because no identity-based policy allows the ${action} action`;
  if (service === 'ec2') {
    const message = `You are not authorized to perform this operation. User: ${caller} is not authorized to perform: ${action} ${why}`;
    return new AwsError('UnauthorizedOperation', message, 403);
  }
  if (service === 'secretsmanager' && action.startsWith('kms:')) return new AwsError('AccessDeniedException', 'Access to KMS is not allowed');
  const message = `User: ${caller} is not authorized to perform: ${action} on resource: ${shownAs} ${why}`;
  const isWithoutSuffix = ['iam', 'sts', 'route53', 'elasticloadbalancing'].includes(service);
  return isWithoutSuffix ? new AwsError('AccessDenied', message, 403) : new AwsError('AccessDeniedException', message);
}
