import { randomUUID } from 'node:crypto';
import { Account, assumedRole } from '../../src/aws';
import { Environment, ExecutionInput, Mode, PlaceName, StepAnswer, TaskEvent } from '../../src/handlers/enrolment/contract';
import { placeId } from '../../src/handlers/enrolment/keys';
import { PlaceResult } from '../../src/handlers/enrolment/place-result';
import { Store } from '../../src/handlers/enrolment/store';
import { task } from '../../src/handlers/enrolment/tasks';
import { ENROLMENT_HINTS } from '../../src/handlers/enrolment/words';
import { accessDenied, addSurroundings, FakeAws, succeeds, taskDefinitionBody } from '../fakes';
import { Organisation } from '../fakes/organisation';
import { Outcome } from '../fakes/server';
import { HttpCall } from '../fakes/wire/http-call';
import { clientsOf, InProcess } from '../moved-clock/account';
import { MovedClock } from '../moved-clock/clock';

export interface Executed {
  readonly execution: string;
  readonly results: readonly PlaceResult[];
}

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
  private readonly denied = new Set<string>();
  private ending?: { readonly isLast: (call: HttpCall) => boolean; readonly when: 'before' | 'after' };

  /** @param members ids of accounts */
  constructor(private readonly members: readonly string[], changes: Partial<Environment> = {}) {
    this.clock = new MovedClock(undefined, milliseconds => { for (const aws of this.organisation.accounts.values()) aws.advance(milliseconds); });
    this.organisation = new Organisation([HOME, ...members], { callMs: 0, clock: this.clock });
    this.home.s3.add(BUCKET);
    for (const account of members) addSurroundings(this.member(account), { secretValue: 'value' });
    this.environment = {
      bucket: BUCKET, mode: 'ENROL', agent: { generation: 'insights', options: { discovery: true } }, optIn: false,
      owner: 'Platform/0123456789abcdef', tolerated: 100, memberRole: 'PostmanAgentEnrolmentMember', externalId: 'external', name: 'Enrolment', ...changes,
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

  /** The role of a member account cannot be assumed. */
  denyRole(account: string): void {
    this.denied.add(account);
  }

  /** Whether a process was ended. */
  get wasEnded(): boolean {
    return this.ending === undefined;
  }

  /** Ends the process of the function right before or after its nth call of AWS from now on. */
  endAt(call: number, when: 'before' | 'after'): void {
    let seen = 0;
    this.endWhen(() => seen++ === call, when);
  }

  /** Ends the process of the function right before or after a call of AWS. */
  endWhen(isLast: (call: HttpCall) => boolean, when: 'before' | 'after'): void {
    this.ending = { isLast, when };
  }

  /** The bucket, for a process that is never ended. */
  store(): Store {
    return new Store(this.homeAccount(), BUCKET);
  }

  homeAccount(): Account {
    const { signal } = new AbortController();
    const clients = clientsOf(new InProcess(this.organisation, this.clock, () => true));
    const credentials = async () => ({ accessKeyId: HOME, secretAccessKey: 'test' });
    return new Account({ region: 'eu-west-1', hints: ENROLMENT_HINTS, signal, clock: this.clock, clients, credentials });
  }

  /** What the state machine does with a task: a process that ended without an answer is followed by another one. */
  async call<T>(event: TaskEvent): Promise<T> {
    for (let tries = 0; tries < 5; tries++) {
      const answer = await this.once<T>(event);
      if (answer !== undefined) return answer;
      await this.clock.sleep(2000);
    }
    throw new Error('The function does not answer.');
  }

  /** One call of the function. @returns undefined if its process was ended */
  private async once<T>(event: TaskEvent): Promise<T | undefined> {
    const end = new AbortController();
    const { signal } = end;
    let isAlive = true;
    const killed = new Promise<undefined>(resolve => signal.addEventListener('abort', () => resolve(undefined)));
    const kill = () => {
      isAlive = false;
      this.ending = undefined;
      setImmediate(() => end.abort());
    };
    const handle = async (http: HttpCall): Promise<Outcome> => {
      const { ending } = this;
      const isLast = ending?.isLast(http) ?? false;
      if (isLast && ending?.when === 'before') {
        kill();
        return { end: 'hang' };
      }
      const denied = [...this.denied].find(account => http.body.includes('Action=AssumeRole') && http.body.includes(account));
      if (denied) this.home.inject('sts:AssumeRole', accessDenied(`arn:aws:iam::${denied}:role/${this.environment.memberRole}`), { times: 1 });
      const answered = await this.organisation.handle(http);
      if (isLast) kill();
      return answered;
    };
    const common = { hints: ENROLMENT_HINTS, signal, clock: this.clock, clients: clientsOf(new InProcess({ handle }, this.clock, () => isAlive)) };
    const account = new Account({ ...common, region: 'eu-west-1', credentials: async () => ({ accessKeyId: HOME, secretAccessKey: 'test' }) });
    const began = this.clock.now();
    const working = task(event, {
      account,
      store: new Store(account, BUCKET),
      environment: this.environment,
      member: ({ account: id, region }, levels) => new Account({
        ...common, region, levels, credentials: assumedRole(account, `arn:aws:iam::${id}:role/${this.environment.memberRole}`, this.environment.externalId),
      }),
      remainingMs: () => FUNCTION_MS - (this.clock.now() - began),
      log: line => this.lines.push(line),
    }) as Promise<T>;
    working.catch(() => {});
    return Promise.race([working, killed]);
  }

  /** What the state machine does, one place after the other. */
  async execute(input: ExecutionInput = {}, execution: string = randomUUID()): Promise<Executed> {
    const places = this.members.map(account => ({ account, regions: ['eu-west-1'] }));
    await this.call({ task: 'begin', execution, input, places });
    const wanted = JSON.parse(this.object(`executions/${execution}/places.json`)!) as PlaceName[];
    for (const place of wanted) await this.call({ task: 'discover', execution, place });
    for (const place of wanted) await this.work(execution, place);
    await this.call({ task: 'finish', execution });
    const resultOf = (place: PlaceName) => JSON.parse(this.object(`executions/${execution}/places/${placeId(place)}/result.json`)!) as PlaceResult;
    return { execution, results: wanted.map(resultOf) };
  }

  async work(execution: string, place: PlaceName): Promise<void> {
    for (let iteration = 0, waits = 0, more = true; more; iteration++) {
      if (iteration > MOST_STEPS) throw new Error('The place does not end.');
      const answer: StepAnswer = await this.call<StepAnswer>({ task: 'step', execution, place, iteration, waits });
      ({ waits } = answer);
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
}

/** The outcome of each service. */
export function outcomesOf({ rows }: PlaceResult): Record<string, string> {
  return Object.fromEntries(rows.map(([, service, outcome]) => [service, outcome]));
}
