import { EcsService, lastPart, placeOf } from '../aws';

/** How lines call services: by their names, and with what tells them from each other, if the selection has several clusters or places. */
export class ServiceNames {
  public readonly hasPlaces: boolean;
  private readonly hasClusters: boolean;

  constructor(services: readonly Pick<EcsService, 'clusterArn'>[]) {
    const clusters = new Set(services.map(({ clusterArn }) => clusterArn));
    this.hasPlaces = new Set([...clusters].map(arn => placeNameOf(arn))).size > 1;
    this.hasClusters = clusters.size > 1;
  }

  public of({ serviceArn, clusterArn }: Pick<EcsService, 'serviceArn' | 'clusterArn'>): string {
    const name = lastPart(serviceArn);
    if (!this.hasClusters) return name;
    return `${this.hasPlaces ? `${placeNameOf(clusterArn)} ` : ''}${lastPart(clusterArn)}/${name}`;
  }
}

/** An account and a region, e.g. `123456789012/eu-west-1`. */
export function placeNameOf(arn: string): string {
  const { account, region } = placeOf(arn);
  return `${account}/${region}`;
}
