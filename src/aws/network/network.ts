import { remember } from './batch';
import { Ec2Account } from './ec2-account';
import { defaultGroup, securityGroup } from './security-groups';
import { SubnetNetwork, subnetNetwork } from './subnets';
import { vpcFacts } from './vpcs';
import { SecurityGroupFacts, SubnetFacts, VpcFacts } from '../../egress';

/** What the placements of one run have to be told. */
export interface Needs {
  /** The ports that somebody sends to. */
  readonly ports: ReadonlySet<number>;
  /** Whether somebody's start-up could use VPC endpoints. */
  readonly endpoints: boolean;
}

/** The facts of one run, each made once: what is judged of a subnet and a VPC is remembered by these objects. */
export class Network {
  private readonly subnets = new Map<string, Promise<SubnetNetwork>>();
  private readonly placed = new Map<string, Promise<SubnetFacts>>();
  private readonly groups = new Map<string, Promise<SecurityGroupFacts>>();
  private readonly vpcs = new Map<string, Promise<VpcFacts>>();

  constructor(public readonly account: Ec2Account, private readonly needs: Needs) {}

  /** @param ipv6  whether the interface has an IPv6 address, where that is known otherwise than by the subnet */
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
