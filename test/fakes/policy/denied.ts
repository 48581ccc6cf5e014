import { AwsError } from '../wire/aws-error';
import { ServiceName } from '../wire/shapes';

export interface Denial {
  readonly service: ServiceName;
  /** e.g. `iam:PassRole` */
  readonly action: string;
  /** How the service names the resource in its error. */
  readonly told: string;
  readonly caller: string;
  /** By a Deny statement, and not for want of an Allow. */
  readonly isExplicit: boolean;
}

/** Access denied, as each service words it. */
export function accessDeniedError({ service, action, told, caller, isExplicit }: Denial): AwsError {
  const why = isExplicit ? 'with an explicit deny in an identity-based policy' : `because no identity-based policy allows the ${action} action`;
  if (service === 'ec2') {
    return new AwsError('UnauthorizedOperation', `You are not authorized to perform this operation. User: ${caller} is not authorized to perform: ${action} ${why}`, 403);
  }
  const message = `User: ${caller} is not authorized to perform: ${action} on resource: ${told} ${why}`;
  return service === 'iam' || service === 'sts' ? new AwsError('AccessDenied', message, 403) : new AwsError('AccessDeniedException', message);
}
