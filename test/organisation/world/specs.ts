import { Chance } from './chance';

/** What is special about a service. */
export type Kind =
  | 'plain'
  /** Runs the definition of the service before it. */
  | 'shared'
  /** Its tasks fail with the agent, and ECS rolls it back. */
  | 'crashing'
  /** Its rollout with the agent never ends. */
  | 'stuck'
  /** In a subnet without internet access. */
  | 'isolated'
  /** Its execution role may not read the key. */
  | 'noKey'
  | 'cloudFormation' | 'terraform' | 'codeDeploy' | 'external'
  | 'optedOut'
  /** Has an agent that others have added. */
  | 'ofOthers'
  /** Somebody deletes it during the run. */
  | 'deleted'
  /** Somebody deploys another image during the run. */
  | 'redeployed';

/** What is special about a place. */
export type PlaceKind =
  | 'good'
  /** The account has no role for the enrolment. */
  | 'noRole'
  /** The account has not opted in to the region. */
  | 'disabled'
  | 'noClusters'
  /** Another program uses half of AWS's limits. */
  | 'crowded';

export interface ServiceSpec {
  readonly name: string;
  readonly cluster: string;
  readonly kind: Kind;
  readonly family: string;
  /** Name of the execution role. */
  readonly role: string;
  /** If something happens to it: how many seconds after the account was first called. */
  readonly happensAt: number;
}

export interface PlaceSpec {
  readonly account: string;
  readonly region: string;
  readonly kind: PlaceKind;
  readonly services: readonly ServiceSpec[];
}

export const REGIONS = ['eu-west-1', 'us-east-1', 'ap-southeast-2', 'eu-central-1'];

export interface Layout {
  readonly seed: number;
  readonly accounts: number;
  readonly regions: number;
  readonly services: number;
  /** Services of the first place. @default - as many as the others have */
  readonly largest?: number;
  /** How many of a hundred services are special. @default 0 */
  readonly faults?: number;
  /** How many of a hundred places are special. @default 0 */
  readonly placeFaults?: number;
  /** Kinds of services that are special. @default - all */
  readonly kinds?: readonly Kind[];
}

const SPECIAL: readonly Kind[] = [
  'crashing', 'isolated', 'noKey', 'cloudFormation', 'terraform', 'codeDeploy', 'external', 'optedOut', 'ofOthers', 'deleted', 'redeployed',
];
const SPECIAL_PLACES: readonly PlaceKind[] = ['noRole', 'disabled', 'noClusters', 'crowded'];

/** Services that share an execution role. */
const SERVICES_A_ROLE = 25;
const SERVICES_A_CLUSTER = 400;
/** One of so many plain services runs the definition of the one before it. */
const SHARED_ONE_OF = 12;

/** An organisation, always the same for the same seed. */
export function organisationOf(layout: Layout): readonly PlaceSpec[] {
  const { seed, accounts, regions, services, largest, faults = 0, placeFaults = 0, kinds = SPECIAL } = layout;
  const chance = new Chance(seed);
  const places = Array.from({ length: accounts }, (_, account) => REGIONS.slice(0, regions).map(region => ({ account: accountId(account), region }))).flat();
  const others = largest === undefined ? places.length : places.length - 1;
  const rest = services - (largest ?? 0);
  const drawn = places.map((place, index) => {
    const isLargest = largest !== undefined && index === 0;
    const isSpecial = !isLargest && chance.next() * 100 < placeFaults;
    return { ...place, isLargest, kind: isSpecial ? chance.pick(SPECIAL_PLACES) : 'good' };
  });
  // A role is one of the account, so its other regions cannot be read either.
  const withoutRole = new Set(drawn.filter(({ kind, account }) => kind === 'noRole' && account !== drawn[0].account).map(({ account }) => account));
  return drawn.map(({ account, region, isLargest, kind: own }, index) => {
    const order = largest === undefined ? index : index - 1;
    const count = isLargest ? largest! : Math.floor(rest * (order + 1) / others) - Math.floor(rest * order / others);
    // Services that are global, such as IAM, are called in us-east-1, which cannot be disabled.
    const isPossible = own !== 'noRole' && (own !== 'disabled' || region !== 'us-east-1');
    const kind = withoutRole.has(account) ? 'noRole' : isPossible ? own : 'good';
    return { account, region, kind, services: kind === 'noClusters' ? [] : servicesOf(count, faults, kinds, chance) };
  });
}

function accountId(index: number): string {
  return String(200_000_000_000 + index);
}

function servicesOf(count: number, faults: number, kinds: readonly Kind[], chance: Chance): readonly ServiceSpec[] {
  const made: ServiceSpec[] = [];
  for (let index = 0; index < count; index++) {
    const before = made.at(-1);
    const isSpecial = chance.next() * 100 < faults;
    const isShared = !isSpecial && before?.kind === 'plain' && chance.below(SHARED_ONE_OF) === 0;
    const kind = isSpecial ? chance.pick(kinds) : isShared ? 'shared' : 'plain';
    made.push({
      name: `web-${index}`,
      cluster: isShared ? before!.cluster : `shop-${Math.floor(index / SERVICES_A_CLUSTER)}`,
      kind,
      family: isShared ? before!.family : `web-${index}`,
      role: kind === 'noKey' ? 'no-key' : isShared ? before!.role : `execution-${Math.floor(index / SERVICES_A_ROLE)}`,
      happensAt: 1 + chance.below(90),
    });
  }
  return made;
}

export const placeIdOf = ({ account, region }: Pick<PlaceSpec, 'account' | 'region'>) => `${account}-${region}`;
