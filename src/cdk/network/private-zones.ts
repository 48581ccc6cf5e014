import type { CfnResource } from 'aws-cdk-lib';
import { knownText, userPath } from './references';
import { PrivateZone } from '../../egress';
import { Properties } from '../tree/properties';
import { StageIndex } from '../tree/stage-index';

/** The private hosted zones that this app associates with a VPC, also those that AWS Cloud Map creates for a namespace. */
export function privateZones(index: StageIndex, vpc: string): readonly PrivateZone[] {
  const hosted = index.ofType('AWS::Route53::HostedZone', zone => vpcsOf(index, zone).includes(vpc));
  const namespaces = index.by('AWS::ServiceDiscovery::PrivateDnsNamespace', 'Vpc').get(vpc) ?? [];
  return [...hosted, ...namespaces].map(zone => privateZone(index, zone));
}

function vpcsOf(index: StageIndex, zone: CfnResource): readonly (string | undefined)[] {
  const { VPCs = [] } = index.read(zone);
  return (Array.isArray(VPCs) ? VPCs : []).map(({ VPCId }: Properties) => index.identity(VPCId, zone));
}

/** Others can add records to a zone, so the list is never complete. */
function privateZone(index: StageIndex, zone: CfnResource): PrivateZone {
  const id = userPath(zone.node.path);
  return {
    id,
    name: knownText(index.read(zone).Name, `the name of zone ${id}`),
    records: { unknown: `the records of private hosted zone ${id} that others add are not part of this app` },
  };
}
