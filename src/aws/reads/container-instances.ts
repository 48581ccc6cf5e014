import { Fact } from '../../egress';
import { Account } from '../calls/account';
import { chunksOf } from '../calls/batch';
import { Pages } from '../calls/pages';

/** An instance that runs tasks of a cluster. */
export interface ContainerInstance {
  readonly arn: string;
  /** `i-…` of EC2, or `mi-…` of an external instance. */
  readonly ec2InstanceId: string;
  readonly isWindows: boolean;
  /** Of ECS Anywhere. */
  readonly isExternal: boolean;
  /** Whether ECS's agent on it is connected: else it starts no task. */
  readonly isConnected: boolean;
  readonly capacityProvider?: string;
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeContainerInstances.html */
const INSTANCES_A_CALL = 100;

interface Described {
  readonly containerInstanceArn: string;
  readonly ec2InstanceId: string;
  readonly agentConnected?: boolean;
  readonly capacityProviderName?: string;
  readonly attributes?: readonly { readonly name?: string; readonly value?: string }[];
}

/** The active instances of a cluster, or why they could not be read. */
export async function readContainerInstances(account: Account, cluster: string): Promise<Fact<readonly ContainerInstance[]>> {
  const unknown = (why: string) => ({ unknown: `the container instances of the cluster could not be read: ${why}` });
  const arns: string[] = [];
  const pages = new Pages('ecs:ListContainerInstances');
  for (let nextToken: string | undefined; ;) {
    const page = await account.look('ecs', 'ListContainerInstances', { cluster, status: 'ACTIVE', nextToken });
    if ('unseen' in page) return unknown(page.unseen);
    arns.push(...page.seen.containerInstanceArns ?? []);
    const after = pages.after<string>(page.seen.nextToken);
    if ('endless' in after) return unknown(after.endless);
    nextToken = after.next;
    if (nextToken === undefined) break;
  }
  const instances: ContainerInstance[] = [];
  for (const containerInstances of chunksOf(arns, INSTANCES_A_CALL)) {
    const answer = await account.look('ecs', 'DescribeContainerInstances', { cluster, containerInstances });
    if ('unseen' in answer) return unknown(answer.unseen);
    instances.push(...((answer.seen.containerInstances ?? []) as Described[]).map(instanceIn));
  }
  return instances;
}

function instanceIn(
  { containerInstanceArn: arn, ec2InstanceId, agentConnected, capacityProviderName, attributes = [] }: Described,
): ContainerInstance {
  return {
    arn,
    ec2InstanceId,
    isWindows: attributes.some(({ name, value }) => name === 'ecs.os-type' && value === 'windows'),
    isExternal: ec2InstanceId.startsWith('mi-') || attributes.some(({ name }) => name === 'ecs.capability.external'),
    isConnected: agentConnected !== false,
    ...capacityProviderName === undefined ? {} : { capacityProvider: capacityProviderName },
  };
}
