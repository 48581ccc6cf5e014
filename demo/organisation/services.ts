import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { createSecret } from '../deployed';
import { makeServiceIn, makeSurroundings, Surroundings, untilSteady } from '../hand-made-service';
import { inPlace, LocalAws } from '../local-aws';

/** An account and a region. */
export interface Place { readonly account: string; readonly region: string }

/** The services that each place has: what they are called, and how they take the agent. */
export const SERVICES: readonly { readonly name: string; readonly image?: string; readonly tags?: { readonly [key: string]: string } }[] = [
  { name: 'orders' },
  // With another container beside it, it is killed for lack of memory.
  { name: 'search', image: 'public.ecr.aws/docker/library/nginx:tight' },
  { name: 'internal', tags: { 'postman:agent': 'off' } },
];

/** A service as it is. */
export interface FoundService extends Place {
  readonly name: string;
  readonly arn: string;
  /** `family:revision` */
  readonly revision: string;
  readonly containers: readonly string[];
}

/** A place whose services were made with API calls. */
export class PlaceOfServices {
  /** @param place  its credentials, region and services */
  private constructor(public readonly place: Place, private readonly aws: LocalAws, public readonly surroundings: Surroundings, public readonly services: readonly string[]) {}

  /** @param copies  how many services like the first there are, besides the others */
  public static async make(local: LocalAws, place: Place, copies = 1): Promise<PlaceOfServices> {
    const aws = inPlace(local, place);
    await createSecret(aws);
    const surroundings = await makeSurroundings(aws, `shop-${place.region}`);
    const [first, ...others] = SERVICES;
    const all = [...Array.from({ length: copies }, (_, index) => index === 0 ? first : { ...first, name: `${first.name}-${index + 1}` }), ...others];
    const services: string[] = [];
    for (const service of all) services.push(await makeServiceIn(aws, surroundings, { desiredCount: 1, ...service }));
    for (const serviceArn of services) await untilSteady(aws, { clusterArn: surroundings.clusterArn, serviceArn });
    return new PlaceOfServices(place, aws, surroundings, services);
  }

  /** @returns all services of the cluster as they are */
  public async found(): Promise<FoundService[]> {
    const cluster = this.surroundings.clusterArn;
    const found: FoundService[] = [];
    for (let index = 0; index < this.services.length; index += MOST_SERVICES) {
      const { services } = await this.ecs().send(new DescribeServicesCommand({ cluster, services: this.services.slice(index, index + MOST_SERVICES) }));
      for (const { serviceName, serviceArn, taskDefinition } of services!) {
        const { taskDefinition: registered } = await this.ecs().send(new DescribeTaskDefinitionCommand({ taskDefinition }));
        found.push({
          ...this.place, name: serviceName!, arn: serviceArn!, revision: taskDefinition!.split('/')[1], containers: registered!.containerDefinitions!.map(({ name }) => name!),
        });
      }
    }
    return found;
  }

  /** The names of the inline policies of the execution role, to which a grant would be added. */
  public async grants(): Promise<string[]> {
    const RoleName = this.surroundings.executionRoleArn.split('/').pop()!;
    const { PolicyNames } = await new IAMClient(this.configuration()).send(new ListRolePoliciesCommand({ RoleName }));
    return PolicyNames!;
  }

  /** Deploys a revision, as the team of the service does. */
  public async deploy(service: string, taskDefinition: string): Promise<void> {
    await this.ecs().send(new UpdateServiceCommand({ cluster: this.surroundings.clusterArn, service, taskDefinition }));
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

/** Of one DescribeServices call. */
const MOST_SERVICES = 10;
