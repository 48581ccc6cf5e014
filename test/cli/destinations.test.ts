import {
  ADD, ADD_PROJECT, COLLECTION, Container, IMAGE, INSIGHTS_AGENT, INSIGHTS_IMAGE, PROJECT, scenario, SELECT, STATUS, SYSTEM_ENVIRONMENT, variables, WORKSPACE,
} from './shop';
import { JsonObject } from '../fakes';

const add = (...flags: readonly string[]) => ['ecs', 'add', ...SELECT, ...flags];
const WORKSPACE_FLAGS = ['--workspace-id', WORKSPACE, '--system-env', SYSTEM_ENVIRONMENT];

/** What is wrong, and the way out, in one line. */
const BAD: Readonly<Record<string, readonly [args: readonly string[], message: RegExp]>> = {
  'a project and a collection': [[...ADD, '--project', PROJECT], /`--collection` and `--project` name more than one\. Keep one of them/],
  'a project and a workspace': [[...ADD_PROJECT, ...WORKSPACE_FLAGS], /`--project`, `--workspace-id` and `--system-env` name more than one/],
  'a project and discovery': [[...ADD_PROJECT, '--discovery-mode'], /`--project` and `--discovery-mode` name more than one/],
  'no destination': [add(), /needs a destination\. Set `--collection`, `--project`, `--workspace-id` with `--system-env` or `--discovery-mode`/],
  'no destination beside an option of one agent': [add('--repro-mode'), /Set `--project`, `--workspace-id` with `--system-env` or `--discovery-mode`\./],
  'no destination beside the image of the Live Collection agent': [add('--image', `${IMAGE}:1`), /needs a destination\. Set `--collection`\./],
  'no destination beside the image of the Insights agent': [
    add('--image', `${INSIGHTS_IMAGE}:v0.40.1`), /needs a destination\. Set `--project`, `--workspace-id` with `--system-env` or `--discovery-mode`\./,
  ],
  'a name of discovery without discovery': [add('--discovery-name', 'orders'), /needs a destination\. Set `--discovery-mode`\./],
  'a name of discovery beside a project': [
    [...ADD_PROJECT, '--discovery-name', 'orders'], /`--discovery-name` has a meaning only with `--discovery-mode`.*leave `--discovery-name` out/,
  ],
  'a workspace without its system environment': [add('--workspace-id', WORKSPACE), /`--workspace-id` needs `--system-env`, too: .*both of these UUIDs/],
  'a system environment without its workspace': [add('--system-env', SYSTEM_ENVIRONMENT), /`--system-env` needs `--workspace-id`, too/],
  'a workspace that is not a UUID': [
    add('--workspace-id', 'mine', '--system-env', SYSTEM_ENVIRONMENT), /`--workspace-id` must be a UUID.*got: mine; Postman shows it/,
  ],
  'a collection as a project': [add('--project', COLLECTION), /`--project` must be `svc_`.*id of a collection.*set `--collection`/],
  'a project as a collection': [add('--collection', PROJECT), /`--collection` must be.*Insights project.*set `--project`/],
  'a project without its prefix': [add('--project', PROJECT.slice(4)), /`--project` must be `svc_` and 22 letters and digits, got: 0123/],
  'a project that is too short': [add('--project', PROJECT.slice(0, -1)), /`--project` must be `svc_` and 22/],
  'a project with a space': [add('--project', `${PROJECT} `), /`--project` must be `svc_`.*got: "svc_.* "/],
  'an empty project': [add('--project', ''), /`--project` must be `svc_`.*got: ""/],
  '--data-region with a collection': [
    [...ADD, '--data-region', 'EU'], /`--data-region` is an option of the Insights agent.*Leave it out, or use the Insights agent: `--project`/,
  ],
  'an AWS region as the data region': [[...ADD_PROJECT, '--data-region', 'eu-west-1'], /`--data-region` must be US or EU, got: eu-west-1; .*not an AWS region/],
  'the image of the Insights agent with a collection': [
    [...ADD, '--image', `${INSIGHTS_IMAGE}:v0.40.1`], /holds the Insights agent.*Leave `--image` out, or use.*`--project`/,
  ],
  'the image of the Live Collection agent with a project': [
    [...ADD_PROJECT, '--image', `mirror.example:5000/${IMAGE}@sha256:${'a'.repeat(64)}`],
    /holds the Live Collection agent.*Leave `--image` out, or use.*`--collection`/,
  ],
  'a share of more than all tasks': [
    [...ADD_PROJECT, '--capture-percent', '101'], /`--capture-percent` must be a whole number from 1 to 100, in percent, got: 101; leave it out/,
  ],
  'a share that is not a number': [[...ADD_PROJECT, '--capture-percent', 'half'], /`--capture-percent` must be.*got: half/],
  'a variable of another option': [
    [...ADD_PROJECT, '--environment', 'POSTMAN_AGENT_RANDOM_START=50'], /`--environment`.*POSTMAN_AGENT_RANDOM_START; use `--capture-percent`/,
  ],
  'a variable of the key': [[...ADD_PROJECT, '--environment', 'POSTMAN_API_KEY=none'], /`--environment`.*POSTMAN_API_KEY; it names the key.*leave it out/],
  'a variable of a destination': [
    [...ADD_PROJECT, '--environment', `POSTMAN_INSIGHTS_PROJECT_ID=${PROJECT}`], /`--environment`.*POSTMAN_INSIGHTS_PROJECT_ID; use `--project`/,
  ],
  'a variable without a value': [[...ADD_PROJECT, '--environment', 'TEAM'], /`--environment` must be `key=value`.*got: TEAM/],
  'a log group that no log group can be': [[...ADD_PROJECT, '--log-group', 'shop logs'], /`--log-group` must be the name of a log group.*got: shop logs/],
  '--enable-https-capture': [[...ADD_PROJECT, '--enable-https-capture'], /no flag `--enable-https-capture`.*eBPF.*Let the load balancer end TLS/],
  '--randomized-start, the agent\'s own name of a flag': [
    [...ADD_PROJECT, '--randomized-start', '50'], /no flag `--randomized-start`\. Use `--capture-percent`/,
  ],
  '--service-name, the agent\'s own name of a flag': [
    [...ADD_PROJECT, '--service-name=a/b'], /no flag `--service-name`\. Use `--discovery-namespace` and `--discovery-name`/,
  ],
};

describe('destinations that cannot be', () => {
  for (const [what, [args, message]] of Object.entries(BAD)) {
    scenario(`the command line ends with 2 and one line with the way out, and calls nothing: ${what}`, async shop => {
      const ran = await shop.run(args, { env: { POSTMAN_API_KEY: undefined } });
      expect(ran.stderr).toMatch(message);
      expect(ran.stderr.trim().split('\n')).toHaveLength(1);
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      expect(shop.aws.calls).toEqual([]);
    });
  }

  scenario('plan checks the destination as add does', async shop => {
    const ran = await shop.run(['ecs', 'plan', ...SELECT, '--project', PROJECT, '--collection', COLLECTION]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(shop.aws.calls).toEqual([]);
  });
});

/** A task definition with an Insights agent that somebody has added. */
function withAgent(args: readonly string[], environment: Record<string, string> = {}): JsonObject {
  const valueFrom = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:postman/api-key-AbCdEf';
  return {
    containerDefinitions: [{ name: 'web', image: 'nginx', essential: true }, {
      name: INSIGHTS_AGENT,
      image: INSIGHTS_IMAGE,
      essential: false,
      entryPoint: ['/postman-insights-agent', 'apidump', ...args],
      environment: Object.entries({ KEEP: 'me', ...environment }).map(([name, value]) => ({ name, value })),
      secrets: [{ name: 'POSTMAN_INSIGHTS_API_KEY', valueFrom }],
    }],
  };
}

const OTHER_PROJECT = 'svc_7ZZZZZZZZZZZZZZZZZZZZZ';
const PROJECT_VARIABLE = { POSTMAN_INSIGHTS_PROJECT_ID: OTHER_PROJECT };
const WORKSPACE_VARIABLES = { POSTMAN_INSIGHTS_WORKSPACE_ID: SYSTEM_ENVIRONMENT, POSTMAN_INSIGHTS_SYSTEM_ENV: WORKSPACE };
const DISCOVERY_VARIABLES = {
  POSTMAN_INSIGHTS_DISCOVERY_MODE: 'true', POSTMAN_INSIGHTS_CLUSTER_NAME: 'shop', POSTMAN_K8S_NAMESPACE: 'shop', POSTMAN_INSIGHTS_WORKLOAD_NAME: 'orders',
};

/** Ways in which an agent that is there says where it sends. */
const THERE: Readonly<Record<string, JsonObject>> = {
  'a project in a flag': withAgent(['--project', OTHER_PROJECT]),
  'a project in a variable': withAgent([], PROJECT_VARIABLE),
  'a workspace in flags': withAgent(['--workspace-id', SYSTEM_ENVIRONMENT, '--system-env', WORKSPACE]),
  'a workspace in variables': withAgent([], WORKSPACE_VARIABLES),
  'discovery in a flag': withAgent(['--discovery-mode', '--service-name', 'team/orders']),
  'discovery in variables': withAgent([], { ...DISCOVERY_VARIABLES, POSTMAN_INSIGHTS_SERVICE_NAME: 'team/orders' }),
  'a flag that a variable overrides': withAgent(['--project', OTHER_PROJECT], WORKSPACE_VARIABLES),
  'every kind at once': withAgent(['--project', OTHER_PROJECT, '--discovery-mode'], { ...PROJECT_VARIABLE, ...WORKSPACE_VARIABLES, ...DISCOVERY_VARIABLES }),
};

const WANTED = {
  'a project': { flags: ['--project', PROJECT], destination: { projectId: PROJECT } },
  'a workspace': { flags: WORKSPACE_FLAGS, destination: { workspaceId: WORKSPACE, systemEnvironmentId: SYSTEM_ENVIRONMENT } },
  'discovery': { flags: ['--discovery-mode'], destination: expect.objectContaining({ discovery: 'true' }) },
} as const;

/** How many destinations the agent's own rules count, in flags and variables together. */
function destinationsOf(agent: Container & { readonly entryPoint: readonly string[] }): readonly string[] {
  const set = variables(agent);
  const kinds = {
    project: agent.entryPoint.includes('--project') || set.POSTMAN_INSIGHTS_PROJECT_ID !== undefined,
    workspace: agent.entryPoint.includes('--workspace-id') || set.POSTMAN_INSIGHTS_WORKSPACE_ID !== undefined || set.POSTMAN_INSIGHTS_SYSTEM_ENV !== undefined,
    discovery: agent.entryPoint.includes('--discovery-mode') || set.POSTMAN_INSIGHTS_DISCOVERY_MODE !== undefined,
  };
  return Object.entries(kinds).flatMap(([kind, isThere]) => isThere ? [kind] : []);
}

describe('an agent that is there', () => {
  for (const [wanted, { flags, destination }] of Object.entries(WANTED)) {
    for (const [there, definition] of Object.entries(THERE)) {
      scenario(`add with ${wanted} leaves one destination in an agent with ${there}`, async shop => {
        expect((await shop.run(add(...flags))).code).toBe(0);
        expect(destinationsOf(shop.agent())).toHaveLength(1);
        expect((await shop.json(STATUS)).service.agent.destination).toEqual(destination);
        expect(variables(shop.agent())).toMatchObject({ KEEP: 'me' });
        expect(await shop.json(add(...flags))).toMatchObject({ code: 0, service: { action: 'none' } });
      }, { definition });
    }
  }

  scenario('add with the destination that an agent has in variables changes nothing', async shop => {
    expect(await shop.json(add('--project', OTHER_PROJECT))).toMatchObject({ code: 0, service: { action: 'none', outcome: 'unchanged' } });
  }, { definition: withAgent([], PROJECT_VARIABLE) });

  scenario('discovery that an agent already has is completed with what is missing', async shop => {
    expect((await shop.run(add('--discovery-mode'))).code).toBe(0);
    expect(variables(shop.agent())).toMatchObject({
      POSTMAN_INSIGHTS_CLUSTER_NAME: 'shop', POSTMAN_K8S_NAMESPACE: 'team', POSTMAN_INSIGHTS_WORKLOAD_NAME: 'orders',
    });
  }, { definition: withAgent(['--discovery-mode'], { POSTMAN_K8S_NAMESPACE: 'team' }) });
});
