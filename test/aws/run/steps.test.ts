import { GENERATIONS } from '../../../src/agent';
import { advance, beginRun, Place, Planner, selectServices, type EditRequest, type RunSettings, type ServiceRun } from '../../../src/aws';
import { COMMAND_LINE_WORDS } from '../../../src/preflight';
import {
  addSurroundings, alarmGoesOff, connectionReset, hanging, meanwhile, neverSettles, secretOutOfReach, serverError, succeeds, taskDefinitionBody, tasksFail,
  throttled, type Fault, type Outcome,
} from '../../fakes';
import { loadClients, MovedAccount, type MovedProcess } from '../../moved-clock/account';
import * as fc from '../../random';

/*
 * A run is data: storing it after every step, and making the next step in a new process, gives the same writes and the same end as one
 * process, also if processes end in the middle of a call.
 */

beforeAll(loadClients);

const SETTINGS: RunSettings = { follow: true, rollback: true, timeoutMs: 60_000, logsToRead: 1 };
const POLL_MS = 5000;
const MOST_STEPS = 400;

interface Schedule {
  readonly outcome: Outcome;
  readonly rollback: boolean;
  readonly mayRead: boolean;
  readonly settings: RunSettings;
  readonly faults: readonly { readonly at: number; readonly fault: Fault }[];
}

const add: EditRequest = {
  verb: 'add', allowManaged: false, words: COMMAND_LINE_WORDS, notes: [], grantSecretAccess: true, allowUnreachable: false,
  agent: {
    generation: GENERATIONS[0],
    options: { collectionId: '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11' },
    named: new Set(['collectionId']),
  },
  key: { kind: 'secret', secret: 'postman/api-key' },
};

function accountOf({ outcome, rollback, mayRead, faults }: Schedule): MovedAccount {
  const moved = new MovedAccount();
  const { aws } = moved;
  addSurroundings(aws, { mayRead, secretValue: 'value' });
  aws.ecs.addService('orders', {
    cluster: 'shop', desiredCount: 2, taskDefinition: taskDefinitionBody('orders'),
    members: { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } } },
  });
  aws.ecs.rolloutsEnd('orders', body => JSON.stringify(body).includes('postman-lc-agent') ? outcome : undefined);
  for (const { at, fault } of faults) aws.inject('*', fault, { from: at });
  return moved;
}

interface Driven {
  readonly run: ServiceRun;
  readonly writes: readonly unknown[];
}

/** @param endsAt  calls of the run, counted over all processes, in whose middle the process is ended: before or after they are carried out */
async function drive(schedule: Schedule, isOneProcess: boolean, endsAt: readonly { readonly call: number; readonly after: boolean }[] = []): Promise<Driven> {
  const moved = accountOf(schedule);
  const { aws, clock } = moved;
  const first = moved.process();
  const { services } = await repeated(clock, async () => selectServices(first.account, {
    cluster: { given: 'shop', name: 'shop' }, services: [{ given: 'orders', name: 'orders' }], tags: [],
  }));
  const plan = await repeated(clock, async () => new Planner(first.account, add).plan(services));
  const place = placeOf(first, schedule);
  place.know(plan);
  let run = await beginRun(plan.services[0], place);
  let current = first;
  let end = () => {};
  for (const { call, after } of endsAt) {
    const when = after ? 'after' : 'before';
    aws.inject('*', meanwhile(() => {
      current.kill();
      end();
    }, when), { from: call });
    aws.inject('*', hanging(when), { from: call });
  }
  for (let step = 0; run.phase !== 'ended'; step++) {
    if (step > MOST_STEPS) throw new Error(`The run does not end: ${JSON.stringify(run)}`);
    const stored = JSON.parse(JSON.stringify(run)) as ServiceRun;
    const process = isOneProcess ? first : moved.process();
    const here = isOneProcess ? place : placeOf(process, schedule);
    current = process;
    const killed = new Promise<void>(resolve => { end = resolve; });
    const next = await Promise.race([advance(stored, here).catch(() => stored), killed.then(() => stored)]);
    const isSame = next === stored || next.phase === run.phase;
    run = next;
    if (isSame) await clock.sleep(POLL_MS);
  }
  const writes = aws.calls.filter(({ action, applied }) => applied && /^(Register|Update|Stop|Put|Delete|Create)/.test(action))
    .map(({ action, input }) => ({ action, input }));
  return { run, writes };
}

function placeOf({ account }: MovedProcess, { settings }: Schedule): Place {
  return new Place(account, add, settings);
}

async function repeated<T>(clock: MovedAccount['clock'], what: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await what();
    } catch (error) {
      if (tries > 5) throw error;
      await clock.sleep(POLL_MS);
    }
  }
}

const OUTCOMES: readonly Outcome[] = [
  succeeds(20_000), succeeds(0), tasksFail(secretOutOfReach), neverSettles(), alarmGoesOff(['too-many-errors']),
];

const fault = fc.constantFrom(throttled(), serverError(), connectionReset('before'), connectionReset('after'), hanging('before'), hanging('after'));

const schedule: fc.Arbitrary<Schedule> = fc.record({
  outcome: fc.constantFrom(...OUTCOMES),
  rollback: fc.boolean(),
  mayRead: fc.boolean(),
  settings: fc.record({ follow: fc.constantFrom(true, true, false), rollback: fc.boolean() }).map(given => ({ ...SETTINGS, ...given })),
  faults: fc.array(fc.record({ at: fc.integer({ min: 1, max: 60 }), fault }), { maxLength: 3 }),
});

/** What is the same however the run was stepped: times, and how often it looked, are not. */
function comparable(driven: Driven) {
  // Each account gives its secret and deployments other names.
  const { run: { end, phase, interventions, grantedPolicy, targetRevisionArn, sourceRevisionArn }, writes } =
    JSON.parse(JSON.stringify(driven).replace(/(secret:postman\/api-key)-\w{6}/g, '$1-AbCdEf').replace(/(service-deployment\/shop\/orders\/)\w+/g, '$1id')
      .replace(/(postman-live-collection-postman-api-key)-[0-9a-f]+/g, '$1-hash')) as Driven;
  const { log: _, stoppedContainers = [], reason, ...others } = end!;
  return {
    phase, interventions, grantedPolicy, targetRevisionArn, sourceRevisionArn, writes,
    end: { ...others, reason: reason?.replace(/\d+ s\b/, '… s').replace(/\(.*\)/, '') },
    stopped: stoppedContainers.map(({ container, exitCode }) => [container, exitCode]),
  };
}

test('each step in a new process gives the same writes and the same end as one process', async () => {
  await fc.assert(fc.asyncProperty(schedule, async given => {
    const calm = { ...given, faults: [] };
    expect(comparable(await drive(given, false))).toEqual(comparable(await drive(calm, true)));
  }), { ...fc.runs(32), seed: 16 });
});

test('processes that end in the middle of any call, before or after it is carried out, change neither the writes nor the end', async () => {
  const end = fc.record({ call: fc.integer({ min: 1, max: 40 }), after: fc.boolean() });
  const ends = fc.uniqueArray(end, { minLength: 1, maxLength: 6, selector: ({ call }) => call });
  await fc.assert(fc.asyncProperty(schedule, ends, async (given, at) => {
    const calm = { ...given, faults: [] };
    const sorted = [...at].sort((a, b) => a.call - b.call);
    expect(comparable(await drive(calm, false, sorted))).toEqual(comparable(await drive(calm, true)));
  }), { ...fc.runs(32), seed: 17 });
});
