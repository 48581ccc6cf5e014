import { ECSClient, ECSClientConfig } from '@aws-sdk/client-ecs';
import { makeBuilder } from '@smithy/core/client';
import { getEndpointPlugin } from '@smithy/core/endpoints';

/*
 * Clients of services that speak the protocol of ECS, AWS's JSON 1.1, from the parts that AWS's clients share. The names of
 * endpoints are those of ECS with another prefix. Schemas are tuples as in the SDK's clients.
 */

export interface JsonService {
  /** As in the SDK's clients, and in their name. */
  readonly id: string;
  /** Before the action in the header `x-amz-target`. */
  readonly target: string;
  /** In the names of endpoints and in signatures. */
  readonly endpoint: string;
  readonly version: string;
  /** Of AWS's JSON protocol. Version 1.0 differs only in a header. @default '1.1' */
  readonly protocol?: '1.0';
}

interface Call { readonly request: { readonly headers: Record<string, string> } }

export const TEXT = 0;
export const NUMBER = 1;
export const DOCUMENT = 15;

interface Members { readonly [name: string]: number }

const namespaceOf = ({ endpoint }: JsonService) => `com.amazonaws.${endpoint}`;

export function jsonClient(service: JsonService, configuration: ECSClientConfig): ECSClient {
  const { endpointProvider } = new ECSClient(configuration).config;
  const overrides = {
    serviceId: service.id,
    signingName: service.endpoint,
    protocolSettings: { defaultNamespace: namespaceOf(service), serviceTarget: service.target, version: service.version },
    endpointProvider: (parameters: Parameters<typeof endpointProvider>[0], context: object) => {
      const endpoint = endpointProvider(parameters, context);
      return parameters.Endpoint === undefined ? { ...endpoint, url: new URL(endpoint.url.href.replace('//ecs', `//${service.endpoint}`)) } : endpoint;
    },
  };
  const made = new ECSClient({ ...configuration, ...overrides } as unknown as ECSClientConfig);
  if (service.protocol !== undefined) {
    made.middlewareStack.add(next => async args => {
      (args as unknown as Call).request.headers['content-type'] = `application/x-amz-json-${service.protocol}`;
      return next(args);
    }, { step: 'build', name: 'jsonVersion', priority: 'low' });
  }
  return made;
}

/** @param required how many members of the input are required; they come first */
export function jsonOperation(service: JsonService, name: string, input: Members, required: number, output: Members): unknown[] {
  const namespace = namespaceOf(service);
  const structure = (of: string, members: Members, count: number) => [3, namespace, of, 0, Object.keys(members), Object.values(members), count];
  return [9, namespace, name, 0, structure(`${name}Request`, input, required), structure(`${name}Response`, output, 0)];
}

const PARAMETERS = {
  UseFIPS: { type: 'builtInParams', name: 'useFipsEndpoint' },
  Endpoint: { type: 'builtInParams', name: 'endpoint' },
  Region: { type: 'builtInParams', name: 'region' },
  UseDualStack: { type: 'builtInParams', name: 'useDualstackEndpoint' },
} as const;

/** Makes the commands of a service from their operations. */
export function jsonCommand({ id }: JsonService): (operation: unknown[]) => new (input: never) => unknown {
  const builder = makeBuilder(PARAMETERS, id, `${id}Client`, getEndpointPlugin);
  return operation => builder({}, () => [], operation[2] as string, operation as never);
}
