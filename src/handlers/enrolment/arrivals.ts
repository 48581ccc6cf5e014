import { ArrivalEvent, PlaceName } from './contract';
import { arrivalKey, placeIn, placeId, placeKeys } from './keys';
import { Lease } from './lease';
import { Memory } from './memory';
import { Listed, Progress } from './progress';
import { isOpen, Item, SERVICES_A_SHARD } from './shard';
import { newShard, readShard, Shard } from './shards';
import { Store } from './store';
import { Account, forEach, isNamed, parseService, usage } from '../../aws';

/** Events of so long are worked on together. */
const WINDOW_SECONDS = 120;
/** So many windows are one while an execution has the place: most of the events are of its own deployments, and it takes the others. */
const WINDOWS_IF_TAKEN = 5;
/** Of a thousand events each. What is left then is removed after the next event. */
const MOST_PAGES = 20;
const REMOVED_AT_ONCE = 20;

type Arrival = Listed & Pick<ArrivalEvent, 'deployment'>;

/**
 * Keeps an event of ECS, and starts an execution for the events of its window. The object is written before the window is chosen, so the execution,
 * which waits for the end of the window, finds it.
 */
export async function arrive(
  event: ArrivalEvent, { account, store }: { readonly account: Account; readonly store: Store }, stateMachineArn: string,
  windowSeconds = WINDOW_SECONDS,
): Promise<void> {
  const place = placeIn(placeId(event));
  if (place === undefined || typeof event.service !== 'string' || typeof event.deployment !== 'string') {
    throw usage(`The event is not one of a rule of the enrolment: ${JSON.stringify(event).slice(0, 200)}`);
  }
  const { service, deployment } = event;
  const { cluster } = parseService(service, 'The service');
  // The old form of the ARN does not have the cluster. The daily execution finds such a service.
  if (cluster === undefined) return;
  const arrival: Arrival = { service, cluster: `${service.split(':').slice(0, 5).join(':')}:cluster/${cluster}`, deployment };
  await store.put(arrivalKey(place, service, deployment), JSON.stringify(arrival));
  const isTaken = await Lease.isTaken(store, place, account.clock.now());
  const windowMs = windowSeconds * 1000 * (isTaken ? WINDOWS_IF_TAKEN : 1);
  const end = (Math.floor(account.clock.now() / windowMs) + 1) * windowMs;
  const input = { places: [placeId(place)], arrivals: true, waitUntil: new Date(end).toISOString() };
  try {
    const name = `arrivals-${placeId(place)}-${end / 60_000}`;
    await account.call('states', 'StartExecution', { stateMachineArn, name, input: JSON.stringify(input) });
  } catch (error) {
    // Another event of the same window was first.
    if (!isNamed(error, 'ExecutionAlreadyExists')) throw account.failure(error, 'states:StartExecution', { subject: stateMachineArn });
  }
}

/**
 * Whether services have arrived in a place. The events of deployments that are known as those of the enrolment are removed. Those of a deployment that is
 * on its way are known when it has ended.
 */
export async function hasArrivals(store: Store, place: PlaceName): Promise<boolean> {
  const keys = await store.list(placeKeys(place).arrivals);
  if (keys.length === 0) return false;
  const memory = await Memory.read(store, place);
  let others = 0;
  await forEach(keys, REMOVED_AT_ONCE, async key => {
    const arrival = (await store.read<Arrival>(key))?.value;
    if (arrival === undefined || isKnown(arrival, memory)) await store.remove(key);
    else others++;
  });
  return others > 0;
}

/** Whether the deployment is known as one of the enrolment. */
function isKnown({ service, deployment }: Arrival, memory: Memory): boolean {
  return memory.of(service).deployment === deployment;
}

/** Removes the events of a place that the enrolment does not have: nothing else would. @param place undefined if its name is of no place */
export async function removeArrivals(store: Store, place: PlaceName | undefined): Promise<void> {
  if (place === undefined) return;
  for (let page = 0; page < MOST_PAGES; page++) {
    const keys = await store.list(placeKeys(place).arrivals);
    if (keys.length === 0) return;
    await forEach(keys, REMOVED_AT_ONCE, async key => store.remove(key));
  }
}

/**
 * Makes shards of the services that have arrived, and removes their events. Deployments of the enrolment itself are left out.
 *
 * @param shards of the execution that are not ended
 * @returns the new shards
 */
export async function takeArrivals(
  store: Store, execution: string, place: PlaceName, progress: Progress, memory: Memory, shards: readonly Shard[],
): Promise<readonly Shard[]> {
  const keys = await store.list(placeKeys(place).arrivals);
  if (keys.length === 0) return [];
  const read = await Promise.all(keys.map(async key => ({ key, arrival: (await store.read<Arrival>(key))?.value })));
  const open = new Map(shards.flatMap(({ items }) => items.filter(isOpen)).map(item => [item.service, item]));
  const isOwn = (arrival: Arrival) => isKnown(arrival, memory) || open.get(arrival.service)?.run?.deploymentId === arrival.deployment;
  // A service whose run is on its way is looked at after its end.
  const ready = read.filter(({ arrival }) => arrival === undefined || isOwn(arrival) || !open.has(arrival.service));
  const foreign = ready.flatMap(({ arrival }) => arrival === undefined || isOwn(arrival) ? [] : [arrival]);
  const waiting = new Map(foreign.map(arrival => [arrival.service, itemOf(arrival)]));
  const made: Shard[] = [];
  while (waiting.size > 0) {
    const number = progress.addShard();
    // An earlier process may have ended right after it had written it.
    const shard = await readShard(store, execution, place, number)
      ?? newShard(store, execution, place, number, [...waiting.values()].slice(0, SERVICES_A_SHARD));
    await shard.keep(async () => memory.keep());
    for (const { service } of shard.items) waiting.delete(service);
    made.push(shard);
  }
  if (made.length > 0) await progress.keep(progress.levels);
  await Promise.all(ready.map(async ({ key }) => store.remove(key)));
  return made;
}

function itemOf({ service, cluster }: Arrival): Item {
  return { service, cluster };
}
