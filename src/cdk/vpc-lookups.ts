import * as ec2 from 'aws-cdk-lib/aws-ec2';

/** What `Vpc.fromLookup` says of a subnet. */
export type LookedUpClass = 'Public' | 'Private' | 'Isolated';

/** Whether the VPC stands in for one that the CDK CLI has yet to look up: its subnets are made up then. */
export function isPendingLookup(vpc: ec2.IVpc): boolean {
  return (vpc as unknown as { incompleteSubnetDefinition?: boolean }).incompleteSubnetDefinition === true;
}

const classes = new WeakMap<ec2.IVpc, ReadonlyMap<string, LookedUpClass>>();

/** The classes of a looked-up VPC's subnets by subnet id; empty for any other VPC, whose classes are the app's own claim. */
export function lookedUpSubnets(vpc: ec2.IVpc): ReadonlyMap<string, LookedUpClass> {
  let known = classes.get(vpc);
  if (!known) {
    known = isLookedUp(vpc)
      ? new Map<string, LookedUpClass>([
        ...vpc.publicSubnets.map(subnet => [subnet.subnetId, 'Public'] as const),
        ...vpc.privateSubnets.map(subnet => [subnet.subnetId, 'Private'] as const),
        ...vpc.isolatedSubnets.map(subnet => [subnet.subnetId, 'Isolated'] as const),
      ])
      : new Map();
    classes.set(vpc, known);
  }
  return known;
}

/** The class of looked-up VPCs is not exported; the CDK names it for property injection. */
function isLookedUp(vpc: ec2.IVpc): boolean {
  return (vpc.constructor as { PROPERTY_INJECTION_ID?: string }).PROPERTY_INJECTION_ID === 'aws-cdk-lib.aws-ec2.LookedUpVpc';
}
