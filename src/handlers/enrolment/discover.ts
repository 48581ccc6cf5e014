import { DiscoverAnswer, DiscoverEvent, Settings } from './contract';
import { executionKeys, workKeys } from './keys';
import { Listed } from './progress';
import { Discovered } from './step';
import { Here } from './tools';
import { Account, lastPart, listClusters, listServices, mapEach, messageOf } from '../../aws';

/** Clusters that are read at the same time. */
const CLUSTERS_AT_ONCE = 10;

/** Lists the services of a place. A place that cannot be read is an answer, so the others go on. */
export async function discover({ execution, place }: DiscoverEvent, { store, member, log }: Here): Promise<DiscoverAnswer> {
  const key = workKeys(execution, place).services;
  const before = await store.read<Discovered>(key);
  if (before) return { services: before.value.services.length, failed: before.value.reason !== undefined };
  const settings = (await store.read<Settings>(executionKeys(execution).settings))!.value;
  const found = settings.arrivals ? { services: [] } : await servicesOf(member(place)).catch((error: unknown): Discovered => {
    log({ ...place, error: messageOf(error) });
    return { services: [], reason: messageOf(error) };
  });
  await store.put(key, JSON.stringify(found));
  return { services: found.services.length, failed: found.reason !== undefined };
}

async function servicesOf(account: Account): Promise<Discovered> {
  const services = await mapEach(await listClusters(account), CLUSTERS_AT_ONCE, async (cluster): Promise<Listed[]> => {
    const arns = await listServices(account, { given: cluster, name: lastPart(cluster) });
    return arns.map(service => ({ service, cluster }));
  });
  // Services that share a task definition are often of one cluster, and named alike: then they are in one shard.
  return { services: services.flat().sort(({ service: one }, { service: other }) => one < other ? -1 : 1) };
}
