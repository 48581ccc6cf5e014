import { Outcome, PlaceName, PlaceState, Settings } from './contract';
import { workKeys } from './keys';
import { placeReport } from './place-report';
import { PlaceResult, ResultRow } from './place-result';
import { Listed } from './progress';
import { Item, sumOf, countsOf } from './shard';
import { readShard } from './shards';
import { Store } from './store';
import { lastPart } from '../../aws';

/** What a later end of the same service says less about than an earlier one. */
const QUIET: readonly Outcome[] = ['unchanged', 'quarantined', 'optedOut', 'managed', 'refused', 'leftAlone'];

/**
 * Collects the ends of all services of a place, and writes its report and its result. A service that has not ended has failed with its place.
 *
 * @param numbers of the shards
 * @param now milliseconds since 1970
 */
export async function keepResult(
  store: Store, execution: string, place: PlaceName, settings: Settings, listed: readonly Listed[], numbers: readonly number[],
  { state, reason }: Pick<PlaceResult, 'state' | 'reason'>, now: number,
): Promise<PlaceResult> {
  const ended = new Map<string, Item>(listed.map(one => [one.service, { ...one }]));
  const networks = {};
  for (const number of numbers) {
    const shard = await readShard(store, execution, place, number);
    for (const item of shard?.items ?? []) {
      const earlier = ended.get(item.service);
      if (earlier?.end === undefined || item.end !== undefined && !QUIET.includes(item.end.outcome)) ended.set(item.service, item);
    }
    Object.assign(networks, shard?.networks);
  }
  const items = [...ended.values()].map(item => ({ ...item, end: item.end ?? lost(item, state, reason) }));
  const rows = items.map(({ service, cluster, end }): ResultRow => [
    lastPart(cluster), lastPart(service), end.outcome, inOneLine(end.reason ?? ''), end.revision ?? '',
  ]);
  const result: PlaceResult = { place, state, ...reason === undefined ? {} : { reason }, counts: sumOf([countsOf(items)]), rows };
  const keys = workKeys(execution, place);
  await store.put(keys.report, placeReport(result, items, networks, settings, now), 'text/html; charset=utf-8');
  await store.put(keys.result, JSON.stringify(result));
  return result;
}

function lost({ run }: Item, state: PlaceState, reason = ''): NonNullable<Item['end']> {
  if (run?.targetRevisionArn !== undefined && (run.phase === 'following' || run.phase === 'goingBack')) {
    return { outcome: 'failed', reason: `The rollout continues in ECS, and is not followed. ${reason}`, revision: run.targetRevisionArn };
  }
  const isHeld = state === 'busy' || state === 'unfinished' && run === undefined;
  return { outcome: isHeld ? 'held' : 'failed', reason };
}

/** The evidence of a network has several. */
function inOneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}
