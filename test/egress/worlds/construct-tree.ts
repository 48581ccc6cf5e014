/** Worlds as construct trees: L1s, or the L2 `Vpc` with what L1s add to it. A hidden fact is a parameter, an import, or what conditions decide. */
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { addGateways } from './tree/gateways';
import { addAppliances, addNatGateways } from './tree/hops';
import { Network, ZONES } from './tree/network';
import { addRoutes } from './tree/routes';
import { addNetworkAcls, addPrefixLists, addSecurityGroups } from './tree/rules';
import { addService } from './tree/service';
import { addSettings } from './tree/settings';
import { addSubnets } from './tree/subnets';
import { addVpc, Style } from './tree/vpcs';
import { egressCases } from '../../../src/cdk/network/egress-facts';
import { serviceInTree } from '../../../src/cdk/runners';
import { StageIndex } from '../../../src/cdk/tree/stage-index';
import { EgressCases } from '../../../src/egress';
import { World } from '../model/world';

export interface Tree {
  readonly cases: EgressCases;
  /** The host that the tasks send to in the end. */
  readonly host: string;
  /** What this tree does not tell, or what conditions decide in it. */
  readonly unseen: readonly string[];
}

const POSTMAN = 'api.observability.postman.com';

/** What the reader makes of a world. The seed chooses among the forms in which users write the same thing. */
export function treeOf(world: World, style: Style, seed: number): Tree {
  const network = new Network(world, seed);
  const vpc = build(network, style);
  const service = addService(network, vpc);
  const { stack, unseen } = network.template;
  const index = StageIndex.of(stack);
  const at = serviceInTree(index, service);
  const { destination } = world.task;
  const host = 'HostName' in destination ? destination.HostName : POSTMAN;
  const cases = egressCases(index, at, {
    host, ...'HostName' in destination ? {} : { destination: { kind: 'address', address: destination.ProxyAddress, port: destination.ProxyPort } },
  });
  return { cases, host, unseen: [...unseen] };
}

function build(network: Network, style: Style): ec2.IVpc {
  addVpc(network, style);
  addGateways(network);
  addSubnets(network);
  addSecurityGroups(network);
  addPrefixLists(network);
  addNatGateways(network);
  addAppliances(network);
  addRoutes(network);
  addNetworkAcls(network);
  addSettings(network);
  return network.vpc ?? ec2.Vpc.fromVpcAttributes(network.template.stack, 'Imported', {
    vpcId: network.vpcRef, availabilityZones: ZONES.slice(0, 1), privateSubnetIds: [network.ref(network.world.subnets[0].SubnetId)],
  });
}
