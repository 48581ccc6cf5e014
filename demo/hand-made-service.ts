import {
  AttachInternetGatewayCommand, AuthorizeSecurityGroupIngressCommand, CreateInternetGatewayCommand, CreateRouteCommand, CreateRouteTableCommand,
  AssociateRouteTableCommand, CreateSecurityGroupCommand, CreateSubnetCommand, CreateVpcCommand, EC2Client, ModifySubnetAttributeCommand,
} from '@aws-sdk/client-ec2';
import { CreateClusterCommand, CreateServiceCommand, DescribeServicesCommand, ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { LocalAws } from './local-aws';

const NAME = 'orders';
const IMAGE = 'public.ecr.aws/docker/library/nginx:1.27';
const EXECUTION_POLICY = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
const STEADY_LIMIT_MS = 600_000;
const POLL_MS = 200;

/** A service that is in no template. */
export interface HandMadeService {
  readonly clusterArn: string;
  readonly serviceArn: string;
  readonly executionRoleArn: string;
  readonly taskRoleArn: string;
}

export interface HandMadeServiceOptions {
  /** Of the service, its cluster, its task definition's family and the rest. @default orders */
  readonly name?: string;
  /** Of the essential container. Its tag decides how the simulated container behaves. @default nginx 1.27 */
  readonly image?: string;
  /** @default 2 */
  readonly desiredCount?: number;
  /** Of the service. @default { team: 'shop' } */
  readonly tags?: { readonly [key: string]: string };
}

interface Network {
  readonly subnets: readonly string[];
  readonly securityGroup: string;
}

/** What several services of a place can share. */
export interface Surroundings extends Network {
  readonly clusterArn: string;
  readonly executionRoleArn: string;
  readonly taskRoleArn: string;
}

/** Creates a service with API calls, as a user without the CDK has it, and waits until its tasks run. */
export async function makeServiceByHand(
  aws: LocalAws, { name = NAME, ...options }: HandMadeServiceOptions = {},
): Promise<HandMadeService> {
  const surroundings = await makeSurroundings(aws, name);
  const { clusterArn, executionRoleArn, taskRoleArn } = surroundings;
  const made = { clusterArn, serviceArn: await makeServiceIn(aws, surroundings, { name, ...options }), executionRoleArn, taskRoleArn };
  await untilSteady(aws, made);
  return made;
}

/** @param name of the cluster, and of what else needs a name */
export async function makeSurroundings(aws: LocalAws, name: string): Promise<Surroundings> {
  const { ec2, iam, ecs, region } = clientsOf(aws);
  const network = await makeNetwork(ec2, name, region);
  const executionRoleArn = await makeRole(iam, `${name}-execution`);
  await iam.send(new AttachRolePolicyCommand({ RoleName: `${name}-execution`, PolicyArn: EXECUTION_POLICY }));
  // For `awslogs-create-group`, which AWS's own policy leaves out.
  const createLogGroup = policy({ Effect: 'Allow', Action: 'logs:CreateLogGroup', Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName: `${name}-execution`, PolicyName: 'logs', PolicyDocument: createLogGroup }));
  const taskRoleArn = await makeRole(iam, `${name}-task`);

  const { cluster } = await ecs.send(new CreateClusterCommand({ clusterName: name }));
  return { ...network, clusterArn: cluster!.clusterArn!, executionRoleArn, taskRoleArn };
}

/** @returns the ARN of the service, whose tasks do not run yet */
export async function makeServiceIn(
  aws: LocalAws, { clusterArn, executionRoleArn, taskRoleArn, subnets, securityGroup }: Surroundings,
  { name = NAME, image = IMAGE, desiredCount = 2, tags = { team: 'shop' } }: HandMadeServiceOptions,
): Promise<string> {
  const { ecs, region } = clientsOf(aws);
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand({
    family: name,
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: '512',
    memory: '1024',
    executionRoleArn,
    taskRoleArn,
    containerDefinitions: [{
      name: 'web',
      image,
      essential: true,
      // As Service Connect wants them.
      portMappings: [{ name: 'http', containerPort: 80, protocol: 'tcp', appProtocol: 'http' }],
      environment: [{ name: 'STAGE', value: 'demo' }],
      healthCheck: { command: ['CMD-SHELL', 'curl -f http://localhost/ || exit 1'], interval: 10, startPeriod: 5 },
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': `/ecs/${name}`, 'awslogs-create-group': 'true', 'awslogs-region': region, 'awslogs-stream-prefix': name },
      },
    }],
    tags: [{ key: 'team', value: 'shop' }, { key: 'app', value: name }],
  }));
  const { service } = await ecs.send(new CreateServiceCommand({
    cluster: clusterArn,
    serviceName: name,
    taskDefinition: taskDefinition!.taskDefinitionArn,
    desiredCount,
    launchType: 'FARGATE',
    deploymentConfiguration: { maximumPercent: 200, minimumHealthyPercent: 100, deploymentCircuitBreaker: { enable: true, rollback: true } },
    networkConfiguration: { awsvpcConfiguration: { subnets: [...subnets], securityGroups: [securityGroup], assignPublicIp: 'ENABLED' } },
    propagateTags: 'SERVICE',
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  }));
  return service!.serviceArn!;
}

function clientsOf({ endpoint, environment }: LocalAws) {
  const region = environment.AWS_REGION!;
  const credentials = { accessKeyId: environment.AWS_ACCESS_KEY_ID!, secretAccessKey: environment.AWS_SECRET_ACCESS_KEY! };
  const configuration = { endpoint, region, credentials };
  return { ec2: new EC2Client(configuration), iam: new IAMClient(configuration), ecs: new ECSClient(configuration), region };
}

/** Two public subnets, whose tasks reach the internet with their own public addresses. */
async function makeNetwork(ec2: EC2Client, name: string, region: string): Promise<Network> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const VpcId = Vpc!.VpcId!;
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const GatewayId = InternetGateway!.InternetGatewayId!;
  await ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId: GatewayId }));
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const RouteTableId = RouteTable!.RouteTableId!;
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId }));
  const subnets = await Promise.all(['a', 'b'].map(async (zone, index) => {
    const AvailabilityZone = `${region}${zone}`;
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: `10.0.${index}.0/24`, AvailabilityZone }));
    const SubnetId = Subnet!.SubnetId!;
    await ec2.send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }));
    await ec2.send(new AssociateRouteTableCommand({ SubnetId, RouteTableId }));
    return SubnetId;
  }));
  const { GroupId } = await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName: name, Description: `Tasks of ${name}` }));
  const http = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '10.0.0.0/16' }] };
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [http] }));
  return { subnets, securityGroup: GroupId! };
}

async function makeRole(iam: IAMClient, RoleName: string): Promise<string> {
  const trust = policy({ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  return Role!.Arn!;
}

function policy(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

/** Waits until the newest rollout of a service has completed. */
export async function untilSteady(aws: LocalAws, { clusterArn, serviceArn }: Pick<HandMadeService, 'clusterArn' | 'serviceArn'>): Promise<void> {
  const { ecs } = clientsOf(aws);
  for (const limit = performance.now() + STEADY_LIMIT_MS; performance.now() < limit;) {
    const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: clusterArn, services: [serviceArn] }));
    const [deployment] = services[0].deployments!;
    if (deployment.rolloutState === 'COMPLETED') return;
    if (deployment.rolloutState === 'FAILED') throw new Error(`${serviceArn} did not start: ${deployment.rolloutStateReason}`);
    await new Promise(done => setTimeout(done, POLL_MS));
  }
  throw new Error(`${serviceArn} was not steady within ${STEADY_LIMIT_MS / 1000} s.`);
}
