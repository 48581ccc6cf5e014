import { ADD, ALL, COLLECTION, PLAN, PROJECT, REMOVE, scenario, SELECT, Shop, ShopOptions } from './shop';
import { accessDenied, JsonObject, serverError, taskDefinitionBody } from '../fakes';

/** The ids of the warnings of a plan, besides the note on the default image. */
async function warned(shop: Shop, args: readonly string[] = PLAN): Promise<string[]> {
  const { service } = await shop.json(args);
  return service.warnings.map(({ id }: { id: string }) => id).filter((id: string) => id !== 'unpinnedImage');
}

describe('Service Connect', () => {
  const published = { enabled: true, namespace: 'shop', services: [{ portName: 'http', clientAliases: [{ port: 80 }] }] };

  scenario('plan and add warn that requests may be seen twice if the service publishes a port, and remove does not', async shop => {
    expect(await warned(shop)).toEqual(['serviceConnect']);
    const { code, service } = await shop.json(ADD);
    expect(code).toBe(0);
    const message = expect.stringMatching(/^Service orders publishes a port.*--interfaces.*--filter/);
    expect(service.warnings).toContainEqual({ id: 'serviceConnect', message });
    expect(await warned(shop, REMOVE)).toEqual([]);
  }, { service: { hidden: { serviceConnectConfiguration: published } } });

  for (const [what, serviceConnectConfiguration] of Object.entries({
    'is only a client': { enabled: true, namespace: 'shop' },
    'has turned it off': { ...published, enabled: false },
    'publishes only a port with TLS': { ...published, services: [{ ...published.services[0], tls: { issuerCertificateAuthority: {} } }] },
  })) {
    scenario(`plan says nothing of Service Connect if the service ${what}`, async shop => {
      expect(await warned(shop)).toEqual([]);
    }, { service: { hidden: { serviceConnectConfiguration } } });
  }
});

describe('services in network mode host', () => {
  const HOST = { requiresCompatibilities: ['EC2'], cpu: undefined, memory: '1024', networkMode: 'host' } as unknown as JsonObject;
  const hostModeShop: ShopOptions = { definition: HOST, service: { launchType: 'EC2' } };
  const PLAN_ALL = ['ecs', 'plan', ...ALL, '--collection', COLLECTION];

  function addInstances({ aws }: Shop): void {
    aws.ec2.addInstance('i-1', 'subnet-1');
    aws.ecs.addContainerInstance('shop', 'i-1');
  }

  function addService({ aws }: Shop, name: string, definition = HOST): void {
    aws.ecs.addService(name, { cluster: 'shop', launchType: 'EC2', taskDefinition: taskDefinitionBody(name, definition) });
  }

  /** What each service's plan says of the others. */
  async function sharing(shop: Shop): Promise<Record<string, string | undefined>> {
    const { services } = (await shop.run([...PLAN_ALL, '--json'])).json;
    return Object.fromEntries(services.map(({ serviceArn, warnings }: any) => {
      const found = warnings.find(({ id }: { id: string }) => id === 'sharedHostNetwork');
      return [serviceArn.split('/').pop(), found && /cluster as (.*?), and/.exec(found.message)![1]];
    }));
  }

  scenario('plan warns of the other selected services in host mode, and reads nothing more for it', async shop => {
    addInstances(shop);
    addService(shop, 'billing');
    addService(shop, 'search', { ...HOST, networkMode: 'awsvpc' });
    expect(await sharing(shop)).toEqual({ orders: 'billing', billing: 'orders', search: undefined });
    expect(shop.aws.callsOf('ecs:DescribeTaskDefinition')).toHaveLength(3);
  }, hostModeShop);

  scenario('plan says nothing of a service in host mode that is not selected', async shop => {
    addInstances(shop);
    addService(shop, 'billing');
    expect(await warned(shop)).not.toContain('sharedHostNetwork');
  }, hostModeShop);

  scenario('plan says nothing if only one service is in host mode', async shop => {
    addInstances(shop);
    addService(shop, 'search', { ...HOST, networkMode: 'awsvpc' });
    expect(await sharing(shop)).toEqual({ orders: undefined, search: undefined });
  }, hostModeShop);
});

describe('load balancers', () => {
  const balanced = (shop: Shop, name: string, ...groups: readonly JsonObject[]) => {
    const service = shop.aws.ecs.service(name);
    service.members = { ...service.members, loadBalancers: [...groups] };
  };
  const behind = (targetGroupArn: string): JsonObject => ({ targetGroupArn, containerName: 'web', containerPort: 443 });

  scenario('plan and add warn if the target group uses HTTPS, and remove reads no target group', async shop => {
    balanced(shop, 'orders', behind(shop.aws.targetGroups.add('plain', 'HTTP')), behind(shop.aws.targetGroups.add('orders-tls', 'HTTPS')));
    expect(await warned(shop)).toEqual(['tlsInContainer']);
    const { code, service } = await shop.json(ADD);
    expect(code).toBe(0);
    const message = expect.stringMatching(/^Target group orders-tls of service orders has the protocol HTTPS: .*use the protocol HTTP/);
    expect(service.warnings).toContainEqual({ id: 'tlsInContainer', message });
    const before = shop.aws.callsOf('elasticloadbalancing:DescribeTargetGroups').length;
    expect(await warned(shop, REMOVE)).toEqual([]);
    expect(shop.aws.callsOf('elasticloadbalancing:DescribeTargetGroups')).toHaveLength(before);
  });

  scenario('the other target group of a blue/green service is read, too', async shop => {
    const alternateTargetGroupArn = shop.aws.targetGroups.add('green', 'TLS');
    balanced(shop, 'orders', { ...behind(shop.aws.targetGroups.add('blue', 'TCP')), advancedConfiguration: { alternateTargetGroupArn } });
    expect(await warned(shop)).toEqual(['tlsInContainer']);
  });

  scenario('a service without a load balancer makes no call for one, and one with HTTP is not reported', async shop => {
    expect(await warned(shop)).toEqual([]);
    expect(shop.aws.callsOf('elasticloadbalancing:DescribeTargetGroups')).toEqual([]);
    balanced(shop, 'orders', behind(shop.aws.targetGroups.add('web', 'HTTP')));
    expect(await warned(shop)).toEqual([]);
  });

  scenario('one call reads the target groups of twenty services', async shop => {
    const protocols = Array.from({ length: 25 }, (_, index) => index === 24 ? 'HTTPS' : 'HTTP');
    protocols.forEach((protocol, index) => {
      shop.aws.ecs.addService(`web-${index}`, { cluster: 'shop' });
      balanced(shop, `web-${index}`, behind(shop.aws.targetGroups.add(`web-${index}`, protocol)));
    });
    const { services } = (await shop.run(['ecs', 'plan', ...ALL, '--collection', COLLECTION, '--json'])).json;
    const reported = services.filter(({ warnings }: any) => warnings.some(({ id }: { id: string }) => id === 'tlsInContainer'));
    expect(reported.map(({ serviceArn }: { serviceArn: string }) => serviceArn.split('/').pop())).toEqual(['web-24']);
    const sizes = shop.aws.callsOf('elasticloadbalancing:DescribeTargetGroups').map(({ input }) => (input.TargetGroupArns as string[]).length);
    expect(sizes.sort()).toEqual([20, 5]);
  });

  scenario('a target group that does not exist hides no other', async shop => {
    const gone = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/gone/0123456789abcdef';
    balanced(shop, 'orders', behind(gone), behind(shop.aws.targetGroups.add('orders-tls', 'HTTPS')));
    expect(await warned(shop)).toEqual(['tlsInContainer']);
  });

  for (const [what, fault] of Object.entries({ 'is denied': accessDenied(), 'fails': serverError() })) {
    scenario(`if the read of target groups ${what}, add completes and says nothing of it`, async shop => {
      balanced(shop, 'orders', behind(shop.aws.targetGroups.add('orders-tls', 'HTTPS')));
      shop.aws.inject('elasticloadbalancing:DescribeTargetGroups', fault, { times: Infinity });
      expect(await warned(shop)).toEqual([]);
      expect(await shop.json(ADD)).toMatchObject({ code: 0, service: { outcome: 'completed' } });
    });
  }

  const HTTPS_CAPTURE: JsonObject = {
    requiresCompatibilities: ['EC2'],
    containerDefinitions: [{ name: 'web', image: 'nginx', essential: true, memory: 256 }, {
      name: 'postman-insights-agent', image: 'public.ecr.aws/postman/postman-insights-agent:1', essential: false, memoryReservation: 256,
      entryPoint: ['/postman-insights-agent', 'apidump', '--project', PROJECT, '--enable-https-capture'],
    }],
  };

  scenario('plan says nothing of TLS if the agent reads HTTPS', async shop => {
    balanced(shop, 'orders', behind(shop.aws.targetGroups.add('orders-tls', 'HTTPS')));
    const { service } = await shop.json(['ecs', 'plan', ...SELECT, '--project', PROJECT]);
    expect(service.warnings.map(({ id }: { id: string }) => id)).not.toContain('tlsInContainer');
    expect(shop.aws.callsOf('elasticloadbalancing:DescribeTargetGroups')).toHaveLength(1);
  }, { service: { launchType: 'EC2' }, definition: HTTPS_CAPTURE });
});
