import { describeServices, EcsService, SERVICES_A_CALL } from './services';
import { Account } from '../calls/account';
import { remember, Turn } from '../calls/batch';

/** A service, by its ARNs. */
export interface ServiceAddress {
  readonly clusterArn: string;
  readonly serviceArn: string;
}

/** Looks at services as they are now. The looks of one turn of the event loop go out together, ten services a call. */
export class ServiceLooks {
  private readonly clusters = new Map<string, Turn<EcsService | undefined>>();

  constructor(private readonly account: Account) {}

  /** @returns undefined if ECS no longer has the service */
  public async of({ clusterArn, serviceArn }: ServiceAddress): Promise<EcsService | undefined> {
    return remember(this.clusters, clusterArn, () => new Turn(async arns => this.ask(clusterArn, arns), SERVICES_A_CALL)).of(serviceArn);
  }

  private async ask(cluster: string, arns: readonly string[]): Promise<(arn: string) => EcsService | undefined> {
    const services = await describeServices(this.account, cluster, arns, { mustExist: false });
    return arn => services.find(({ serviceArn }) => serviceArn === arn);
  }
}
