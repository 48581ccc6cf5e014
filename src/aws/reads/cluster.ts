import { Account } from '../calls/account';
import { ClusterName } from '../calls/arns';
import { Failure } from '../calls/failure';

export interface EcsCluster {
  readonly arn: string;
  readonly name: string;
  readonly capacityProviders: readonly string[];
}

/** @throws Failure if there is no such cluster */
export async function readCluster(account: Account, { given, name }: ClusterName): Promise<EcsCluster> {
  const { clusters = [] } = await account.must('ecs', 'DescribeClusters', { clusters: [given] }, { subject: `cluster ${name}` });
  const found = clusters.find(({ status }: { status?: string }) => status === 'ACTIVE');
  if (found === undefined) throw new Failure(`There is no ECS cluster ${name} in ${await account.region()} of this account. ${account.hints.cluster}`);
  return { arn: found.clusterArn, name: found.clusterName, capacityProviders: found.capacityProviders ?? [] };
}
