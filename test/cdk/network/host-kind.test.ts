import * as ecs from 'aws-cdk-lib/aws-ecs';
import { override, verdict } from './given';
import { fargate } from '../../given';

/** A service that runs on a capacity provider instead of its launch type. */
function onProvider(capacityProvider: unknown, given: ReturnType<typeof fargate>) {
  (given.service.node.defaultChild as ecs.CfnService).addPropertyDeletionOverride('LaunchType');
  override(given, 'CapacityProviderStrategy', [{ CapacityProvider: capacityProvider, Weight: 1 }]);
  return given;
}

test('tasks on Managed Instances in awsvpc mode are reachable in an open network', () => {
  const given = fargate();
  const provider = new ecs.CfnCapacityProvider(given.stack, 'Managed', {});
  provider.addPropertyOverride('ManagedInstancesProvider', { InfrastructureRoleArn: 'arn:aws:iam::111122223333:role/infra' });
  expect(verdict(onProvider({ Ref: provider.logicalId }, given)).outcome).toBe('reachable');
});

test('a capacity provider that is not in this app makes the verdict unknown', () => {
  expect(verdict(onProvider('elsewhere', fargate()))).toMatchObject({
    outcome: 'unknown', text: expect.stringMatching(/capacity provider elsewhere is not part of this app/i),
  });
});
