/**
 * The shapes of AWS's requests and answers, from the model that every SDK client carries. The fakes take names and types
 * only from there, so they match AWS's. Only those of DynamoDB, Route 53 Resolver, KMS, Step Functions and Systems Manager are from the command line's own clients.
 */
export type ServiceName =
  'dynamodb' | 'ecs' | 'secretsmanager' | 'ssm' | 'logs' | 'ec2' | 'iam' | 'kms' | 'sts' | 'route53' | 'route53resolver' | 'elasticloadbalancing' | 's3' | 'states';

export type Shape =
  | { readonly kind: 'text' | 'number' | 'boolean' | 'time' | 'blob' | 'document' }
  | { readonly kind: 'list'; readonly item: () => Member }
  | { readonly kind: 'map'; readonly value: () => Member }
  | { readonly kind: 'structure'; readonly members: ReadonlyMap<string, () => Member>; readonly required: readonly string[] };

export interface Member {
  readonly shape: Shape;
  /** The member's name in the protocol, if it is different. */
  readonly xmlName?: string;
  readonly ec2QueryName?: string;
  /** The parameter of the address that has the member, in a REST protocol. */
  readonly httpQuery?: string;
}

export interface Operation {
  readonly input: Shape;
  readonly output: Shape;
  /** In a REST protocol. Parts of the path such as `{HostedZoneId}` are members of the input. */
  readonly http?: { readonly method: string; readonly path: string };
}

/** Loading a client takes time, so only the clients of called services are loaded. */
const CLIENTS: Record<ServiceName, () => Record<string, unknown>> = {
  dynamodb: () => require('../../../src/aws/calls/clients/dynamodb'),
  ecs: () => require('@aws-sdk/client-ecs'),
  secretsmanager: () => require('@aws-sdk/client-secrets-manager'),
  ssm: () => require('../../../src/aws/calls/clients/ssm'),
  logs: () => require('@aws-sdk/client-cloudwatch-logs'),
  ec2: () => require('@aws-sdk/client-ec2'),
  iam: () => require('@aws-sdk/client-iam'),
  kms: () => require('../../../src/aws/calls/clients/kms'),
  sts: () => require('@aws-sdk/client-sts'),
  elasticloadbalancing: () => require('@aws-sdk/client-elastic-load-balancing-v2'),
  route53: () => require('@aws-sdk/client-route-53'),
  s3: () => require('@aws-sdk/client-s3'),
  states: () => require('../../../src/aws/calls/clients/states'),
  route53resolver: () => require('../../../src/aws/calls/clients/route53resolver'),
};

const loaded = new Map<ServiceName, Record<string, unknown>>();

/** Loads a client once and keeps it: Jest loads no modules between two tests, while concurrent tests may still call. */
export function loadClient(service: ServiceName): Record<string, unknown> {
  const client = loaded.get(service) ?? CLIENTS[service]();
  loaded.set(service, client);
  return client;
}

/** The operation with that name; undefined if AWS has none. */
export function operationOf(service: ServiceName, action: string): Operation | undefined {
  const operation = /^[A-Za-z0-9]+$/.test(action) ? loadClient(service)[`${action}$`] : undefined;
  if (!isSchema(operation, OPERATION)) return undefined;
  const [method, path] = (operation[3] as { readonly http?: readonly [string, string] } | 0 || {}).http ?? [];
  const http = method === undefined || path === undefined ? {} : { http: { method, path } };
  return { input: memberOf(operation[4]).shape, output: memberOf(operation[5]).shape, ...http };
}

/** The names of all operations of a service. */
export function operationNames(service: ServiceName): readonly string[] {
  return Object.entries(loadClient(service)).filter(([, value]) => isSchema(value, OPERATION)).map(([name]) => name.replace(/\$$/, ''));
}

// A schema of the client is a tuple: kind, namespace, name, traits, then what the kind needs. Simple types are numbers;
// a list or a map of a simple type is that number plus 64 or 128.
const LIST = 1;
const MAP = 2;
const STRUCTURES = [3, 4, -3];
const OPERATION = 9;

type Schema = readonly unknown[];

function isSchema(value: unknown, ...kinds: number[]): value is Schema {
  return Array.isArray(value) && typeof value[1] === 'string' && (kinds.length === 0 || kinds.includes(value[0] as number));
}

function memberOf(reference: unknown): Member {
  if (typeof reference === 'function') return memberOf(reference());
  if (Array.isArray(reference) && !isSchema(reference)) {
    const traits = typeof reference[1] === 'object' && reference[1] !== null ? reference[1] : {};
    return { ...memberOf(reference[0]), ...traits };
  }
  return { shape: shapeOf(reference) };
}

const known = new Map<unknown, Shape>();

function shapeOf(schema: unknown): Shape {
  if (typeof schema === 'number') return simpleShape(schema);
  const shape = known.get(schema) ?? complexShape(schema);
  known.set(schema, shape);
  return shape;
}

function complexShape(schema: unknown): Shape {
  if (isSchema(schema, LIST)) return { kind: 'list', item: () => memberOf(schema[4]) };
  if (isSchema(schema, MAP)) return { kind: 'map', value: () => memberOf(schema[5]) };
  if (isSchema(schema, ...STRUCTURES)) {
    const names = schema[4] as readonly string[];
    const schemas = schema[5] as readonly unknown[];
    return {
      kind: 'structure',
      members: new Map(names.map((name, index) => [name, () => memberOf(schemas[index])])),
      required: names.slice(0, (schema[6] as number | undefined) ?? 0),
    };
  }
  if (isSchema(schema, 0)) return memberOf(schema[4]).shape;
  if (schema === 'unit') return { kind: 'structure', members: new Map(), required: [] };
  throw new Error(`The SDK has a schema of an unknown kind: ${JSON.stringify(schema)}`);
}

function simpleShape(code: number): Shape {
  if (code >= 128) return { kind: 'map', value: () => ({ shape: simpleShape(code - 128) }) };
  if (code >= 64) return { kind: 'list', item: () => ({ shape: simpleShape(code - 64) }) };
  if (code === 0) return { kind: 'text' };
  if (code === 1 || code === 17 || code === 19) return { kind: 'number' };
  if (code === 2) return { kind: 'boolean' };
  if (code >= 4 && code <= 7) return { kind: 'time' };
  return { kind: code === 15 ? 'document' : 'blob' };
}
