import { DnsAccount } from './dns-account';
import { Ec2Account } from './ec2-account';
import { Needs, Network } from './network';
import { placementFacts, TaskPlacement } from './placements';
import { DescribeFailure, MOST_VALUES, NetworkCall, Reads } from './reads';
import { EgressFacts } from '../../egress';
import { mapEach } from '../calls/batch';

/** Reads the facts of services' networks from EC2 and Route 53. */
export class NetworkReader {
  private readonly reads: Reads;

  /**
   * @param call  makes one call, with its own retries and time limits
   * @param describeFailure  a clause such as `the permission ec2:DescribeRouteTables is missing`, or another reason
   * @param region  of the networks
   */
  constructor(call: NetworkCall, describeFailure: DescribeFailure, private readonly region: () => Promise<string>) {
    this.reads = new Reads(call, describeFailure);
  }

  /** The facts of each placement, in their order. Never throws: a read that fails leaves facts unknown. Each run reads everything again. */
  public async facts(placements: readonly TaskPlacement[]): Promise<EgressFacts[]> {
    return this.each(placements, facts => facts);
  }

  /** The same for what is made of the facts, which are not kept. The questions of as many placements as fit into one call go out together. */
  public async each<T>(placements: readonly TaskPlacement[], make: (facts: EgressFacts) => T): Promise<T[]> {
    const network = new Network(new Ec2Account(this.reads), new DnsAccount(this.reads, this.region), needsOf(placements));
    return mapEach(placements, MOST_VALUES, async placement => make(await placementFacts(network, placement)));
  }
}

/** ECS reads the image and the secret on TCP 443, also if the agent uses another port. */
function needsOf(placements: readonly TaskPlacement[]): Needs {
  return {
    ports: new Set([443, ...placements.flatMap(({ destination }) => destination?.port ?? [])]),
    hosts: new Set(placements.flatMap(({ host, destination }) => destination?.kind === 'host' ? [host, destination.host] : host)),
    endpoints: placements.some(({ startup }) => startup?.endpointServices !== undefined),
  };
}
