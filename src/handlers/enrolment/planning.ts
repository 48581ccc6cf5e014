import { createHash } from 'node:crypto';
import { Outcome, Settings } from './contract';
import { Memory, MOST_LOSSES } from './memory';
import { Item, ServiceEnd, ShardContent, Told } from './shard';
import { Account, beginRun, EcsService, findServices, isGone, isNamed, Place, Planner, PlanReads, remember, RunSettings, ServicePlan } from '../../aws';
import { FindingId } from '../../preflight';
import { changeLines } from '../../report';

/** The tag with which a team takes its service out, or with `optIn` in. */
export const TAG = 'postman:agent';

/** What others deploy would undo the change at its next deployment. */
const MANAGED: readonly FindingId[] = ['managedByCloudFormation', 'managedByOtherTool', 'codeDeployNotRolledOut', 'externalController'];

/** How long the rollout of others is waited for. */
const MOST_WAITING_MS = 2_700_000;

/** What plans of a place are made with. */
export interface Planning {
  readonly account: Account;
  readonly settings: Settings;
  readonly memory: Memory;
  /** The place of a service: with what is asked for it. */
  readonly placeOf: (item: Item) => Place;
}

export type Planned = Pick<ShardContent, 'items' | 'networks'>;

/** The services of a shard that are not planned yet, as they go on: with a run, with an end, or still waiting for the rollout of others. */
export async function plan(given: readonly Item[], planning: Planning): Promise<Planned> {
  const { account, settings } = planning;
  const services = await describe(account, given);
  const items = new Map<Item, Item>();
  const networks: { [name: string]: Planned['networks'][string] } = {};
  const end = (item: Item, one: ServiceEnd, planned?: Told) =>
    items.set(item, { ...item, ...planned ? { planned } : {}, end: one, waitingSince: undefined });
  const wanted = new Map<Place, { readonly item: Item; readonly service: EcsService }[]>();
  for (const item of given) {
    const service = services.get(item.service);
    const early = service === undefined || isGone(service) ? { outcome: 'gone' as const } : skipped(service, settings);
    if (early) end(item, early);
    else remember(wanted, planning.placeOf(item), () => []).push({ item, service: service! });
  }
  // What was read for an earlier plan may be old: others may have deployed since.
  const reads = new PlanReads(account);
  await Promise.all([...wanted].map(async ([place, some]) => {
    const made = await new Planner(account, place.request, reads).plan(some.map(({ service }) => service));
    place.know(made);
    for (const [index, { item, service }] of some.entries()) {
      const one = made.services[index];
      const planned = told(one, networks);
      const decided = await decide(one, service, item, planning, place);
      if ('outcome' in decided) end(item, decided, planned);
      else items.set(item, { ...item, ...decided, planned });
    }
  }));
  return { items: given.map(item => items.get(item)!), networks };
}

async function describe(account: Account, items: readonly Item[]): Promise<Map<string, EcsService>> {
  const clusters = new Map<string, Item[]>();
  for (const item of items) remember(clusters, item.cluster, () => []).push(item);
  const found = await Promise.all([...clusters].map(async ([cluster, own]) => {
    try {
      return (await findServices(account, cluster, own.map(({ service }) => service))).services;
    } catch (error) {
      // It was there when the services were listed.
      if (isNamed((error as Error).cause, 'ClusterNotFoundException')) return [];
      throw error;
    }
  }));
  return new Map(found.flat().map(service => [service.serviceArn, service]));
}

/** What needs no plan. A removal goes by what was added, and not by tags. */
function skipped({ tags = [] }: EcsService, { mode, optIn }: Settings): ServiceEnd | undefined {
  if (mode === 'REMOVE') return undefined;
  const value = tags.find(({ key }) => key === TAG)?.value?.toLowerCase();
  if (value === 'off') return { outcome: 'optedOut', reason: `The service has the tag ${TAG} = off.` };
  if (optIn && value !== 'on') return { outcome: 'optedOut', reason: `The service does not have the tag ${TAG} = on.` };
  return undefined;
}

type Decision = ServiceEnd | Pick<Item, 'run'> | Pick<Item, 'waitingSince'>;

async function decide(one: ServicePlan, service: EcsService, item: Item, { account, settings, memory }: Planning, place: Place): Promise<Decision> {
  const revision = service.taskDefinition;
  const because = (outcome: Outcome, reason?: string): ServiceEnd => ({ outcome, ...reason === undefined ? {} : { reason }, revision });
  const { refusals, warnings, action } = one;
  const managed = settings.mode === 'REMOVE' ? undefined : [...refusals, ...warnings].find(({ id }) => MANAGED.includes(id));
  if (managed && action !== 'none') return because('managed', managed.text);
  const others = refusals.filter(({ id }) => id !== 'rolloutInProgress');
  if (others.length > 0) return because('refused', others.map(({ text }) => text).join(' '));
  if (refusals.length > 0) {
    const since = item.waitingSince ?? account.clock.now();
    if (settings.mode === 'PLAN' || account.clock.now() - since >= MOST_WAITING_MS) return because('refused', refusals[0].text);
    return { waitingSince: since };
  }
  if (action === 'add' && memory.of(item.service).revision !== undefined) {
    const lost = losesOf(memory, item.service, revision);
    if (settings.mode === 'ENROL') memory.lose(item.service, revision);
    if (lost >= MOST_LOSSES) return because('leftAlone', `Another tool has taken the agent out ${lost} times. Add it there, or let it be forgotten.`);
  }
  if (settings.mode === 'PLAN') return because(action === 'none' ? 'unchanged' : 'planned');
  const run = await beginRun(one, place);
  const quarantined = run.verb === 'add' && action !== 'none' ? memory.quarantineOf(item.service, run.planDigest) : undefined;
  if (quarantined) return because('quarantined', `The rollout of the same definition with the agent has failed before: ${quarantined.reason}`);
  if (run.end === undefined) place.grants.need(run);
  return { run };
}

/** How often the service has lost the agent, with this time. */
function losesOf(memory: Memory, service: string, revision: string): number {
  const { lostTo = [] } = memory.of(service);
  return lostTo.includes(revision) ? lostTo.length : lostTo.length + 1;
}

function told({ refusals, warnings, changes, egress, action }: ServicePlan, networks: { [name: string]: Planned['networks'][string] }): Told {
  const paths = egress?.paths();
  const network = paths && createHash('sha256').update(JSON.stringify(paths)).digest('hex').slice(0, 16);
  if (network !== undefined) networks[network] ??= paths!;
  return {
    messages: [...refusals, ...warnings].map(({ severity, id, text, address }) => ({ severity, id, text, address })),
    changes: action === 'refuse' || action === 'none' ? [] : changes.flatMap(changeLines),
    ...network === undefined ? {} : { network },
  };
}

/** @param timeoutMs how long a rollout may take, besides the times that it bakes */
export function settingsOfRuns(timeoutMs = 1_800_000): RunSettings {
  return { follow: true, rollback: true, timeoutMs, logsToRead: 1 };
}
