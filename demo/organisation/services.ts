import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient, ListServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { GetRoleCommand, IAMClient, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { createSecret } from '../deployed';
import { makeServiceIn, makeSurroundings, Surroundings, untilSteady } from '../hand-made-service';
import { createStack, inPlace, LocalAws } from '../local-aws';

/** An account and a region. */
export interface Place { readonly account: string; readonly region: string }

/** The service that takes the agent. */
export const PLAIN = 'orders';
/** With another container beside it, it is killed for lack of memory. */
export const TIGHT = 'search';
/** It has the tag that leaves it out. */
export const OPTED_OUT = 'internal';
/** It belongs to a stack of CloudFormation. */
export const MANAGED = 'billing';

const IMAGE = 'public.ecr.aws/docker/library/nginx';
/** Of one call. */
const MOST_SERVICES = 10;

/** A service as it is. */
export interface FoundService extends Place {
  readonly name: string;
  /** `family:revision` */
  readonly revision: string;
  readonly containers: readonly string[];
}

/** A place with services: `PLAIN`, also with numbers, `TIGHT` and `OPTED_OUT`. */
export class PlaceOfServices {
  /** Makes the services with API calls. @param copies  how many there are of the plain one */
  public static async make(local: LocalAws, place: Place, copies = 1): Promise<PlaceOfServices> {
    const aws = inPlace(local, place);
    const secret = await createSecret(aws);
    const surroundings = await makeSurroundings(aws, `shop-${place.region}`);
    const made = new PlaceOfServices(place, aws, surroundings);
    await made.mayRead(secret);
    const plain = Array.from({ length: copies }, (_, index) => ({ name: index === 0 ? PLAIN : `${PLAIN}-${index + 1}` }));
    const others = [{ name: TIGHT, image: `${IMAGE}:tight` }, { name: OPTED_OUT, tags: { 'postman:agent': 'off' } }];
    const services: string[] = [];
    for (const service of [...plain, ...others]) services.push(await makeServiceIn(aws, surroundings, { desiredCount: 1, ...service }));
    for (const serviceArn of services) await untilSteady(aws, { clusterArn: surroundings.clusterArn, serviceArn });
    return made;
  }

  private constructor(public readonly place: Place, private readonly aws: LocalAws, private readonly surroundings: Surroundings) {}

  /** Makes `MANAGED` with a stack. */
  public async makeManaged(): Promise<void> {
    const { clusterArn: Cluster, executionRoleArn: ExecutionRoleArn, subnets: Subnets, securityGroup } = this.surroundings;
    await createStack(this.aws, 'Billing', {
      TaskDefinition: {
        Type: 'AWS::ECS::TaskDefinition',
        Properties: {
          Family: MANAGED,
          RequiresCompatibilities: ['FARGATE'],
          NetworkMode: 'awsvpc',
          Cpu: '512',
          Memory: '1024',
          ExecutionRoleArn,
          ContainerDefinitions: [{ Name: 'web', Image: IMAGE, PortMappings: [{ ContainerPort: 80 }] }],
        },
      },
      Service: {
        Type: 'AWS::ECS::Service',
        Properties: {
          ServiceName: MANAGED,
          Cluster,
          TaskDefinition: { Ref: 'TaskDefinition' },
          DesiredCount: 1,
          LaunchType: 'FARGATE',
          NetworkConfiguration: { AwsvpcConfiguration: { Subnets, SecurityGroups: [securityGroup], AssignPublicIp: 'ENABLED' } },
        },
      },
    });
    for (;;) {
      const serviceArn = (await this.arns()).find(arn => arn.endsWith(`/${MANAGED}`));
      if (serviceArn !== undefined) return untilSteady(this.aws, { clusterArn: Cluster, serviceArn });
    }
  }

  /** All services of the place as they are, by name. */
  public async found(): Promise<FoundService[]> {
    const arns = await this.arns();
    const found: FoundService[] = [];
    for (let index = 0; index < arns.length; index += MOST_SERVICES) {
      const command = new DescribeServicesCommand({ cluster: this.surroundings.clusterArn, services: arns.slice(index, index + MOST_SERVICES) });
      for (const { serviceName, taskDefinition } of (await this.ecs().send(command)).services!) {
        const { taskDefinition: registered } = await this.ecs().send(new DescribeTaskDefinitionCommand({ taskDefinition }));
        const containers = registered!.containerDefinitions!.map(({ name }) => name!);
        found.push({ ...this.place, name: serviceName!, revision: taskDefinition!.split('/')[1], containers });
      }
    }
    return found.sort((a, b) => a.name < b.name ? -1 : 1);
  }

  /** Deploys a revision, as the team of the service does. */
  public async deploy(service: string, taskDefinition: string): Promise<void> {
    await this.ecs().send(new UpdateServiceCommand({ cluster: this.surroundings.clusterArn, service, taskDefinition }));
  }

  /** The account's role wants another external id. */
  public async changeExternalId(RoleName: string): Promise<void> {
    const iam = new IAMClient(this.configuration());
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    const trust = JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!));
    trust.Statement[0].Condition.StringEquals['sts:ExternalId'] = 'another';
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(trust) }));
  }

  private async arns(): Promise<string[]> {
    const arns: string[] = [];
    for (let nextToken: string | undefined, isFirst = true; isFirst || nextToken !== undefined; isFirst = false) {
      const page = await this.ecs().send(new ListServicesCommand({ cluster: this.surroundings.clusterArn, nextToken }));
      arns.push(...page.serviceArns!);
      ({ nextToken } = page);
    }
    return arns;
  }

  private async mayRead(Resource: string): Promise<void> {
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource }] });
    const RoleName = this.surroundings.executionRoleArn.split('/').pop()!;
    await new IAMClient(this.configuration()).send(new PutRolePolicyCommand({ RoleName, PolicyName: 'api-key', PolicyDocument }));
  }

  private ecs(): ECSClient {
    return new ECSClient(this.configuration());
  }

  private configuration() {
    const { endpoint, environment } = this.aws;
    const credentials = { accessKeyId: environment.AWS_ACCESS_KEY_ID!, secretAccessKey: environment.AWS_SECRET_ACCESS_KEY! };
    return { endpoint, region: environment.AWS_REGION!, credentials };
  }
}
