import { AwsError } from './aws-error';
import { protocolOf, Request } from './request';
import { ServiceName } from './shapes';
import { element, escaped, renderXml } from './xml';
import { hexId } from '../home';
import { JsonObject, printJson } from '../json';
import { s3Answer } from '../s3/protocol';

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Others, in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

const NAMESPACES: Partial<Record<ServiceName, string>> = {
  ec2: 'http://ec2.amazonaws.com/doc/2016-11-15/', iam: 'https://iam.amazonaws.com/doc/2010-05-08/', sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
  elasticloadbalancing: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  route53: 'https://route53.amazonaws.com/doc/2013-04-01/',
};

export function answer({ service, action, operation }: Request, output: object): Answer {
  if (service === 's3') return s3Answer(action, output);
  const protocol = protocolOf(service);
  if (protocol === 'json') return { status: 200, contentType: 'application/x-amz-json-1.1', body: printJson(output as JsonObject) };
  const members = renderXml(output, operation.output, action);
  if (protocol === 'rest-xml') return xml(200, `<${action}Response xmlns="${NAMESPACES[service]}">${members}</${action}Response>`);
  const content = service === 'ec2' ? element('requestId', hexId(32)) + members
    : element(`${action}Result`, members) + element('ResponseMetadata', element('RequestId', hexId(32)));
  return xml(200, `<${action}Response xmlns="${NAMESPACES[service]}">${content}</${action}Response>`);
}

export function errorAnswer(service: ServiceName | undefined, { code, message, status, members }: AwsError): Answer {
  if (service === 's3') return xml(status, element('Error', element('Code', code) + element('Message', escaped(message))));
  if (service === undefined || protocolOf(service) === 'json') {
    return { status, contentType: 'application/x-amz-json-1.1', body: printJson({ __type: code, message, ...members }) };
  }
  const error = element('Code', code) + element('Message', escaped(message));
  if (service === 'ec2') return xml(status, element('Response', element('Errors', element('Error', error)) + element('RequestID', hexId(32))));
  const typed = element('Error', element('Type', status < 500 ? 'Sender' : 'Receiver') + error);
  return xml(status, `<ErrorResponse xmlns="${NAMESPACES[service]}">${typed}${element('RequestId', hexId(32))}</ErrorResponse>`);
}

function xml(status: number, body: string): Answer {
  return { status, contentType: 'text/xml;charset=UTF-8', body: `<?xml version="1.0" encoding="UTF-8"?>${body}` };
}
