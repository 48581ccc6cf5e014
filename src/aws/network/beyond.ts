import { Fact, HopSubnet, NatGatewayFacts, Route, SecurityGroupFacts } from '../../egress';

/** Reads what lies behind the targets of a VPC's routes. */
export interface Beyond {
  natGateway(id: string): Promise<Fact<NatGatewayFacts>>;
  /** The internet gateway's own route table. @returns undefined if it has none */
  gatewayRoutes(id: string): Promise<Fact<readonly Route[]> | undefined>;
  /** The subnet of a NAT gateway, or of an instance that forwards. */
  subnet(id: string): Promise<Fact<HopSubnet>>;
  /** The groups of an instance that forwards, with the rules of both directions. */
  securityGroups(ids: readonly string[]): Promise<Fact<readonly SecurityGroupFacts[]>>;
}
