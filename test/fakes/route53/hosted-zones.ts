import type { HostedZoneSummary, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { JsonObject, numberIn, textIn } from '../json';
import { pageOf, placeOf } from '../paging';
import { Actions } from '../wire/actions';
import { AwsError } from '../wire/aws-error';

interface HostedZone {
  readonly summary: HostedZoneSummary;
  readonly vpcs: readonly string[];
  /** As Route 53 returns them: names end with a dot, and `*` is `\\052`. */
  readonly records: ResourceRecordSet[];
}

const MOST_ZONES = 100;
const MOST_RECORDS = 300;

/** The private hosted zones of an account, in Route 53. */
export class HostedZones {
  readonly actions: Actions = {
    ListHostedZonesByVPC: input => {
      const zones = [...this.zones.values()].filter(({ vpcs }) => vpcs.includes(textIn(input.VPCId)!)).map(({ summary }) => summary);
      const { items, nextToken } = pageOf(zones, placeOf(textIn(input.NextToken), invalidToken), sizeOf(input, MOST_ZONES));
      return { HostedZoneSummaries: items, MaxItems: sizeOf(input, MOST_ZONES), NextToken: nextToken };
    },
    ListResourceRecordSets: input => {
      const id = textIn(input.HostedZoneId)!;
      const zone = this.zones.get(id);
      if (!zone) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`, 404);
      const isStart = ({ Name, Type }: ResourceRecordSet) => Name === textIn(input.StartRecordName) && Type === textIn(input.StartRecordType);
      const from = input.StartRecordName === undefined ? 0 : zone.records.findIndex(isStart);
      const size = sizeOf(input, MOST_RECORDS);
      const next = zone.records[from + size];
      return {
        ResourceRecordSets: zone.records.slice(from, from + size), IsTruncated: next !== undefined, MaxItems: size,
        NextRecordName: next?.Name, NextRecordType: next?.Type,
      };
    },
  };

  private readonly zones = new Map<string, HostedZone>();

  constructor(private readonly account: string) {}

  /** @param records  their names, without a dot at the end, and types */
  add(id: string, name: string, vpcs: readonly string[], records: readonly (readonly [name: string, type: 'A' | 'AAAA' | 'CNAME' | 'TXT'])[] = []): void {
    const own = (['NS', 'SOA'] as const).map(Type => ({ Name: `${name}.`, Type, TTL: 300, ResourceRecords: [{ Value: 'ns-0.awsdns-00.com.' }] }));
    const others = records.map(([of, Type]) => ({
      Name: `${of.replace('*', '\\052')}.`, Type, TTL: 60, ResourceRecords: [{ Value: Type === 'A' ? '10.0.0.9' : 'value' }],
    }));
    this.zones.set(id, {
      summary: { HostedZoneId: id, Name: `${name}.`, Owner: { OwningAccount: this.account } }, vpcs, records: [...own, ...others],
    });
  }
}

const invalidToken = () => new AwsError('InvalidPaginationToken', 'The value that you specified for NextToken is not valid.');

function sizeOf({ MaxItems }: JsonObject, most: number): number {
  return numberIn(MaxItems) ?? most;
}
