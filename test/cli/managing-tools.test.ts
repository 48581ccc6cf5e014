import { ADD, PLAN, REMOVE, scenario, Shop } from './shop';

/** The ids of the warnings of a plan, besides the note on the default image. */
async function warned(shop: Shop, args: readonly string[] = PLAN): Promise<string[]> {
  const { service } = await shop.json(args);
  return service.warnings.map(({ id }: { id: string }) => id).filter((id: string) => id !== 'unpinnedImage');
}

scenario('plan and add warn that the next run of Terraform may remove the agent, and remove does not', async shop => {
  expect(await warned(shop)).toEqual(['managedByOtherTool']);
  const { code, service } = await shop.json(ADD);
  expect(code).toBe(0);
  const message = expect.stringMatching(/^Service orders has the tag managed_by=terraform\. .*Add the agent's container in .* of Terraform, too\./);
  expect(service.warnings).toContainEqual({ id: 'managedByOtherTool', message });
  expect(await warned(shop, REMOVE)).toEqual([]);
}, { service: { tags: { team: 'web', managed_by: 'terraform' } } });

scenario('a service that Copilot deploys by CloudFormation is reported once', async shop => {
  expect(await warned(shop, [...PLAN, '--allow-managed'])).toEqual(['managedByCloudFormation']);
}, { service: { tags: { 'aws:cloudformation:stack-name': 'shop-prod-orders', 'copilot-service': 'orders' } } });

scenario('plan says nothing of other tools if no tag names one', async shop => {
  expect(await warned(shop)).toEqual([]);
}, { service: { tags: { ManagedBy: 'platform-team' } } });
