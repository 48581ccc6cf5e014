import { GENERATIONS } from '../../../src/agent';
import { advance, beginRun, Place, Planner, selectServices, type EditRequest, type KeyRequest, type ServiceRun } from '../../../src/aws';
import { COMMAND_LINE_WORDS } from '../../../src/preflight';
import { addSurroundings, JsonObject, refused, succeeds, taskDefinitionBody, tasksFail, type Fault, type Outcome } from '../../fakes';
import { loadClients, MovedAccount } from '../../moved-clock/account';
import { COLLECTION } from '../../sweep/stories';

/* A run is stored after every step: in the journal of the command line, and in a table or a bucket by the constructs. So no state of it has a secret. */

beforeAll(loadClients);

const OLD_KEY = 'not-the "old\\key';
const NEW_KEY = 'not-the-new-key';
const PASSWORD = 'not-a-password';
const FORMED = ['PMAK', 'not', 'a', 'key'].join('-');
const SECRETS = [OLD_KEY, NEW_KEY, PASSWORD, FORMED];
const TOLD = `${FORMED}, ${OLD_KEY}, ${NEW_KEY}, user:${PASSWORD}@proxy and http://me:${PASSWORD}@host`;
const HIDDEN = 'PMAK-***, ***, ***, ***@proxy and http://***@host';

const logConfiguration = { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/shop', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'agent' } };

/** A service whose agent was added by hand, with its key in clear text. */
const WITH_OLD_AGENT: JsonObject = {
  executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
  containerDefinitions: [
    { name: 'web', image: 'nginx', essential: true },
    {
      name: 'postman-lc-agent', image: 'docker.postman.com/postman-lc-agent:latest', essential: false, logConfiguration,
      entryPoint: ['/postman-lc-agent', 'apidump', '--collection', COLLECTION, '--proxy', `user:${PASSWORD}@proxy`],
      environment: [{ name: 'POSTMAN_API_KEY', value: OLD_KEY }],
    },
  ],
};

interface Given {
  readonly key: KeyRequest;
  readonly outcome?: Outcome;
  readonly lines?: readonly string[];
  readonly fault?: readonly [string, Fault];
}

/** Each state of a run, and the last one of them. */
async function statesOf(
  { key, outcome = succeeds(20_000), lines = [], fault }: Given,
): Promise<{ readonly states: readonly string[]; readonly last: ServiceRun }> {
  const moved = new MovedAccount();
  const { aws, clock } = moved;
  addSurroundings(aws, { mayRead: true, secretValue: 'value' });
  aws.ecs.addService('orders', { cluster: 'shop', desiredCount: 1, taskDefinition: taskDefinitionBody('orders', WITH_OLD_AGENT) });
  aws.ecs.rolloutsEnd('orders', () => outcome);
  aws.ecs.logs('postman-lc-agent', lines);
  if (fault) aws.inject(...fault);
  const request: EditRequest = {
    verb: 'add', allowManaged: false, words: COMMAND_LINE_WORDS, notes: [], grantSecretAccess: false, allowUnreachable: true,
    agent: { generation: GENERATIONS[0], options: { collectionId: COLLECTION }, named: new Set(['collectionId', 'apiKey']) },
    key,
  };
  const { account } = moved.process();
  const selection = { cluster: { given: 'shop', name: 'shop' }, services: [{ given: 'orders', name: 'orders' }], tags: [] };
  const { services } = await selectServices(account, selection);
  const place = new Place(account, request, { follow: true, rollback: true, timeoutMs: 60_000, logsToRead: 1 });
  const plan = await new Planner(account, request).plan(services);
  place.know(plan);
  const states: string[] = [];
  for (let run = await beginRun(plan.services[0], place); ; await clock.sleep(5000), run = await advance(run, place)) {
    states.push(JSON.stringify(run));
    if (run.phase === 'ended') return { states, last: run };
  }
}

const TO_SECRET: KeyRequest = { kind: 'secret', secret: 'postman/api-key', value: NEW_KEY };

const ENDS: readonly (Omit<Given, 'key'> & { readonly about: string; readonly told: (run: ServiceRun) => string | undefined })[] = [
  {
    about: 'the line of the agent\'s log', lines: ['Postman Live Collections Agent 0.29.0', `[ERROR] Invalid credentials, run "login": ${TOLD}`],
    told: ({ end }) => end!.log?.line,
  },
  {
    about: 'the reason of a container that ended',
    outcome: tasksFail({ stopCode: 'TaskFailedToStart', stoppedReason: TOLD, containers: [{ name: 'postman-lc-agent', reason: TOLD }] }),
    told: ({ end }) => end!.stoppedContainers?.[0].reason,
  },
  {
    about: 'the error of a call', fault: ['ecs:RegisterTaskDefinition', refused('ClientException', TOLD)], told: ({ end }) => end!.reason,
  },
];

for (const { about, told, ...given } of ENDS) {
  test(`no state of a run has a key or a password in ${about}`, async () => {
    const { states, last } = await statesOf({ key: TO_SECRET, ...given });
    expect(told(last)).toContain(HIDDEN);
    for (const secret of SECRETS) expect(states.join('\n')).not.toContain(JSON.stringify(secret).slice(1, -1));
  });
}

test('an end that is cleaned keeps its outcome and its revision, whatever the key is', async () => {
  const { last } = await statesOf({
    key: { ...TO_SECRET, value: 'rolledBack' }, outcome: tasksFail({ stopCode: 'TaskFailedToStart', stoppedReason: 'rolledBack' }),
  });
  expect(last).toMatchObject({ phase: 'ended', end: { outcome: 'rolledBack', runs: expect.stringMatching(/orders:1$/) } });
});
