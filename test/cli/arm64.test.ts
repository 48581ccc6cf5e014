import { PLAN, PROJECT, scenario, SELECT, Shop, ShopOptions } from './shop';

const ARM64: ShopOptions = { definition: { runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' } } };

/** The ids of the warnings of a plan, besides the note on the default image. */
async function warned(shop: Shop, args: readonly string[]): Promise<string[]> {
  const { service } = await shop.json(args);
  return service.warnings.map(({ id }: { id: string }) => id).filter((id: string) => id !== 'unpinnedImage');
}

scenario('plan warns of ARM64 for the Live Collection agent, unless the image is the user\'s own', async shop => {
  expect(await warned(shop, PLAN)).toEqual(['arm64Image']);
  expect(await warned(shop, [...PLAN, '--image', 'mirror.example.com/postman-lc-agent:1'])).toEqual([]);
}, ARM64);

scenario('plan does not warn of ARM64 for the Insights agent', async shop => {
  expect(await warned(shop, ['ecs', 'plan', ...SELECT, '--project', PROJECT])).toEqual([]);
}, ARM64);
