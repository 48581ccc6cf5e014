import { ADD, PLAN, REMOVE, scenario, Shop } from './shop';

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
