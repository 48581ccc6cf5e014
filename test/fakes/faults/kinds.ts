import { Fault } from './faults';
import { JsonObject } from '../json';
import { accessDeniedError } from '../policy/denied';
import { AwsError } from '../wire/aws-error';
import { ServiceName } from '../wire/shapes';

/** The error of each service for the same condition. */
const THROTTLED: Record<ServiceName, AwsError> = {
  ecs: new AwsError('ThrottlingException', 'Rate exceeded'),
  secretsmanager: new AwsError('ThrottlingException', 'Rate exceeded'),
  ssm: new AwsError('ThrottlingException', 'Rate exceeded'),
  logs: new AwsError('ThrottlingException', 'Rate exceeded'),
  ec2: new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503),
  iam: new AwsError('Throttling', 'Rate exceeded'),
  dynamodb: new AwsError('ThrottlingException', 'Rate exceeded'),
  kms: new AwsError('ThrottlingException', 'Rate exceeded'),
  sts: new AwsError('Throttling', 'Rate exceeded'),
  route53: new AwsError('Throttling', 'Rate exceeded'),
  elasticloadbalancing: new AwsError('Throttling', 'Rate exceeded'),
  route53resolver: new AwsError('ThrottlingException', 'Rate exceeded'),
  s3: new AwsError('SlowDown', 'Please reduce your request rate.', 503),
  states: new AwsError('ThrottlingException', 'Rate exceeded'),
};
const EXPIRED: Record<ServiceName, AwsError> = {
  ecs: new AwsError('ExpiredTokenException', 'The security token included in the request is expired'),
  secretsmanager: new AwsError('ExpiredTokenException', 'The security token included in the request is expired'),
  ssm: new AwsError('ExpiredTokenException', 'The security token included in the request is expired'),
  logs: new AwsError('ExpiredTokenException', 'The security token included in the request is expired'),
  ec2: new AwsError('RequestExpired', 'Request has expired.'),
  iam: new AwsError('ExpiredToken', 'The security token included in the request is expired', 403),
  dynamodb: new AwsError('ExpiredTokenException', 'The security token included in the request is expired'),
  kms: new AwsError('ExpiredTokenException', 'The security token included in the request is expired'),
  sts: new AwsError('ExpiredToken', 'The security token included in the request is expired', 403),
  route53: new AwsError('ExpiredToken', 'The security token included in the request is expired', 403),
  elasticloadbalancing: new AwsError('ExpiredToken', 'The security token included in the request is expired', 403),
  route53resolver: new AwsError('ExpiredTokenException', 'The security token included in the request is expired'),
  s3: new AwsError('ExpiredToken', 'The provided token has expired.'),
  states: new AwsError('ExpiredTokenException', 'The security token included in the request is expired'),
};

export function throttledError(service: ServiceName): AwsError {
  return THROTTLED[service];
}

export const throttled = (): Fault => ({ kind: 'refused', error: ({ service }) => THROTTLED[service] });

export const serverError = (status: 500 | 503 = 500): Fault => ({
  kind: 'refused',
  error: () => status === 500
    ? new AwsError('ServerException', 'Service Unavailable. Please try again later.', 500)
    : new AwsError('ServiceUnavailable', 'The service is unavailable.', 503),
});

/** Any error, with the service's code and message. */
export const refused = (code: string, message: string, status = 400): Fault => ({ kind: 'refused', error: () => new AwsError(code, message, status) });

export const accessDenied = (resource = '*'): Fault => ({
  kind: 'refused', lasts: true,
  error: call => accessDeniedError({
    service: call.service, action: `${call.service}:${call.action}`, shownAs: resource, caller: call.caller, isExplicit: false,
  }),
});

export const expiredToken = (): Fault => ({ kind: 'refused', lasts: true, error: ({ service }) => EXPIRED[service] });

/** @param when `after`: the call is carried out, and its answer is lost */
export const connectionReset = (when: 'before' | 'after'): Fault => ({ kind: 'reset', applied: when === 'after' });

/** The answer never comes, and the connection stays open. */
export const hanging = (when: 'before' | 'after' = 'before'): Fault => ({ kind: 'hang', applied: when === 'after' });

export const late = (ms: number): Fault => ({ kind: 'late', ms });

/** A fault with which calls wait until they are released. */
export class Hold {
  release!: () => void;
  private arrive!: () => void;
  /** Until the first call has arrived. */
  readonly arrived = new Promise<void>(done => { this.arrive = done; });
  private readonly released = new Promise<void>(done => { this.release = done; });

  readonly fault: Fault = {
    kind: 'held',
    until: async () => {
      this.arrive();
      await this.released;
    },
  };
}

/** @param change gets the answer and returns the changed one */
export const changedAnswer = (change: (answer: JsonObject) => JsonObject): Fault => ({ kind: 'changedAnswer', change });

/** The call is carried out, and only half of its answer arrives. @param by a proxy passes the half on as if it were complete */
export const cutAnswer = (by: 'proxy' | 'connection' = 'proxy'): Fault => ({ kind: 'cutAnswer', by });

/** Something else happens in the account just before the call is carried out, or just after. */
export const meanwhile = (happen: () => void, when: 'before' | 'after' = 'before'): Fault => ({ kind: 'meanwhile', when, happen });
