import type { CfnResource } from 'aws-cdk-lib';
import { hopSubnet } from './hop-subnets';
import { gatewayRoutes } from './internet-gateways';
import { describeIdentity, describeReference, onlyCloudFormationKnows } from './references';
import { routesOfTable } from './route-tables';
import { Fact, NatGatewayFacts, NatPlace, Route } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** The NAT gateway that a route names. */
export function natGateway(index: StageIndex, value: unknown, route: CfnResource): Fact<NatGatewayFacts> {
  const gateway = index.find(index.identity(value, route));
  return gateway
    ? index.once(`NAT gateway ${gateway.node.path}`, () => natGatewayFacts(index, gateway))
    : { unknown: `NAT gateway ${describeReference(index, value, route)} is not part of this app; check that it is available and public` };
}

function natGatewayFacts(index: StageIndex, gateway: CfnResource): NatGatewayFacts {
  const { ConnectivityType = 'public' } = index.read(gateway);
  return {
    // If the gateway does not become available, CloudFormation fails the deployment.
    state: 'available',
    connectivity: ConnectivityType === 'public' || ConnectivityType === 'private'
      ? ConnectivityType
      : onlyCloudFormationKnows(`the connectivity type of NAT gateway ${gateway.node.path}`),
    place: placeOf(index, gateway),
  };
}

function placeOf(index: StageIndex, gateway: CfnResource): Fact<NatPlace> {
  const { SubnetId, AvailabilityMode } = index.read(gateway);
  const subnet = index.identity(SubnetId, gateway);
  if (subnet !== undefined) return { kind: 'subnet', subnet: hopSubnet(index, subnet) };
  if (AvailabilityMode === 'regional') return { kind: 'regional', routes: routesOfRegional(index, gateway) };
  return onlyCloudFormationKnows(`the subnet of NAT gateway ${gateway.node.path}`);
}

/**
 * AWS creates the route table of a regional NAT gateway, with a route to the internet gateway of the VPC. Routes can be added to it.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
 */
function routesOfRegional(index: StageIndex, gateway: CfnResource): Fact<readonly Route[]> {
  const vpc = index.identity(index.read(gateway).VpcId, gateway);
  const internetGateway = vpc === undefined ? undefined : internetGatewayOf(index, vpc);
  if (internetGateway === undefined) {
    return { unknown: `NAT gateway ${gateway.node.path} is regional, and the internet gateway of its VPC is not part of this app` };
  }
  const routes = gatewayRoutes(index, internetGateway);
  const created: Route = {
    destination: { cidr: '0.0.0.0/0' },
    target: { kind: 'internet-gateway', id: describeIdentity(internetGateway), ...routes === undefined ? {} : { routes } },
  };
  return [created, ...routesOfTable(index, `${gateway.node.path}#RouteTableId`, {
    name: 'behind a regional NAT gateway',
    natGateway: () => ({ unknown: 'a NAT gateway behind another hop' }),
    forwarder: () => undefined,
    gatewayRoutes,
  })];
}

function internetGatewayOf(index: StageIndex, vpc: string): string | undefined {
  const attachments = index.by('AWS::EC2::VPCGatewayAttachment', 'VpcId').get(vpc) ?? [];
  const [attachment] = attachments.filter(one => index.read(one).InternetGatewayId !== undefined);
  return attachment && index.identity(index.read(attachment).InternetGatewayId, attachment);
}
