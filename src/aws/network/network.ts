import { remember } from './batch';
import { Ec2Account } from './ec2-account';
import { defaultGroup, securityGroup } from './security-groups';
import { SubnetNetwork, subnetNetwork } from './subnets';
import { vpcFacts } from './vpcs';
import { SecurityGroupFacts, SubnetFacts, VpcFacts } from '../../egress';

/** What must be read for the placements of one run. */
export interface Needs {
  /** The ports that their traffic goes to. */
  readonly ports: ReadonlySet<number>;
  /** Whether the start-up of one of them can use VPC endpoints. */
  readonly endpoints: boolean;
}

/** The facts of one run, each created once: the judge remembers its results by these objects. */
export class Network {
  private readonly subnets = new Map<string, Promise<SubnetNetwork>>();
  private readonly placed = new Map<string, Promise<SubnetFacts>>();
  private readonly groups = new Map<string, Promise<SecurityGroupFacts>>();
  private readonly vpcs = new Map<string, Promise<VpcFacts>>();

  constructor(public readonly account: Ec2Account, private readonly needs: Needs) {}

  /** @param ipv6  whether the interface has an IPv6 address, if that is known from elsewhere than the subnet */
  public subnet(id: string, publicIpv4: boolean, ipv6?: boolean): Promise<SubnetFacts> {
    return remember(this.placed, `${id} ${publicIpv4} ${ipv6}`, async () => ({
      ...await remember(this.subnets, id, () => subnetNetwork(this.account, id)), publicIpv4, ...ipv6 === undefined ? {} : { ipv6 },
    }));
  }

  public securityGroups(ids: readonly string[]): Promise<readonly SecurityGroupFacts[]> {
    return Promise.all(ids.map(id => remember(this.groups, id, () => securityGroup(this.account, id, this.needs.ports))));
  }

  public defaultGroup(vpc: string): Promise<SecurityGroupFacts> {
    return remember(this.groups, vpc, () => defaultGroup(this.account, vpc, this.needs.ports));
  }

  public vpc(id: string): Promise<VpcFacts> {
    return remember(this.vpcs, id, () => vpcFacts(this.account, id, this.needs.endpoints));
  }
}
