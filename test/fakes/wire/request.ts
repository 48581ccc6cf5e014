import { IncomingHttpHeaders } from 'node:http';
import { AwsError } from './aws-error';
import { checkShape } from './check-shape';
import { HttpCall } from './http-call';
import { readQuery } from './query';
import { readRest, restAction } from './rest';
import { Operation, operationOf, ServiceName } from './shapes';
import { isObject, JsonObject, parseJson } from '../json';
import { readS3, s3Action } from '../s3/protocol';

/** One request in its service's protocol. */
export interface Request {
  readonly service: ServiceName;
  readonly region: string;
  readonly action: string;
  /** The input as the caller sent it, before it is checked. */
  readonly input: JsonObject;
  readonly operation: Operation;
}

const TARGETS: Partial<Record<ServiceName, string>> = {
  ecs: 'AmazonEC2ContainerServiceV20141113', secretsmanager: 'secretsmanager', logs: 'Logs_20140328', route53resolver: 'Route53Resolver',
  dynamodb: 'DynamoDB_20120810', kms: 'TrentService', ssm: 'AmazonSSM', states: 'AWSStepFunctions',
};
const VERSIONS: Partial<Record<ServiceName, string>> = { ec2: '2016-11-15', iam: '2010-05-08', sts: '2011-06-15', elasticloadbalancing: '2015-12-01' };

export type Protocol = 'json' | 'query' | 'rest-xml' | 's3';

/** @returns undefined for an unknown service */
export function protocolOf(service: ServiceName): Protocol | undefined {
  if (service === 's3') return 's3';
  if (service === 'route53') return 'rest-xml';
  if (VERSIONS[service] !== undefined) return 'query';
  return TARGETS[service] === undefined ? undefined : 'json';
}

/** The service and region that the request was signed for. @throws AwsError if it is not signed, or signed for an unknown service */
export function scopeOf(headers: IncomingHttpHeaders): { readonly service: ServiceName; readonly region: string } {
  const [, region, service] = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request,/.exec(headers.authorization ?? '') ?? [];
  if (region === undefined) throw new AwsError('MissingAuthenticationToken', 'Missing Authentication Token', 403);
  if (protocolOf(service as ServiceName) === undefined) {
    throw new AwsError('UnknownService', `The fakes have no service ${service}.`, 404);
  }
  return { service: service as ServiceName, region };
}

/** The name of the action, whatever else is in the request. */
export function actionOf(service: ServiceName, call: HttpCall): string {
  switch (protocolOf(service)) {
    case 'query': return new URLSearchParams(call.body).get('Action') ?? '';
    case 'rest-xml': return restAction(service, call);
    case 's3': return s3Action(call);
    default: return String(call.headers['x-amz-target'] ?? '').split('.').pop()!;
  }
}

export function readRequest(call: HttpCall): Request {
  const { headers, body } = call;
  const { service, region } = scopeOf(headers);
  const action = actionOf(service, call);
  const operation = operationOf(service, action);
  const protocol = protocolOf(service);
  if (protocol === 's3') return { service, region, action, operation: operation!, input: readS3(call) };
  if (protocol === 'rest-xml') {
    if (!operation) throw new AwsError('UnknownOperationException', `${call.method} ${call.url}`, 404);
    return { service, region, action, operation, input: readRest(call, operation) };
  }
  if (protocol === 'query') {
    const form = new URLSearchParams(body);
    if (!operation || form.get('Version') !== VERSIONS[service]) throw new AwsError('InvalidAction', `The action ${action} is not valid for this web service.`);
    return { service, region, action, operation, input: readQuery(form, operation.input, service === 'ec2') };
  }
  if (!operation || headers['x-amz-target'] !== `${TARGETS[service]}.${action}` || headers['content-type'] !== contentTypeOf(service)) {
    throw new AwsError('UnknownOperationException', '');
  }
  return { service, region, action, operation, input: readJson(body) };
}

/** DynamoDB and Step Functions speak an older version of the protocol. https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
function contentTypeOf(service: ServiceName): string {
  return `application/x-amz-json-1.${service === 'dynamodb' || service === 'states' ? 0 : 1}`;
}

function readJson(body: string): JsonObject {
  try {
    const input = parseJson(body);
    if (isObject(input)) return input;
  } catch {
    // The error is thrown below.
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object.');
}

/** @throws AwsError if the operation does not accept the input */
export function checkRequest({ input, operation, service }: Request): void {
  if (protocolOf(service) === 's3') return;
  if (protocolOf(service) === 'json') {
    checkShape(input, operation.input);
    return;
  }
  const absent = operation.input.kind === 'structure' ? operation.input.required.find(name => input[name] === undefined) : undefined;
  if (absent !== undefined) throw new AwsError(service === 'ec2' ? 'MissingParameter' : 'ValidationError', `The request must contain the parameter ${absent}`);
}
