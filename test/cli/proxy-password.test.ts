import { ADD_PROJECT, PROJECT, scenario, SELECT, Shop, STATUS } from './shop';
import { JsonObject, refused } from '../fakes';

const SECRET = 'not-a-password';
const PROXY = `http://user:${SECRET}@proxy.example.com:3128`;
const HIDDEN = 'http://***@proxy.example.com:3128';
const PLAN_PROJECT = ['ecs', 'plan', ...SELECT, '--project', PROJECT];

/** No output of a run has the password. */
async function quiet(shop: Shop, args: readonly string[]): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const ran = await shop.run(args);
  expect(ran.stdout + ran.stderr).not.toContain(SECRET);
  return ran;
}

scenario('the password of a proxy is not shown in a plan, its JSON and its warnings, and is registered as it is', async shop => {
  const text = await quiet(shop, [...PLAN_PROJECT, '--proxy', PROXY, '--verbose']);
  expect(text.stdout).toContain(`--proxy '${HIDDEN}'`);
  const json = await quiet(shop, [...PLAN_PROJECT, '--proxy', PROXY, '--json']);
  const [{ taskDefinition, warnings }] = JSON.parse(json.stdout).services;
  expect(taskDefinition.containerDefinitions[1].entryPoint).toContain(HIDDEN);
  expect(warnings.map(({ id }: { id: string }) => id)).toContain('proxyCredentialsInClear');
  expect((await quiet(shop, [...ADD_PROJECT, '--proxy', PROXY])).code).toBe(0);
  expect(shop.agent().entryPoint).toContain(PROXY);
  const changed = await quiet(shop, [...PLAN_PROJECT, '--proxy', PROXY.replace(SECRET, `${SECRET}-2`)]);
  expect(changed.stdout).toContain('(new value)');
  const slower = [...PLAN_PROJECT, '--rate-limit', '5'];
  for (const args of [STATUS, [...STATUS, '--json'], slower, [...slower, '--json']]) await quiet(shop, args);
});

scenario('the password of a proxy in a variable of the agent is not shown', async shop => {
  for (const value of [PROXY, `user:${SECRET}@10.0.0.1:3128`]) {
    const args = [...PLAN_PROJECT, '--environment', `HTTPS_PROXY=${value}`];
    expect((await quiet(shop, args)).stdout).toMatch(/HTTPS_PROXY=(http:\/\/)?\*\*\*@/);
    const json = await quiet(shop, [...args, '--json']);
    expect(json.stdout).toMatch(/"(http:\/\/)?\*\*\*@/);
  }
});

scenario('the password of a proxy that is refused is not shown', async shop => {
  const misuses = [
    ['--proxy', `socks5://user:${SECRET}@proxy:1`], ['--proxy', `user:${SECRET}@proxy`], ['--environment', PROXY],
    ['--trace-tags', `a=b=${PROXY}`], ['--cluster', PROXY], [`--proxi=${PROXY}`],
  ];
  for (const misuse of misuses) expect([misuse[0], (await quiet(shop, [...PLAN_PROJECT, ...misuse])).code]).toEqual([misuse[0], 2]);
});

scenario('the password of a proxy is not shown in the error of a call', async shop => {
  shop.aws.inject('ecs:RegisterTaskDefinition', refused('ClientException', `Invalid argument: --proxy user:${SECRET}@proxy.example.com`));
  const ran = await quiet(shop, [...ADD_PROJECT, '--proxy', PROXY]);
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain('Invalid argument');
});

/** An agent that was added by hand. */
const byHand = (proxy: string): JsonObject => ({
  containerDefinitions: [
    { name: 'web', image: 'nginx', essential: true, environment: [{ name: 'HTTPS_PROXY', value: 'http://app:its-own@proxy:3128' }] },
    {
      name: 'postman-insights-agent', image: 'public.ecr.aws/postman/postman-insights-agent:latest', essential: false,
      command: ['apidump', '--project', PROJECT, '--proxy', proxy], environment: [{ name: 'POSTMAN_API_KEY', value: 'not-a-key' }],
    },
  ],
});

for (const proxy of [`http://user:12/${SECRET}@proxy:3128`, `http://user:${SECRET}#@proxy:3128`, `user:${SECRET}@proxy`]) {
  scenario(`the evidence of an agent with the proxy ${proxy.replace(SECRET, '…')} names only its host`, async shop => {
    for (const args of [[...STATUS, '--json'], STATUS, [...PLAN_PROJECT, '--rate-limit', '5']]) {
      const ran = await quiet(shop, args);
      expect(ran.stdout).not.toMatch(/user:/);
      expect(ran.stdout).toContain('proxy');
    }
  }, { definition: byHand(proxy) });
}

scenario('a plan shows no unchanged value of an application, and its JSON has them as they are registered', async shop => {
  const args = [...PLAN_PROJECT, '--rate-limit', '5'];
  expect((await quiet(shop, args)).stdout).not.toContain('its-own');
  const [{ taskDefinition }] = JSON.parse((await quiet(shop, [...args, '--json'])).stdout).services;
  expect(taskDefinition.containerDefinitions[0].environment).toEqual([{ name: 'HTTPS_PROXY', value: 'http://app:its-own@proxy:3128' }]);
}, { definition: byHand(PROXY) });
