import { ADD, PLAN, REMOVE, scenario, Shop, STATUS } from './shop';

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
  const status = await shop.run(STATUS);
  expect(status.stdout).toMatch(/warning {2}Service orders has the tag managed_by=terraform\. .*\[managedByOtherTool\]/);
  expect((await shop.json(STATUS)).service.warnings).toEqual([{ id: 'managedByOtherTool', message }]);
  expect(await warned(shop, REMOVE)).toEqual([]);
}, { service: { tags: { team: 'web', managed_by: 'terraform' } } });

scenario('a service that Copilot deploys by CloudFormation is reported once', async shop => {
  expect(await warned(shop, [...PLAN, '--allow-managed'])).toEqual(['managedByCloudFormation']);
}, { service: { tags: { 'aws:cloudformation:stack-name': 'shop-prod-orders', 'copilot-service': 'orders' } } });

scenario('plan says nothing of other tools if no tag names one', async shop => {
  expect(await warned(shop)).toEqual([]);
}, { service: { tags: { ManagedBy: 'platform-team' } } });

scenario('status says nothing of other tools if the agent is in their configuration', async shop => {
  await shop.run(ADD);
  const { family, containerDefinitions, networkMode, executionRoleArn, cpu, memory, requiresCompatibilities } = shop.definition();
  const body = { family, containerDefinitions, networkMode, executionRoleArn, cpu, memory, requiresCompatibilities };
  shop.aws.ecs.updateService('orders', { taskDefinition: shop.aws.ecs.registerTaskDefinition(JSON.parse(JSON.stringify(body))).arn });
  expect((await shop.json(STATUS)).service).toMatchObject({ agent: { image: expect.any(String) }, warnings: [] });
}, { service: { tags: { managed_by: 'terraform' } } });

scenario('status says nothing of other tools if the service has no agent', async shop => {
  expect((await shop.json(STATUS)).service).toMatchObject({ agent: { state: 'absent' }, warnings: [] });
}, { service: { tags: { managed_by: 'terraform' } } });

scenario('status warns that a stack will remove an agent that was added beside it, and says the same of an Express Mode service', async shop => {
  await shop.run([...ADD, '--allow-managed', '--yes']);
  const { service, ran } = await shop.json(STATUS);
  expect(service.warnings.map(({ id }: { id: string }) => id)).toEqual(['managedByCloudFormation', 'expressMode']);
  expect(service.warnings[0].message).toMatch(/^Service orders is managed by the CloudFormation stack sam-app, .* would remove the agent\. See /);
  expect(ran.code).toBe(0);
}, { service: { tags: { 'aws:cloudformation:stack-name': 'sam-app' }, members: { resourceManagementType: 'ECS' } } });
