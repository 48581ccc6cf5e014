import { App, CfnParameter, CfnResource, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { egressCases } from '../../../src/cdk/network/egress-facts';
import { Vouched } from '../../../src/cdk/network/subnets';
import { overridesOf } from '../../../src/cdk/tree/non-public';
import { ServiceInTree } from '../../../src/cdk/tree/runners';
import { StageIndex } from '../../../src/cdk/tree/stage-index';
import { Destination, EgressFacts, isUnknown, SubnetFacts, VpcFacts } from '../../../src/egress';
import { fargate, sidecar, SidecarOptions, synthesize } from '../../given';

export type Given = { readonly app: App; readonly stack: Stack; readonly service: ecs.BaseService };

/** The verdict for a service's network, and the text of the finding. */
export function verdict(given: Given, options: SidecarOptions = {}, before?: () => void): { outcome: string; text: string } {
  sidecar(given.service, options);
  before?.();
  const { errors, messages } = synthesize(given.app);
  const unknown = messages.filter(({ text }) => text.includes('cdk-postman-live-collection:egressUnknown'));
  if (errors.includes('no way out to the internet')) return { outcome: 'unreachable', text: errors };
  expect(errors).toBe('');
  return unknown.length > 0 ? { outcome: 'unknown', text: unknown[0].text } : { outcome: 'reachable', text: '' };
}

/**
 * A service as a sidecar's validation finds it. The CDK renders a list of containers once, so it is not read here: a sidecar may be
 * added later.
 */
export function inTree(service: ecs.BaseService, index: StageIndex): ServiceInTree {
  const [resource, taskDefinition] = [service, service.taskDefinition].map(({ node }) => node.defaultChild as CfnResource);
  const { networkMode } = taskDefinition as ecs.CfnTaskDefinition;
  const isOverridden = Object.keys(overridesOf(taskDefinition)).length > 0;
  return {
    service,
    name: `service ${service.node.path}`,
    resource,
    properties: index.read(resource),
    definition: taskDefinition,
    taskDefinition: isOverridden ? index.read(taskDefinition) : { NetworkMode: networkMode },
    cluster: `cluster ${service.cluster.node.path}`,
    vpc: service.cluster.vpc,
    stacks: [...new Set([resource, ...service.connections.securityGroups].map(({ stack }) => stack))],
  };
}

interface Asked {
  readonly destination?: Destination;
  readonly vouched?: Vouched;
  /** @default - a new one */
  readonly index?: StageIndex;
}

/** The facts of each case, by the decisions of the case. */
export function cases(
  { stack, service }: Given, { destination, vouched, index = StageIndex.now(stack) }: Asked = {},
): { readonly [when: string]: EgressFacts } {
  const found = egressCases(index, inTree(service, index), { destination, host: 'api.observability.postman.com', startup: {} }, vouched);
  if ('tooMany' in found) throw new Error(`There are too many cases: ${found.tooMany.join(', ')}`);
  return Object.fromEntries(found.map(({ when, facts }) => [when, facts]));
}

/** The facts of a service for which there is one case. */
export function factsOf(given: Given, asked: Asked = {}): EgressFacts {
  const found = cases(given, asked);
  expect(Object.keys(found)).toEqual(['']);
  return found[''];
}

export function subnetsOf({ service }: EgressFacts): readonly SubnetFacts[] {
  const { subnets } = service!;
  if (isUnknown(subnets)) throw new Error(subnets.unknown);
  return subnets;
}

export function vpcOf({ vpc }: EgressFacts): VpcFacts {
  if (isUnknown(vpc)) throw new Error(vpc.unknown);
  return vpc;
}

/** A Fargate service in a VPC without NAT gateways: the CDK places its tasks in isolated subnets. */
export const isolated = () => fargate({ vpcProps: { natGateways: 0 } });

export const onPublic = (assignPublicIp: boolean | undefined) => fargate({
  vpcProps: { natGateways: 0 }, service: { assignPublicIp, vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } },
});

/** Adds a route to the table of each isolated subnet. */
export function routes(given: ReturnType<typeof fargate>, props: Partial<ec2.CfnRouteProps>, scope: Stack = given.stack): void {
  const destinationCidrBlock = props.destinationIpv6CidrBlock || props.destinationPrefixListId ? undefined : '0.0.0.0/0';
  given.vpc.isolatedSubnets.forEach(({ routeTable }, number) => {
    const id = `Route${number}${Object.keys(props).join('')}`;
    new ec2.CfnRoute(scope, id, { routeTableId: routeTable.routeTableId, destinationCidrBlock, ...props });
  });
}

/** A NAT gateway in the first public subnet, which the routes of the isolated subnets do not use yet. */
export function natGateway({ stack, vpc }: ReturnType<typeof fargate>, props: Partial<ec2.CfnNatGatewayProps> = {}): ec2.CfnNatGateway {
  return new ec2.CfnNatGateway(stack, 'Nat', { subnetId: vpc.publicSubnets[0].subnetId, ...props });
}

/** Another Fargate service in the same cluster. */
export function tasks(
  given: { readonly stack: Stack; readonly cluster: ecs.ICluster }, props: Partial<ecs.FargateServiceProps> = {},
): ecs.FargateService {
  const taskDefinition = new ecs.FargateTaskDefinition(given.stack, 'OtherTask', { memoryLimitMiB: 2048, cpu: 1024 });
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx') });
  return new ecs.FargateService(given.stack, 'OtherService', { cluster: given.cluster, taskDefinition, minHealthyPercent: 100, ...props });
}

/** Overrides a property of the service's resource. */
export function override({ service }: Given, path: string, value: unknown): void {
  (service.node.defaultChild as ecs.CfnService).addPropertyOverride(path, value);
}

/** A text that is known only to CloudFormation. */
export const onlyCloudFormationKnows = (stack: Stack) => new CfnParameter(stack, 'Parameter').valueAsString;
