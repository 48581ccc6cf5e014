import type { HostedZoneSummary, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { DnsAccount } from './dns-account';
import { unread } from './unread';
import { Fact, isUnknown, PrivateZone } from '../../egress';

const ADDRESSES: readonly string[] = ['A', 'AAAA', 'CNAME'];

/** The private hosted zones of a VPC. @param hosts  the names that are looked up: records are read only of zones that they may be in */
export async function privateZones(
  account: DnsAccount, summaries: readonly HostedZoneSummary[], hosts: ReadonlySet<string>,
): Promise<Fact<readonly PrivateZone[]>> {
  const zones = await Promise.all(summaries.map(({ HostedZoneId: id = '?', Name }) => readZone(account, id, Name, hosts)));
  return zones.find(isUnknown) ?? zones as readonly PrivateZone[];
}

/** @returns unknown if the records of a zone that counts cannot be read */
async function readZone(account: DnsAccount, id: string, zoneName: string | undefined, hosts: ReadonlySet<string>): Promise<Fact<PrivateZone>> {
  if (zoneName === undefined) return { unknown: `Route 53 did not return the name of private hosted zone ${id}` };
  const name = plain(zoneName);
  if (!isFor(name, hosts)) {
    return { id, name, records: { unknown: `the records of private hosted zone ${id} were not read, because it is for other names` } };
  }
  const { items, failure } = await account.records(id);
  return failure === undefined ? { id, name, records: addressRecords(items) } : unread(`the records of private hosted zone ${id} (${name})`, failure);
}

/** Whether one of the hosts is in a zone. */
export function isFor(zone: string, hosts: ReadonlySet<string>): boolean {
  return [...hosts].some(host => host.toLowerCase() === zone || host.toLowerCase().endsWith(`.${zone}`));
}

function addressRecords(records: readonly ResourceRecordSet[]): readonly string[] {
  return [...new Set(records.filter(({ Type = '' }) => ADDRESSES.includes(Type)).flatMap(({ Name }) => Name === undefined ? [] : plain(Name)))];
}

/** Route 53 returns names with a dot at the end, and `\052` for `*`. */
function plain(name: string): string {
  return name.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))).replace(/\.$/, '').toLowerCase();
}
