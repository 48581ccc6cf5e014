import {
  ADD_PROJECT, ALL, CLUSTER_ARN, INSIGHTS_AGENT, INSIGHTS_IMAGE, KEY, PROJECT, scenario, SELECT, serviceArn, Shop, STATUS, SYSTEM_ENVIRONMENT, variables,
  WORKSPACE,
} from './shop';

const WORKSPACE_FLAGS = ['--workspace-id', WORKSPACE, '--system-env', SYSTEM_ENVIRONMENT];
const add = (...flags: readonly string[]) => ['ecs', 'add', ...SELECT, ...flags];
const secretArn = (shop: Shop) => shop.aws.secrets.find('postman/api-key')!.arn;
const warningIds = (service: { readonly warnings: readonly { readonly id: string }[] }) => service.warnings.map(({ id }) => id);

describe('ecs add of the Insights agent', () => {
  const AS_POSTMAN_WRITES_IT = ['ecs', 'add', '--project', PROJECT, '--region', 'eu-west-1', '--cluster', CLUSTER_ARN, '--service', serviceArn('orders')];

  for (const variable of ['POSTMAN_API_KEY', 'POSTMAN_INSIGHTS_API_KEY']) {
    scenario(`add --project works as Postman's own pages write it, with the key in ${variable}`, async shop => {
      const ran = await shop.run(AS_POSTMAN_WRITES_IT, { env: { [variable]: KEY, AWS_REGION: undefined } });
      expect(ran.code).toBe(0);
      expect(shop.runs()).toBe('orders:2');
      expect(shop.agent()).toMatchObject({
        name: INSIGHTS_AGENT,
        image: `${INSIGHTS_IMAGE}:latest`,
        essential: false,
        readonlyRootFilesystem: true,
        entryPoint: ['/postman-insights-agent', 'apidump', '--project', PROJECT],
        secrets: ['POSTMAN_INSIGHTS_API_KEY', 'POSTMAN_API_KEY'].map(name => ({ name, valueFrom: secretArn(shop) })),
      });
      const input = { Name: 'postman/api-key', Description: 'API key of the Postman agent' };
      expect(shop.aws.callsOf('CreateSecret')).toMatchObject([{ input }]);
      expect(shop.aws.secrets.holds('postman/api-key', KEY)).toBe(true);
    }, { hasSecret: false });
  }

  scenario('the key is POSTMAN_API_KEY if both variables are set, and neither value is shown', async shop => {
    const ran = await shop.run([...ADD_PROJECT, '--verbose'], { env: { POSTMAN_API_KEY: KEY, POSTMAN_INSIGHTS_API_KEY: 'not-a-key-either' } });
    expect(ran.code).toBe(0);
    expect(ran.stdout + ran.stderr).not.toContain('either');
    expect(shop.aws.secrets.holds('postman/api-key', KEY)).toBe(true);
  }, { hasSecret: false });

  scenario('a workspace is named together with its system environment', async shop => {
    expect((await shop.run(add(...WORKSPACE_FLAGS))).code).toBe(0);
    expect(shop.agent().entryPoint.slice(2)).toEqual(WORKSPACE_FLAGS);
    const { service } = await shop.json(STATUS);
    expect(service.agent.destination).toEqual({ workspaceId: WORKSPACE, systemEnvironmentId: SYSTEM_ENVIRONMENT });
  });

  scenario('discovery names the cluster, the namespace and the workload as the construct does', async shop => {
    expect((await shop.run(add('--discovery-mode'))).code).toBe(0);
    expect(shop.agent().entryPoint.slice(2)).toEqual(['--discovery-mode']);
    expect(variables(shop.agent())).toMatchObject({
      POSTMAN_INSIGHTS_CLUSTER_NAME: 'shop', POSTMAN_K8S_NAMESPACE: 'shop', POSTMAN_INSIGHTS_WORKLOAD_NAME: 'orders',
    });
    const { service } = await shop.json(STATUS);
    expect(service.agent.destination).toEqual({ discovery: 'true', discoveryNamespace: 'shop', discoveryName: 'orders' });
  });

  scenario('discovery takes a namespace and a name, and a second add changes the one that is named', async shop => {
    await shop.run(add('--discovery-mode', '--discovery-namespace', 'prod', '--discovery-name', 'web'));
    expect(variables(shop.agent())).toMatchObject({
      POSTMAN_INSIGHTS_CLUSTER_NAME: 'shop', POSTMAN_K8S_NAMESPACE: 'prod', POSTMAN_INSIGHTS_WORKLOAD_NAME: 'web',
    });
    expect((await shop.run(add('--discovery-mode', '--discovery-name', 'orders'))).code).toBe(0);
    expect(variables(shop.agent())).toMatchObject({ POSTMAN_K8S_NAMESPACE: 'prod', POSTMAN_INSIGHTS_WORKLOAD_NAME: 'orders' });
  });

  scenario('discovery gives services that share a revision one new one, with the family as the workload', async shop => {
    shop.aws.ecs.addService('twin', { cluster: 'shop', taskDefinition: 'pair:1' });
    expect((await shop.run(['ecs', 'add', ...ALL, '--discovery-mode'])).code).toBe(0);
    expect([shop.runs(), shop.runs('twin'), shop.revisions('pair')]).toEqual(['pair:2', 'pair:2', 2]);
    expect(variables(shop.agent())).toMatchObject({ POSTMAN_INSIGHTS_WORKLOAD_NAME: 'pair' });
    expect(Object.values(variables(shop.agent())).filter(value => /orders|twin/.test(value))).toEqual([]);
  }, { definition: { family: 'pair' } });

  scenario('--data-region EU makes the agent send to the EU, and the egress verdict is about that host', async shop => {
    const { code, service } = await shop.json([...ADD_PROJECT, '--data-region', 'EU']);
    expect(code).toBe(0);
    expect(shop.agent().entryPoint.slice(4)).toEqual(['--region', 'EU']);
    expect(service.egress).toMatchObject({ verdict: 'reachable', host: 'api.observability.eu.postman.com' });
    expect((await shop.json(STATUS)).service.egress.host).toBe('api.observability.eu.postman.com');
  });

  scenario('a refusal of tasks without a route names the host of the EU with --data-region EU, otherwise that of the US', async shop => {
    const [eu, us] = await Promise.all([shop.json([...ADD_PROJECT, '--data-region', 'EU']), shop.json(ADD_PROJECT)]);
    expect([eu.code, us.code]).toEqual([5, 5]);
    expect(eu.service.refusals).toMatchObject([{ message: expect.stringContaining('api.observability.eu.postman.com') }]);
    expect(us.service.refusals).toMatchObject([{ message: expect.stringContaining('api.observability.postman.com') }]);
  }, { subnet: 'isolated' });

  scenario('--repro-mode and --always-capture-payloads are passed on, and a warning says what is sent', async shop => {
    const paths = ['--always-capture-payloads', '^/a{1,2}', '--always-capture-payloads', '^/b'];
    const { code, service, ran } = await shop.json([...ADD_PROJECT, '--repro-mode', ...paths]);
    expect(code).toBe(0);
    expect(shop.agent().entryPoint.slice(4)).toEqual(['--repro-mode', '--always-capture-payloads', '"^/a{1,2}"', '--always-capture-payloads', '^/b']);
    expect(service.warnings).toContainEqual({ id: 'payloadsSent', message: expect.stringMatching(/`--repro-mode`.*headers and bodies/) });
    expect(ran.stderr).toMatch(/headers and bodies.*\[payloadsSent\]/);
  });

  scenario('paths for payloads without --repro-mode are a warning, since they have no effect', async shop => {
    const { code, service } = await shop.json([...ADD_PROJECT, '--always-capture-payloads', '^/b']);
    expect(code).toBe(0);
    expect(warningIds(service)).toContain('payloadsNotSent');
  });

  scenario('--capture-percent becomes the share of tasks that the agent\'s own flag takes', async shop => {
    expect((await shop.run([...ADD_PROJECT, '--capture-percent', '25'])).code).toBe(0);
    expect(shop.agent().entryPoint.slice(4)).toEqual(['--randomized-start', '25']);
  });

  scenario('--environment, --no-readonly-root and --disable-telemetry change the container', async shop => {
    const flags = ['--environment', 'TEAM=web', '--environment', 'QUERY=a=b', '--no-readonly-root', '--disable-telemetry'];
    expect((await shop.run([...ADD_PROJECT, ...flags])).code).toBe(0);
    expect(shop.agent()).not.toHaveProperty('readonlyRootFilesystem', true);
    expect(variables(shop.agent())).toMatchObject({ TEAM: 'web', QUERY: 'a=b', POSTMAN_INSIGHTS_AGENT_DISABLE_TELEMETRY: 'true' });
  });

  scenario('--no-readonly-root and --environment change an agent that is there, and nothing else in it', async shop => {
    await shop.run(ADD_PROJECT);
    const { readonlyRootFilesystem, ...before } = shop.agent();
    expect(readonlyRootFilesystem).toBe(true);
    const { code, service } = await shop.json([...ADD_PROJECT, '--no-readonly-root', '--environment', 'TEAM=web']);
    expect({ code, action: service.action }).toEqual({ code: 0, action: 'update' });
    const { readonlyRootFilesystem: after, ...rest } = shop.agent();
    expect(after ?? false).toBe(false);
    expect(rest).toEqual({ ...before, environment: [...before.environment, { name: 'TEAM', value: 'web' }] });
  });

  scenario('the default image gets a note, and an image with a version gets none', async shop => {
    const dryRun = [...ADD_PROJECT, '--dry-run'];
    const [latest, pinned] = await Promise.all([shop.json(dryRun), shop.json([...dryRun, '--image', `${INSIGHTS_IMAGE}:v0.40.1`])]);
    expect(warningIds(latest.service)).toEqual(['unpinnedImage']);
    expect(warningIds(pinned.service)).toEqual([]);
  });

  for (const [what, flags] of Object.entries({ 'a project': ['--project', PROJECT], 'a workspace': WORKSPACE_FLAGS, 'discovery': ['--discovery-mode'] })) {
    scenario(`a second add with ${what} is unchanged, and remove goes back to the revision from before`, async shop => {
      await shop.run(add(...flags));
      expect(await shop.json(add(...flags))).toMatchObject({ code: 0, service: { action: 'none', outcome: 'unchanged', warnings: [] } });
      expect((await shop.run(['ecs', 'remove', ...SELECT])).code).toBe(0);
      expect([shop.runs(), shop.revisions()]).toEqual(['orders:1', 2]);
    });
  }

  scenario('plan shows the generation and the destination of an Insights agent that is there', async shop => {
    await shop.run(ADD_PROJECT);
    const { service } = await shop.json(['ecs', 'plan', ...SELECT, '--project', PROJECT]);
    expect(service.agent).toEqual({ state: null, generation: 'insights', image: `${INSIGHTS_IMAGE}:latest`, destination: { projectId: PROJECT }, log: null });
  });
});

describe('HTTPS capture', () => {
  const withHttps = {
    name: INSIGHTS_AGENT, image: INSIGHTS_IMAGE, essential: false,
    entryPoint: ['/postman-insights-agent', 'apidump', '--project', PROJECT, '--enable-https-capture'],
  };
  const definition = { containerDefinitions: [{ name: 'web', image: 'nginx' }, withHttps] };

  scenario('an agent on Fargate that captures HTTPS is refused with the reason and the way out', async shop => {
    const { code, service } = await shop.json([...ADD_PROJECT, '--rate-limit', '200']);
    expect(code).toBe(5);
    const message = expect.stringMatching(/--enable-https-capture.*Fargate.*eBPF.*load balancer end TLS/);
    expect(service.refusals).toMatchObject([{ id: 'httpsCapture', message }]);
    expect(shop.writes).toEqual([]);
  }, { definition });

  scenario('an agent on EC2 that captures HTTPS is not refused', async shop => {
    const { code, service } = await shop.json([...ADD_PROJECT, '--rate-limit', '200']);
    expect({ code, refusals: service.refusals }).toEqual({ code: 0, refusals: [] });
    expect(shop.agent().entryPoint).toContain('--enable-https-capture');
  }, { definition: { ...definition, requiresCompatibilities: ['EC2'] }, service: { launchType: 'EC2' } });
});
