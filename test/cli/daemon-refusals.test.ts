import { addInstances, addService, addUpstreamDaemon, BRIDGE, DAEMON, DAEMON_ADD, ids, IN_SHOP, onEc2, places, ROLE } from './daemon-given';
import { CAPTURING } from './log-lines';
import { INSIGHTS_AGENT, PROJECT, scenario, Shop, ShopOptions, STATUS, WITH_KEY } from './shop';

const WINDOWS = { attributes: [{ name: 'ecs.os-type', value: 'windows' }] };

/** What a run with these arguments is refused for, after a run that wrote nothing. */
async function refused(shop: Shop, args: readonly string[] = DAEMON_ADD) {
  const { code, service } = await shop.json(args);
  expect([code, service.action, shop.writes]).toEqual([5, 'refuse', []]);
  return service.refusals as readonly { readonly id: string; readonly message: string }[];
}

describe('a cluster without Linux instances', () => {
  const cases: Record<string, { readonly given: (shop: Shop) => void; readonly text: string; readonly shop?: ShopOptions }> = {
    'that has only Fargate': { given: () => {}, text: 'Fargate runs each task on a machine of its own', shop: {} },
    'that has no instance': { given: () => {}, text: 'Add an auto scaling group of EC2 instances' },
    'that has only Windows': {
      given: ({ aws }) => aws.ecs.addContainerInstance('shop', 'i-1', WINDOWS), text: 'i-1 runs Windows, and the agent runs only on Linux',
    },
    'that has only Managed Instances': {
      given: ({ aws }) => {
        aws.ecs.addCapacityProvider('managed', { managedInstancesProvider: {} });
        aws.ecs.addContainerInstance('shop', 'i-1', { capacityProviderName: 'managed' });
      },
      text: 'managed is for Managed Instances, which take daemons only by an API of their own (CreateDaemon)',
    },
  };
  for (const [name, { given, text, shop: options = BRIDGE }] of Object.entries(cases)) {
    scenario(`${name} is refused, and says why`, async shop => {
      given(shop);
      const refusals = await refused(shop);
      expect(ids(refusals)).toContain('noContainerInstances');
      expect(refusals.map(({ message }) => message).join('\n')).toContain(text);
    }, options);
  }
});

scenario('instances on which the daemon does not run are a warning', async shop => {
  addInstances(shop, 'i-1');
  shop.aws.ecs.addContainerInstance('shop', 'i-2', WINDOWS);
  const { code, service } = await shop.json([...DAEMON_ADD, '--dry-run']);
  expect([code, service.daemon.instances, service.egress.verdict]).toEqual([3, 1, 'reachable']);
  expect(ids(service.warnings)).toContain('instancesNotWatched');
}, BRIDGE);

scenario('the network of external instances is unknown, which is a warning', async shop => {
  shop.aws.ecs.addContainerInstance('shop', 'mi-0123456789abcdef0');
  const { code, service } = await shop.json([...DAEMON_ADD, '--dry-run']);
  expect([code, service.egress.verdict]).toEqual([3, 'unknown']);
  expect(JSON.stringify(service.egress.evidence)).toContain('The network of external instances (ECS Anywhere) cannot be seen: mi-0123456789abcdef0');
}, BRIDGE);

scenario('instances without a way out are refused, unless the user says otherwise', async shop => {
  addInstances(shop, 'i-1');
  shop.aws.ecs.logs(INSIGHTS_AGENT, CAPTURING);
  expect(ids(await refused(shop))).toEqual(['egressUnreachable']);
  expect((await shop.run([...DAEMON_ADD, '--allow-unreachable'])).code).toBe(0);
}, { ...BRIDGE, subnet: 'isolated' });

describe('a second daemon', () => {
  scenario('is refused, with the ways out', async shop => {
    addInstances(shop, 'i-1');
    addUpstreamDaemon(shop);
    const [{ id, message }, ...others] = await refused(shop, [...DAEMON_ADD, '--service', 'other']);
    expect([id, others]).toEqual(['secondDaemon', []]);
    expect(message).toContain('already has an agent on each container instance, postman-agent');
  }, BRIDGE);

  scenario('is accepted if both record a part of their own', async shop => {
    addInstances(shop, 'i-1');
    shop.aws.ecs.logs(INSIGHTS_AGENT, CAPTURING);
    expect((await shop.run([...DAEMON_ADD, '--service', 'one', '--host-allow', 'one'])).code).toBe(0);
    expect(ids(await refusals(shop, [...DAEMON_ADD, '--service', 'two']))).toEqual(['secondDaemon']);
    expect((await shop.run([...DAEMON_ADD, '--service', 'two', '--host-allow', 'two'])).code).toBe(0);
    expect(places(shop, 'two')).toEqual(['i-1']);
  }, BRIDGE);

  async function refusals(shop: Shop, args: readonly string[]) {
    return (await shop.json(args)).service.refusals;
  }
});

describe('a daemon of Postman\'s own tool', () => {
  scenario('is changed in place: only what is named, under its own name', async shop => {
    addInstances(shop, 'i-1', 'i-2');
    addUpstreamDaemon(shop);
    shop.aws.ecs.logs(INSIGHTS_AGENT, CAPTURING);
    const { code, service } = await shop.json([...DAEMON_ADD, '--interfaces', 'docker0']);
    expect([code, service.action, service.outcome]).toEqual([0, 'update', 'completed']);
    expect(shop.writes).toEqual(['RegisterTaskDefinition', 'UpdateService']);
    expect(shop.definition('postman-agent')).toMatchObject({ cpu: '512', memory: '512', networkMode: 'host' });
    expect(shop.agent('postman-agent').entryPoint).toEqual(['/postman-insights-agent', 'apidump', '--project', PROJECT, '--interfaces', 'docker0']);
    expect(places(shop, 'postman-agent')).toEqual(['i-1', 'i-2']);
  }, BRIDGE);

  scenario('is warned about: it records each request several times', async shop => {
    addInstances(shop, 'i-1');
    addUpstreamDaemon(shop);
    const { code, service } = await shop.json([...DAEMON_ADD, '--dry-run']);
    expect([code, service.action]).toEqual([0, 'none']);
    expect(ids(service.warnings)).toContain('everyInterface');
  }, BRIDGE);
});

describe('a service of the daemon\'s name', () => {
  scenario('that is no daemon is refused', async shop => {
    addInstances(shop, 'i-1');
    const [{ id, message }] = await refused(shop, [...DAEMON_ADD, '--service', 'orders']);
    const text = 'Service orders of cluster shop is not a daemon. Name another service with `--service`.';
    expect([id, message]).toEqual(['serviceNotDaemon', expect.stringContaining(text)]);
  }, BRIDGE);

  scenario('that is a daemon of something else is refused', async shop => {
    addInstances(shop, 'i-1');
    shop.aws.ecs.addService(DAEMON, { cluster: 'shop', schedulingStrategy: 'DAEMON', taskDefinition: { family: 'logs', ...onEc2('host') } });
    expect((await refused(shop))[0].message).toContain('a daemon that does not run the agent');
  }, BRIDGE);

  scenario('that CloudFormation manages is refused, unless the user says otherwise', async shop => {
    addInstances(shop, 'i-1');
    addUpstreamDaemon(shop);
    shop.aws.ecs.tag(shop.aws.ecs.service('postman-agent').arn, { 'aws:cloudformation:stack-name': 'agents' });
    expect(ids(await refused(shop, [...DAEMON_ADD, '--interfaces', 'docker0']))).toEqual(['managedByCloudFormation']);
    expect((await shop.run([...DAEMON_ADD, '--interfaces', 'docker0', '--allow-managed'])).code).toBe(0);
  }, BRIDGE);
});

scenario('sidecars in host mode, and services that are not seen, are said', async shop => {
  addInstances(shop, 'i-1');
  addService(shop, 'billing', onEc2('host', {
    containerDefinitions: [
      { name: 'web', image: 'nginx', memory: 256 }, { name: INSIGHTS_AGENT, image: INSIGHTS_AGENT, memory: 256, essential: false },
    ],
  }));
  addService(shop, 'search', onEc2('awsvpc'));
  const { service } = await shop.json([...DAEMON_ADD, '--dry-run']);
  const messages = Object.fromEntries(service.warnings.map(({ id, message }: { id: string; message: string }) => [id, message]));
  expect(messages.daemonAndSidecars).toContain('billing has a sidecar in network mode host');
  expect(messages.daemonCoverage).toContain('Cluster shop has 3 other services: the daemon sees 1 in network mode bridge, '
    + 'and does not see 1 with networks of their own (awsvpc, Fargate) and 1 in network mode host.');
}, BRIDGE);

scenario('services in host mode are seen on the interface of the instance', async shop => {
  addInstances(shop, 'i-1');
  const { service } = await shop.json([...DAEMON_ADD, '--interfaces', 'ens5', '--dry-run']);
  expect(JSON.stringify(service.warnings)).toContain('the daemon sees 1 in network mode host.');
}, { ...BRIDGE, definition: onEc2('host') });

scenario('a role of that name that this program has not made is refused', async shop => {
  addInstances(shop, 'i-1');
  shop.aws.iam.addRole(ROLE);
  const [{ id, message }] = await refused(shop);
  expect([id, message]).toEqual(['roleOfOthers', expect.stringContaining(`\`--execution-role ${ROLE}\``)]);
}, BRIDGE);

scenario('a log group that does not exist is refused if the user has named it', async shop => {
  addInstances(shop, 'i-1');
  expect(ids(await refused(shop, [...DAEMON_ADD, '--log-group', '/ecs/none']))).toEqual(['logGroupMissing']);
}, BRIDGE);

describe('arguments that make no sense', () => {
  const cases: readonly (readonly [args: readonly string[], code: number, text: string])[] = [
    [['ecs', 'daemon', 'add', '--project', PROJECT], 2, 'Name the cluster with `--cluster <ARN or name>`'],
    [['ecs', 'daemon', 'add', ...IN_SHOP], 2, 'The agent needs a destination.'],
    [[...DAEMON_ADD, '--service', 'a', '--service', 'b'], 2, '`--service` is the service of the daemon here. Name one.'],
    [[...DAEMON_ADD, '--service', 'arn:aws:ecs:eu-west-1:123456789012:service/other/agents'], 2, 'name different clusters: shop, other'],
    [[...DAEMON_ADD, '--execution-role', ''], 2, '`--execution-role` must be the ARN or the name of a role'],
    [[...DAEMON_ADD, '--execution-role', 'none'], 1, 'There is no role none in this account. Check its name, or leave `--execution-role` out'],
    [['ecs', 'daemon', 'add', '--cluster', 'none', '--project', PROJECT], 1, 'There is no ECS cluster none in eu-west-1'],
    [[...DAEMON_ADD, '--timeout', 'soon'], 2, '`--timeout`'],
  ];
  for (const [args, code, text] of cases) {
    scenario(`say so: ${args.slice(2).join(' ')}`, async shop => {
      addInstances(shop, 'i-1');
      const ran = await shop.run(args);
      expect([ran.code, ran.stderr]).toEqual([code, expect.stringContaining(text)]);
      expect(shop.writes).toEqual([]);
    }, BRIDGE);
  }
});

scenario('without a secret and without a key, both ways are named', async shop => {
  addInstances(shop, 'i-1');
  const ran = await shop.run(DAEMON_ADD);
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('Set POSTMAN_API_KEY in the environment')]);
  expect((await shop.json([...DAEMON_ADD, '--dry-run'], { env: WITH_KEY })).service.daemon.executionRole.policy.Statement[0].Resource[0]).toContain('-??????');
}, { ...BRIDGE, hasSecret: false });

scenario('a sidecar for a service in bridge mode is refused, and the daemon is named', async shop => {
  const ran = await shop.run(['ecs', 'plan', ...STATUS.slice(2), '--project', PROJECT]);
  expect([ran.code, ran.stdout]).toEqual([5, expect.stringContaining('`ecs daemon add`')]);
}, BRIDGE);
