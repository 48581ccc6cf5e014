import { Beyond } from './beyond';
import { DnsAccount } from './dns-account';
import { Ec2Account } from './ec2-account';
import { natGateway } from './nat-gateways';
import { subnetOfAddress } from './proxies';
import { routesOfGateway } from './routes';
import { defaultGroup, securityGroup } from './security-groups';
import { hopSubnet, subnetFacts } from './subnets';
import { vpcFacts } from './vpcs';
import { Fact, HopSubnet, NatGatewayFacts, Route, SecurityGroupFacts, SubnetFacts, Unknown, VpcFacts } from '../../egress';
import { remember } from '../calls/batch';

/** What must be read for the placements of one run. */
export interface Needs {
  /** The ports that their traffic goes to. */
  readonly ports: ReadonlySet<number>;
  /** The names that they look up. */
  readonly hosts: ReadonlySet<string>;
  /** Whether the start-up of one of them can use VPC endpoints. */
  readonly endpoints: boolean;
}

/** A second hop is reported, but what lies behind it is not read. Two hops could lead to each other in a loop. */
const SECOND_HOP: Unknown = { unknown: 'what lies behind a second hop is not read' };

/** The facts of one run, each created once: the judge remembers its results by these objects. */
export class Network {
  private readonly subnets = new Map<string, Promise<SubnetFacts>>();
  private readonly hops = new Map<string, Promise<HopSubnet>>();
  private readonly natGateways = new Map<string, Promise<Fact<NatGatewayFacts>>>();
  private readonly gateways = new Map<string, Promise<Fact<readonly Route[]> | undefined>>();
  private readonly groups = new Map<string, Promise<SecurityGroupFacts>>();
  private readonly vpcs = new Map<string, Promise<VpcFacts>>();

  constructor(public readonly account: Ec2Account, private readonly names: DnsAccount, private readonly needs: Needs) {}

  public subnet(id: string): Promise<SubnetFacts> {
    return remember(this.subnets, id, () => subnetFacts(this.account, id, vpc => this.behindFirstHop(vpc)));
  }

  public securityGroups(ids: readonly string[]): Promise<readonly SecurityGroupFacts[]> {
    return Promise.all(ids.map(id => remember(this.groups, id, () => securityGroup(this.account, id, this.needs.ports, 'egress'))));
  }

  public defaultGroup(vpc: string): Promise<SecurityGroupFacts> {
    return remember(this.groups, vpc, () => defaultGroup(this.account, vpc, this.needs.ports));
  }

  public vpc(id: string): Promise<VpcFacts> {
    return remember(this.vpcs, id, () => vpcFacts(this.account, this.names, id, this.needs));
  }

  /** The subnet that an address of a VPC is in. @returns undefined if it is in none */
  public async subnetOf(address: string, vpc: VpcFacts): Promise<Fact<HopSubnet> | undefined> {
    const id = await subnetOfAddress(this.account, address, vpc);
    return typeof id === 'string' ? this.behindFirstHop(vpc.id).subnet(id) : id;
  }

  private behindFirstHop(vpc: string): Beyond {
    const { account, needs } = this;
    const further = this.behindSecondHop(vpc);
    const subnet = (id: string) => remember(this.hops, id, () => hopSubnet(account, id, vpc, further));
    return {
      subnet,
      natGateway: id => remember(this.natGateways, id, () => natGateway(account, id, vpc, further, subnet)),
      gatewayRoutes: further.gatewayRoutes,
      securityGroups: ids => Promise.all(ids.map(id => remember(this.groups, `${id} both`, () => securityGroup(account, id, needs.ports, 'both')))),
    };
  }

  private behindSecondHop(vpc: string): Beyond {
    const notRead = async () => SECOND_HOP;
    return {
      subnet: notRead,
      natGateway: notRead,
      gatewayRoutes: id => remember(this.gateways, id, () => routesOfGateway(this.account, id, vpc)),
      securityGroups: notRead,
    };
  }
}
