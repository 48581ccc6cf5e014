import { Space } from './addresses';
import { Fact, HostKind, SubnetFacts, VpcFacts } from './facts';

/** One way out of one subnet: to which addresses, and from which interface. */
export interface Way {
  readonly kind: 'ipv4' | 'ipv6' | 'nat64';
  /** Whether the destination is public. Otherwise it is a private address, such as a proxy's. */
  readonly isPublic: boolean;
  /** Whether the destination is one address. Otherwise it is the hosts of the internet, which are never in the VPC. */
  readonly isLiteral: boolean;
  /** Whether the destination is in the VPC's ranges. */
  readonly inVpc: 'yes' | 'no' | 'maybe';
  readonly destination: Space;
  readonly port: number;
  /** Name of the destination in messages, e.g. `the internet`. */
  readonly where: string;
  readonly hostKind: Fact<HostKind>;
  /** Whether the task has its own interface. Otherwise it uses that of its container instance. */
  readonly ownInterface: boolean;
  readonly vpc: Fact<VpcFacts>;
  readonly subnet: SubnetFacts;
}
