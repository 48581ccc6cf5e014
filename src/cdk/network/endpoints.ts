import { identitiesAmong, userPath } from './references';
import { Route } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** The services that have an endpoint in a VPC. */
export function endpointServices(index: StageIndex, vpc: string): readonly string[] {
  return (index.by('AWS::EC2::VPCEndpoint', 'VpcId').get(vpc) ?? []).map(endpoint => serviceOf(index.read(endpoint).ServiceName));
}

/** The routes that gateway endpoints add to a table: each endpoint adds one, for the prefix list of S3 or DynamoDB. */
export function gatewayEndpointRoutes(index: StageIndex, table: string): Route[] {
  return gatewayEndpoints(index).filter(({ tables }) => tables.includes(table)).map(({ id, service }) => ({
    destination: { prefixList: `of ${service}`, cidrs: { unknown: `the ranges of ${service} are not part of this app` } },
    target: { kind: 'gateway-endpoint', id },
  }));
}

interface GatewayEndpoint {
  readonly id: string;
  readonly service: string;
  readonly tables: readonly string[];
}

function gatewayEndpoints(index: StageIndex): readonly GatewayEndpoint[] {
  return index.once('gateway endpoints', () => index.ofType('AWS::EC2::VPCEndpoint')
    .map(endpoint => ({ endpoint, properties: index.read(endpoint) }))
    .filter(({ properties }) => (properties.VpcEndpointType ?? 'Gateway') === 'Gateway')
    .map(({ endpoint, properties }) => ({
      id: userPath(endpoint.node.path),
      service: serviceOf(properties.ServiceName),
      tables: identitiesAmong(index, properties.RouteTableIds, endpoint),
    })));
}

/** The last part of an endpoint's service name: `ecr.api` of `com.amazonaws.eu-west-1.ecr.api`. */
function serviceOf(serviceName: unknown): string {
  const text = typeof serviceName === 'string' ? serviceName : JSON.stringify(serviceName ?? '');
  return /\.(ecr\.api|ecr\.dkr|[a-z0-9-]+)$/.exec(text)?.[1] ?? text;
}
