import type { CfnResource } from 'aws-cdk-lib';
import { userPath } from './references';
import { Route } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** The services that have an endpoint in a VPC. */
export function endpointServices(index: StageIndex, vpc: string): readonly string[] {
  return (index.by('AWS::EC2::VPCEndpoint', 'VpcId').get(vpc) ?? []).map(endpoint => serviceOf(index.read(endpoint).ServiceName));
}

/** The routes that gateway endpoints add to a table: each endpoint adds one, for the prefix list of S3 or DynamoDB. */
export function gatewayEndpointRoutes(index: StageIndex, table: string): Route[] {
  const isGateway = (endpoint: CfnResource) => (index.read(endpoint).VpcEndpointType ?? 'Gateway') === 'Gateway';
  return (index.by('AWS::EC2::VPCEndpoint', 'RouteTableIds').get(table) ?? []).filter(isGateway).map(endpoint => {
    const service = serviceOf(index.read(endpoint).ServiceName);
    return {
      destination: { prefixList: `of ${service}`, cidrs: { unknown: `the ranges of ${service} are not part of this app` }, awsService: service },
      target: { kind: 'gateway-endpoint', id: userPath(endpoint.node.path) },
    };
  });
}

/** The last part of an endpoint's service name: `ecr.api` of `com.amazonaws.eu-west-1.ecr.api`. */
function serviceOf(serviceName: unknown): string {
  const text = typeof serviceName === 'string' ? serviceName : JSON.stringify(serviceName ?? '');
  return /\.(ecr\.api|ecr\.dkr|[a-z0-9-]+)$/.exec(text)?.[1] ?? text;
}
