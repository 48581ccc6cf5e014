import { ASKED } from './asked';
import { Audit } from './audit';
import { Chance } from './chance';
import { Invocation, LambdaFunction } from './lambda';
import { definitionOf } from './machine';
import { BUCKET, EXTERNAL_ID, HOME, HOME_REGION, MEMBER_ROLE, Network, UpdatedService } from './network';
import { placeIdOf, PlaceSpec } from './specs';
import { Account, assumedRole } from '../../../src/aws';
import { arrive } from '../../../src/handlers/enrolment/arrivals';
import { ArrivalEvent, Environment, Mode, TaskEvent } from '../../../src/handlers/enrolment/contract';
import { Store } from '../../../src/handlers/enrolment/store';
import { task } from '../../../src/handlers/enrolment/tasks';
import { ENROLMENT_HINTS } from '../../../src/handlers/enrolment/words';
import { clientsOf, InProcess } from '../../moved-clock/account';
import { MovedClock } from '../../moved-clock/clock';
import { Data, Execution, Machine, machineOf } from '../states';

export interface OrganisationOptions {
  /** @default 'ENROL' */
  readonly mode?: Mode;
  /** @default false */
  readonly optIn?: boolean;
  /** How many of a hundred services of a place may fail. @default 100 */
  readonly tolerated?: number;
  /** How many of a hundred places may fail. @default 100 */
  readonly toleratedPlaces?: number;
  /** @default 40 */
  readonly maxConcurrency?: number;
  /** @default 1 */
  readonly seed?: number;
  /** Whether the deployments of the enrolment itself are events, as with the rules of the members. @default false */
  readonly events?: boolean;
  /** Called for each member whose places have all ended: then it is dropped, with its objects but the results. @default - members are kept */
  readonly onEnd?: (organisation: Organisation, places: readonly PlaceSpec[]) => readonly string[];
}

/** A row of `results.csv`. */
export interface Row {
  readonly account: string;
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
  readonly outcome: string;
  readonly reason: string;
  readonly revision: string;
}

const OWNER = 'organisation/0123456789abcdef';

/** An organisation with its enrolment, on a clock that moves only if nothing else can be done. */
export class Organisation {
  readonly clock: MovedClock;
  readonly audit = new Audit();
  readonly network: Network;
  readonly lambda: LambdaFunction;
  readonly executions: Execution[] = [];
  readonly defects: Error[] = [];
  /** How many calls the function of arrivals has had. */
  arrivals = 0;
  /** What `onEnd` has answered. */
  readonly dropped: string[] = [];
  /** The places that have not ended, by the account. */
  private readonly open = new Map<string, Set<string>>();
  /** Before each state. */
  onState?: (execution: Execution, state: string) => void;
  mode: Mode;
  private readonly machine: Machine;
  private readonly chance: Chance;

  constructor(readonly places: readonly PlaceSpec[], private readonly options: OrganisationOptions = {}) {
    const { mode = 'ENROL', maxConcurrency = 40, toleratedPlaces = 100, seed = 1 } = options;
    this.mode = mode;
    this.chance = new Chance(seed);
    this.clock = new MovedClock();
    this.network = new Network(places, this.clock, this.audit, this.chance);
    this.lambda = new LambdaFunction(this.clock, async (event, invocation) => this.run(event, invocation));
    if (options.events) this.network.onUpdate = (place, service) => this.deployed(place, service);
    const accounts = new Map<string, string[]>();
    for (const { account, region } of places) accounts.set(account, [...accounts.get(account) ?? [], region]);
    for (const place of places) this.open.set(place.account, (this.open.get(place.account) ?? new Set()).add(placeIdOf(place)));
    this.machine = machineOf(definitionOf({
      maxConcurrency, toleratedFailurePercentage: toleratedPlaces, places: [...accounts].map(([account, regions]) => ({ account, regions })),
    }));
  }

  /** A place has ended. */
  private ended(place: string): void {
    const [account] = place.split('-');
    const open = this.open.get(account)!;
    open.delete(place);
    if (open.size > 0) return;
    const places = this.places.filter(one => one.account === account);
    this.dropped.push(...this.options.onEnd!(this, places));
    this.network.drop(account);
    for (const key of this.network.objects.keys()) if (key.includes(`/${account}-`) && !key.endsWith('/result.json')) this.network.objects.delete(key);
  }

  start(name: string, input: Data = {}): Execution {
    const execution = new Execution(name, this.machine, input, {
      clock: this.clock,
      invoke: async (_, payload) => this.lambda.invoke(payload),
      publish: () => {},
      read: async (_, key) => {
        this.audit.s3.set('GetObject', (this.audit.s3.get('GetObject') ?? 0) + 1);
        return this.network.objects.get(key);
      },
      random: () => this.chance.next(),
      onState: (one, state) => this.onState?.(one, state),
      onDefect: error => this.defects.push(error),
    });
    this.executions.push(execution);
    return execution.start();
  }

  /** Runs an execution to its end. */
  async ran(name: string, input: Data = {}): Promise<Execution> {
    const execution = this.start(name, input);
    await execution.ended;
    return execution;
  }

  private deployed({ account, region }: Pick<PlaceSpec, 'account' | 'region'>, { serviceArn: service, deployments }: UpdatedService): void {
    const { id: deployment } = deployments.find(({ status }) => status === 'PRIMARY')!;
    void this.arrive({ account, region, service, deployment }).catch((error: Error) => this.defects.push(error));
  }

  /** What a rule makes of an event of ECS: the function of arrivals notes it, and starts an execution. */
  async arrive(event: ArrivalEvent): Promise<void> {
    this.arrivals++;
    const handler = new InProcess({ handle: async http => this.network.handle(http, 0) }, this.clock, () => true);
    const account = this.homeAccount({ hints: ENROLMENT_HINTS, signal: new AbortController().signal, clock: this.clock, clients: clientsOf(handler) });
    await arrive(event, { account, store: new Store(account, BUCKET) }, `arn:aws:states:${HOME_REGION}:${HOME}:stateMachine:enrolment`);
    const known = this.executions.map(({ name }) => name);
    for (const { name, input } of this.network.home.stateMachines.started) if (!known.includes(name)) this.start(name, JSON.parse(input) as Data);
  }

  private homeAccount(common: ConstructorParameters<typeof Account>[0]): Account {
    return new Account({ ...common, region: HOME_REGION, credentials: async () => ({ accessKeyId: HOME, secretAccessKey: 'test' }) });
  }

  results(execution: string): readonly Row[] {
    const [, ...rows] = rowsOf(this.network.objects.get(`executions/${execution}/results.csv`) ?? '');
    return rows.map(([account, region, cluster, service, outcome, reason, revision]) => ({ account, region, cluster, service, outcome, reason, revision }));
  }

  private async run(event: Data, invocation: Invocation): Promise<Data> {
    const answer = await this.carriedOut(event, invocation);
    const { task: name, place } = event as unknown as { readonly task: string; readonly place?: PlaceSpec };
    if (this.options.onEnd !== undefined && name === 'step' && (answer as { readonly again?: boolean }).again === false) this.ended(placeIdOf(place!));
    return answer;
  }

  private async carriedOut(event: Data, invocation: Invocation): Promise<Data> {
    const { clock } = this;
    const handler = new InProcess({ handle: async http => this.network.handle(http, invocation.id) }, clock, () => invocation.isAlive());
    const clients = clientsOf(handler);
    const { signal } = invocation;
    const common = { hints: ENROLMENT_HINTS, signal, clock, clients };
    const account = this.homeAccount(common);
    const environment: Environment = {
      bucket: BUCKET, mode: this.mode, agent: ASKED, optIn: this.options.optIn ?? false, owner: OWNER, tolerated: this.options.tolerated ?? 100,
      memberRole: MEMBER_ROLE, externalId: EXTERNAL_ID, name: 'Organisation',
    };
    return await task(event as unknown as TaskEvent, {
      account,
      store: new Store(account, BUCKET),
      environment,
      member: ({ account: member, region }, levels) => new Account({
        ...common, region, levels, credentials: assumedRole(account, `arn:aws:iam::${member}:role/${MEMBER_ROLE}`, EXTERNAL_ID),
      }),
      remainingMs: () => invocation.remainingMs(),
      log: line => { this.lambda.logged += JSON.stringify(line).length + 1; },
    }) as Data;
  }

  placeOf(id: string): PlaceSpec {
    return this.places.find(place => placeIdOf(place) === id)!;
  }
}

/** The rows of a file of CSV. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\n"]*))(,|\n)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\n') rows.push([]);
  }
  return rows.slice(0, -1);
}
