import { randomUUID } from 'node:crypto';
import { Account, assumedRole } from '../../src/aws';
import { Environment, ExecutionInput, Mode, PlaceName, StepAnswer, TaskEvent } from '../../src/handlers/enrolment/contract';
import { placeId } from '../../src/handlers/enrolment/keys';
import { Memory } from '../../src/handlers/enrolment/memory';
import { PlaceResult } from '../../src/handlers/enrolment/place-result';
import { Store } from '../../src/handlers/enrolment/store';
import { task } from '../../src/handlers/enrolment/tasks';
import { ENROLMENT_HINTS } from '../../src/handlers/enrolment/words';
import { addSurroundings, FakeAws, succeeds, taskDefinitionBody } from '../fakes';
import { Organisation } from '../fakes/organisation';
import { clientsOf, InProcess } from '../moved-clock/account';
import { MovedClock } from '../moved-clock/clock';

export const HOME = '100000000000';
export const BUCKET = 'enrolment';
/** The limit of the function. */
const FUNCTION_MS = 300_000;
const MOST_STEPS = 200;

/** The account of an enrolment and member accounts, on one clock that moves only if nothing else can be done. */
export class EnrolmentWorld {
  readonly clock: MovedClock;
  readonly organisation: Organisation;
  readonly lines: object[] = [];
  environment: Environment;

  /** @param members ids of accounts */
  constructor(private readonly members: readonly string[], changes: Partial<Environment> = {}) {
    this.clock = new MovedClock(undefined, milliseconds => { for (const aws of this.organisation.accounts.values()) aws.advance(milliseconds); });
    this.organisation = new Organisation([HOME, ...members], { callMs: 0, clock: this.clock });
    this.home.s3.add(BUCKET);
    for (const account of members) addSurroundings(this.member(account), { secretValue: 'value' });
    this.environment = {
      bucket: BUCKET, mode: 'ENROL', agent: { generation: 'insights', options: { discovery: true } }, optIn: false, owner: 'Platform/0123456789abcdef', tolerated: 100,
      memberRole: 'PostmanAgentEnrolmentMember', externalId: 'external', name: 'Enrolment', ...changes,
    };
  }

  get home(): FakeAws {
    return this.organisation.account(HOME);
  }

  get places(): PlaceName[] {
    return this.members.map(account => ({ account, region: 'eu-west-1' }));
  }

  member(account: string): FakeAws {
    return this.organisation.account(account);
  }

  /** A service whose rollouts take a minute. */
  addService(account: string, name: string, options: object = {}, definition: object = {}): void {
    const aws = this.member(account);
    const own = { executionRoleArn: `arn:aws:iam::${account}:role/execution`, ...definition };
    aws.ecs.addService(name, { cluster: 'shop', taskDefinition: taskDefinitionBody(name, own), ...options });
    aws.ecs.rolloutsEnd(name, () => succeeds(60_000));
  }

  /** One call of the function, in a process that may be ended. */
  async call<T>(event: TaskEvent, isAlive: () => boolean = () => true): Promise<T> {
    const { signal } = new AbortController();
    const common = { hints: ENROLMENT_HINTS, signal, clock: this.clock, clients: clientsOf(new InProcess(this.organisation, this.clock, isAlive)) };
    const account = new Account({ ...common, region: 'eu-west-1', credentials: async () => ({ accessKeyId: HOME, secretAccessKey: 'test' }) });
    const began = this.clock.now();
    return task(event, {
      account,
      store: new Store(account, BUCKET),
      environment: this.environment,
      member: ({ account: id, region }, levels) => new Account({
        ...common, region, levels, credentials: assumedRole(account, `arn:aws:iam::${id}:role/${this.environment.memberRole}`, this.environment.externalId),
      }),
      remainingMs: () => FUNCTION_MS - (this.clock.now() - began),
      log: line => this.lines.push(line),
    }) as Promise<T>;
  }

  /** What the state machine does, one place after the other. */
  async execute(input: ExecutionInput = {}, execution: string = randomUUID(), isAlive?: () => boolean): Promise<{ readonly execution: string; readonly results: PlaceResult[] }> {
    const places = this.members.map(account => ({ account, regions: ['eu-west-1'] }));
    await this.call({ task: 'begin', execution, input, places }, isAlive);
    const wanted = JSON.parse(this.object(`executions/${execution}/places.json`)!) as PlaceName[];
    for (const place of wanted) await this.call({ task: 'discover', execution, place }, isAlive);
    for (const place of wanted) await this.work(execution, place, isAlive);
    await this.call({ task: 'finish', execution }, isAlive);
    return { execution, results: wanted.map(place => JSON.parse(this.object(`executions/${execution}/places/${placeId(place)}/result.json`)!) as PlaceResult) };
  }

  async work(execution: string, place: PlaceName, isAlive?: () => boolean): Promise<void> {
    for (let iteration = 0, more = true; more; iteration++) {
      if (iteration > MOST_STEPS) throw new Error('The place does not end.');
      const answer = await this.call<StepAnswer>({ task: 'step', execution, place, iteration }, isAlive);
      more = answer.again;
      if (more) await this.clock.sleep(answer.waitSeconds * 1000);
    }
  }

  object(key: string): string | undefined {
    return this.home.s3.objects(BUCKET).get(key);
  }

  setMode(mode: Mode): void {
    this.environment = { ...this.environment, mode };
  }

  /** The calls that change something in the member accounts. */
  writes(): string[] {
    const names = ['RegisterTaskDefinition', 'UpdateService', 'PutRolePolicy', 'DeleteRolePolicy', 'CreateSecret', 'PutSecretValue'];
    return this.members.flatMap(account => this.member(account).calls.filter(({ action }) => names.includes(action)).map(({ action }) => action));
  }

  static outcomes({ rows }: PlaceResult): Record<string, string> {
    return Object.fromEntries(rows.map(([, service, outcome]) => [service, outcome]));
  }
}

export type { Memory };
