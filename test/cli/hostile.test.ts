import { ADD, AGENT, ALL, awslogs, COLLECTION, PLAN, scenario, Shop, STATUS } from './shop';
import { changedAnswer, Fault, JsonObject, refused, secretOutOfReach, tasksFail, taskDefinitionBody } from '../fakes';

/** What a stranger may write anywhere: it would clear the screen, forge a line, turn the text around, and set a variable of a pipeline. */
const EVIL = '\x1b[2J\x1b]0;t\x07\r\n::set-env name=PATH::x\n##vso[task.complete]\norders: done, runs orders:9\n  agent: capturing\x9b1A\u202e\u2028';
const FORGED = /^(orders: done, runs orders:9| *agent: capturing$)/m;

/** Only line breaks of this program: no other control character, no mark of direction, no command of a CI system. */
function checkText(text: string): void {
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/u);
  expect(text).not.toMatch(/^\s*::\w|##\w*\[/m);
  expect(text).not.toMatch(FORGED);
}

/** Every text of an answer that is for people to read, with an addition. */
const FOR_PEOPLE = ['reason', 'stoppedReason', 'rolloutStateReason', 'statusReason', 'message', 'value', 'image', 'serviceName', 'GroupName', 'Description'];
function hostile(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return FOR_PEOPLE.includes(name) ? `${value}${EVIL}` : value;
  if (Array.isArray(value)) return value.map(item => hostile(item, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([member, item]) => [member, hostile(item, member)]));
}
const EVERYWHERE: Fault = changedAnswer(answer => hostile(answer) as JsonObject);

function checkAll(shop: Shop, ran: { readonly stdout: string; readonly stderr: string }): void {
  checkText(ran.stdout);
  checkText(ran.stderr);
  expect(shop.aws.calls.length).toBeGreaterThan(0);
}

const HOSTILE = {
  definition: {
    containerDefinitions: [
      { name: 'web', image: 'nginx', essential: true, logConfiguration: awslogs('web'), environment: [{ name: 'A', value: EVIL }] },
    ],
  },
} as const;

describe('data of strangers', () => {
  for (const [verb, args] of Object.entries({ plan: PLAN, add: ADD, status: STATUS, remove: ['ecs', 'remove', ...ALL], policy: ['ecs', 'policy', ...ALL] })) {
    scenario(`ecs ${verb} shows it as text, whatever AWS answers`, async shop => {
      shop.aws.ecs.logs(AGENT, [`[ERROR] Invalid credentials ${EVIL}`]);
      shop.aws.inject('*', EVERYWHERE, { times: Infinity });
      const runs = [await shop.run([...args, '--verbose']), await shop.run([...args, '--json'])];
      for (const ran of runs) checkAll(shop, ran);
      if (verb !== 'policy') expect(runs.some(({ stdout }) => stdout.includes('\\u001b[2J'))).toBe(true);
    }, HOSTILE);
  }

  scenario('a failed rollout shows reasons as text', async shop => {
    const evil = { ...secretOutOfReach, reason: `${EVIL} out of reach` };
    shop.aws.ecs.rolloutsEnd('orders', tasksFail(evil as typeof secretOutOfReach, { everyMs: 50 }));
    shop.aws.inject('*', EVERYWHERE, { times: Infinity });
    const ran = await shop.run([...ADD, '--timeout', '30s']);
    checkAll(shop, ran);
    expect(ran.code).not.toBe(0);
  }, HOSTILE);

  scenario('a message of an error is text, in one line', async shop => {
    shop.aws.inject('ecs:DescribeServices', refused('ClientException', EVIL), { times: Infinity });
    const ran = await shop.run(STATUS);
    checkAll(shop, ran);
    expect(ran.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  scenario('the arguments of the user are text, too', async shop => {
    const misuses = [['ecs', 'plan', `--${EVIL}`], ['ecs', EVIL], [...STATUS.slice(0, -1), EVIL], ['ecs', 'plan', ...ALL, '--collection', EVIL]];
    for (const args of misuses) {
      const ran = await shop.run(args);
      expect(ran.code).toBe(2);
      checkText(ran.stderr);
    }
  });

  scenario('parsed values of --json are exact', async shop => {
    const labels = { [EVIL]: EVIL, '::error::': '##vso[x]' };
    const [web] = shop.definition().containerDefinitions;
    const taskDefinition = taskDefinitionBody('labelled', { containerDefinitions: [{ ...web, dockerLabels: labels }] });
    shop.aws.ecs.addService('labelled', { cluster: 'shop', taskDefinition });
    const ran = await shop.run(['ecs', 'plan', '--cluster', 'shop', '--service', 'labelled', '--collection', COLLECTION, '--json']);
    checkText(ran.stdout);
    expect(ran.json.services[0].taskDefinition.containerDefinitions[0].dockerLabels).toEqual(labels);
  });
});
