import { DiscoverAnswer, DiscoverEvent, PlaceName, Settings } from './contract';
import { executionKeys, workKeys } from './keys';
import { Listed } from './progress';
import { Discovered } from './step';
import { NEW } from './store';
import { Here } from './tools';
import { Account, isForAll, lastPart, listClusters, listServices, mapEach, messageOf, mustRepeat } from '../../aws';

/** Clusters that are read at the same time. */
const CLUSTERS_AT_ONCE = 10;
const BETWEEN_TRIES_MS = 20_000;
/** No further try is made later: its answer has to be kept. */
const RESERVE_MS = 90_000;

/** Lists the services of a place. A place that cannot be read is an answer, so the others go on. */
export async function discover({ execution, place }: DiscoverEvent, here: Here): Promise<DiscoverAnswer> {
  const { store } = here;
  const key = workKeys(execution, place).services;
  const before = await store.read<Discovered>(key);
  if (before) return { services: before.value.services.length, failed: before.value.reason !== undefined };
  const settings = (await store.read<Settings>(executionKeys(execution).settings))!.value;
  const found = settings.arrivals ? { services: [] } : await listed(place, here);
  // A process that was believed dead may have written it, and the shards are cut from what was written first.
  const isFirst = await store.write(key, found, NEW) !== undefined;
  const { services, reason } = isFirst ? found : (await store.read<Discovered>(key))!.value;
  return { services: services.length, failed: reason !== undefined };
}

/** An outage of AWS is waited out, as long as this process may run. */
async function listed(place: PlaceName, { member, log, remainingMs }: Here): Promise<Discovered> {
  const account = member(place);
  for (;;) {
    try {
      return await servicesOf(account);
    } catch (error) {
      const reason = messageOf(error);
      log({ ...place, error: reason });
      // What every call meets, such as a role that is missing, does not pass by itself.
      if (isForAll(error) || !mustRepeat(error) || remainingMs() < RESERVE_MS) return { services: [], reason };
      await account.pause(BETWEEN_TRIES_MS);
    }
  }
}

async function servicesOf(account: Account): Promise<Discovered> {
  const services = await mapEach(await listClusters(account), CLUSTERS_AT_ONCE, async (cluster): Promise<Listed[]> => {
    const arns = await listServices(account, { given: cluster, name: lastPart(cluster) });
    return arns.map(service => ({ service, cluster }));
  });
  // Services that share a task definition are often of one cluster, and named alike: then they are in one shard.
  return { services: services.flat().sort(({ service: one }, { service: other }) => one < other ? -1 : 1) };
}
