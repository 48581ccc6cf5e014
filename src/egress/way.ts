import { Space } from './addresses';
import { Fact, HostKind, SubnetFacts, VpcFacts } from './facts';

/** One way out of one subnet: which addresses it leads to, and what the interface has. */
export interface Way {
  readonly kind: 'ipv4' | 'ipv6' | 'nat64';
  /** Whether the destination is public, or a private address, such as a proxy's. */
  readonly isPublic: boolean;
  /** Whether the destination is one address, and not the hosts of the internet, which are never in the VPC. */
  readonly isLiteral: boolean;
  /** Whether the VPC's ranges hold the destination. */
  readonly inVpc: 'yes' | 'no' | 'maybe';
  readonly destination: Space;
  readonly port: number;
  /** How sentences call the destination, e.g. `the internet`. */
  readonly where: string;
  readonly hostKind: Fact<HostKind>;
  readonly ownInterface: boolean;
  readonly vpc: Fact<VpcFacts>;
  readonly subnet: SubnetFacts;
}
