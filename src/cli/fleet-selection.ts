import { Context } from './context';
import { FileEntry, PlaceName, ServicePattern } from './fleet-file';
import { Account, describeServices, EcsService, Failure, hasTags, Interrupted, isForAll, lastPart, listServices, mapEach, placeOf, remember, SERVICES_A_CALL, usage } from '../aws';
import { matchesGlob } from './fleet-file/glob';

/** Places that are read at the same time. */
const PLACES_AT_ONCE = 40;

/** A service of a file, and the entry that selects it. */
export interface SelectedService {
  readonly service: EcsService;
  readonly entry: FileEntry;
}

/** An account and region of a file. */
export interface SelectedPlace {
  /** How lines call it. */
  readonly name: string;
  readonly given: PlaceName;
  readonly account: Account;
  readonly services: readonly SelectedService[];
  /** The entries of the place, and those that have selected a service. */
  readonly entries: readonly FileEntry[];
  readonly matched: ReadonlySet<FileEntry>;
  /** Named services that do not exist. */
  readonly missing: readonly Failure[];
  /** Why it could not be read. */
  readonly failure?: Failure;
}

/**
 * The services of all entries. A place that cannot be read has its failure.
 *
 * @param settingsOf what is asked for in an entry, as a text
 * @throws Failure a usage error if entries select a service with different settings
 */
export async function selectFleet(
  context: Context, entries: readonly FileEntry[], settingsOf: (entry: FileEntry) => string,
): Promise<SelectedPlace[]> {
  const places = await placesOf(context, entries);
  const budgets = new Budgets();
  const selected = await mapEach(places, PLACES_AT_ONCE, async place => discover(place, budgets));
  const owners = new Map<string, FileEntry>();
  const faults: string[] = [];
  const unique = selected.map(place => ({
    ...place,
    matched: new Set(place.services.map(({ entry }) => entry)),
    services: place.services.filter(({ service, entry }) => {
      const owner = owners.get(service.serviceArn);
      owners.set(service.serviceArn, owner ?? entry);
      if (owner !== undefined && settingsOf(owner) !== settingsOf(entry)) {
        faults.push(`${entry.at}: service ${service.serviceName} in cluster ${lastPart(service.clusterArn)} is selected by the entry of ${owner.at}, too, with other options`);
      }
      return owner === undefined;
    }),
  }));
  if (faults.length > 0) throw usage([...new Set(faults)].slice(0, 20).join('\n'));
  return unique;
}

type EmptyPlace = Pick<SelectedPlace, 'name' | 'given' | 'account' | 'failure'> & { readonly entries: FileEntry[] };
type FoundPlace = Omit<SelectedPlace, 'matched'>;

/** AWS's limits are for an account and region, and not for a caller: places that turn out to be the same one share a budget. */
class Budgets {
  private readonly first = new Map<string, Account>();

  /** @param id of the account, as ARNs have it */
  know(account: Account, id: string, region: string): void {
    account.shareBudget(remember(this.first, `${id} ${region}`, () => account));
  }
}

/** One place for each caller and region: an entry without a region is in that of the environment or of the profile. */
async function placesOf(context: Context, entries: readonly FileEntry[]): Promise<EmptyPlace[]> {
  const given = new Map<string, FileEntry[]>();
  for (const entry of entries) remember(given, JSON.stringify(entry.place), () => []).push(entry);
  const places = new Map<string, EmptyPlace>();
  await Promise.all([...given.values()].map(async own => {
    const { place } = own[0];
    const account = context.account(place.region, place);
    const { region, failure } = await account.region().then(found => ({ region: found, failure: undefined }), (error: unknown) => {
      if (error instanceof Failure) return { region: '', failure: error };
      throw error;
    });
    const whose = [...place.roleArn === undefined ? [] : [`role ${place.roleArn}`], ...place.profile === undefined ? [] : [`profile ${place.profile}`]];
    const name = [...whose, ...region === '' ? [] : [region]].join(', ') || 'the default place';
    const key = JSON.stringify([place.profile, place.roleArn, region]);
    remember(places, key, () => ({ name, given: { ...place, region }, account, failure, entries: [] })).entries.push(...own);
  }));
  return [...places.values()];
}

async function discover(place: EmptyPlace, budgets: Budgets): Promise<FoundPlace> {
  if (place.failure) return { ...place, services: [], missing: [] };
  let own: string | undefined;
  const read = await readPlace(place, arn => {
    own = placeOf(arn).account;
    budgets.know(place.account, own, place.given.region!);
  });
  const failure = await failureOfAccount(read, own);
  return failure === undefined ? read : { ...place, services: [], missing: [], failure };
}

/** @param know called with the ARN of a service of each cluster that has one */
async function readPlace(place: EmptyPlace, know: (arn: string) => void): Promise<FoundPlace> {
  try {
    const clusters = new Map<string, FileEntry[]>();
    for (const entry of place.entries) remember(clusters, entry.cluster.name, () => []).push(entry);
    const found = await Promise.all([...clusters.values()].map(async own => inCluster(place.account, own, know)));
    return { ...place, services: found.flatMap(({ services }) => services), missing: found.flatMap(({ missing }) => missing) };
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === 'interrupted') throw error;
    return { ...place, services: [], missing: [], failure: error };
  }
}

/**
 * The failure of a place whose credentials are of another account than an entry names by ARN: a service there may have the same name.
 *
 * @param seen the account, if one of its services was read
 */
async function failureOfAccount({ account, entries, failure }: FoundPlace, seen: string | undefined): Promise<Failure | undefined> {
  if (isForAll(failure) || entries.every(entry => entry.account === undefined)) return undefined;
  const own = seen ?? await callerOf(account);
  const wrong = entries.find(entry => entry.account !== undefined && entry.account !== own);
  if (own === undefined || wrong === undefined) return undefined;
  const where = wrong.where(wrong.services.some(({ given }) => given.startsWith('arn:')) ? 'service' : 'cluster');
  return new Failure(`${where}: The ARN names account ${wrong.account}, but the credentials of the entry are of account ${own}. `
    + `Give the entry a \`roleArn\` or a \`profile\` of account ${wrong.account}.`);
}

/** The account of the credentials, if it can be seen. */
async function callerOf(account: Account): Promise<string | undefined> {
  try {
    return (await account.call<{ readonly Account?: string }>('sts', 'GetCallerIdentity', {})).Account;
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    return undefined;
  }
}

/**
 * The services of a cluster that the entries select. They are listed only if an entry does not name them all.
 *
 * @param know called with the ARN of one of its services, as soon as there is one
 */
async function inCluster(account: Account, entries: readonly FileEntry[], know: (arn: string) => void): Promise<Pick<SelectedPlace, 'services' | 'missing'>> {
  const { cluster } = entries[0];
  const isOpen = ({ services }: FileEntry) => services.length === 0 || services.some(({ isGlob }) => isGlob);
  const listed = entries.some(isOpen) ? await listServices(account, cluster) : [];
  const names = new Set(entries.flatMap(({ services }) => services.flatMap(({ name, isGlob }) => isGlob ? [] : [name])));
  const matches = ({ services }: FileEntry, name: string) =>
    services.length === 0 || services.some(one => one.isGlob ? matchesGlob(one.name, name) : one.name === name);
  for (const arn of listed) if (entries.some(entry => isOpen(entry) && matches(entry, lastPart(arn)))) names.add(lastPart(arn));
  const describe = async (some: readonly string[]) => describeServices(account, cluster.given, some, { mustExist: false });
  const wanted = [...names];
  const first = listed.length > 0 ? [] : await describe(wanted.splice(0, SERVICES_A_CALL));
  const seen = listed[0] ?? first[0]?.serviceArn;
  if (seen !== undefined) know(seen);
  const found = [...first, ...await describe(wanted)];
  if (seen === undefined && found.length > 0) know(found[0].serviceArn);
  const region = await account.region();
  const byName = new Map(found.map(one => [one.serviceName, one]));
  const isMissing = ({ name, isGlob }: ServicePattern) => !isGlob && !byName.has(name);
  const missing = entries.flatMap(({ services, where }) => services.filter(isMissing).map(({ name }) =>
    new Failure(`${where('service')}: Cluster ${cluster.name} has no service ${name} in ${region}. Check the name, cluster and region.`)));
  // A file may name thousands of services, so those that are named are not searched for.
  const namedBy = ({ services }: FileEntry) => [...new Set(services.map(({ name }) => name))].flatMap(name => byName.get(name) ?? []);
  const selectedBy = (entry: FileEntry) =>
    (isOpen(entry) ? found.filter(one => matches(entry, one.serviceName)) : namedBy(entry)).filter(one => hasTags(one, entry.tags));
  return { services: entries.flatMap(entry => selectedBy(entry).map(service => ({ service, entry }))), missing };
}
