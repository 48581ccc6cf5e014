import { ADD, ALL, COLLECTION, PLAN, REMOVE, scenario, Shop, ShopOptions } from './shop';
import { JsonObject, taskDefinitionBody } from '../fakes';

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
