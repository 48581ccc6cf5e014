import { Account } from './account';
import { lastPart } from './arns';
import { EcsService } from './services';

export interface StoppedContainer {
  readonly task: string;
  readonly container: string;
  readonly exitCode?: number;
  readonly reason?: string;
  /** Why the whole task stopped; undefined if it still runs. */
  readonly taskReason?: string;
}

export interface TaskSeen {
  readonly taskArn: string;
  readonly taskDefinitionArn: string;
  readonly lastStatus: string;
  readonly startedAt?: Date;
  readonly stoppedReason?: string;
  readonly containers?: readonly { readonly name: string; readonly lastStatus?: string; readonly exitCode?: number; readonly reason?: string }[];
}

/** DescribeTasks takes at most a hundred. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
const TASKS_A_CALL = 100;

/** The running tasks of a service, or those that stopped within about the last hour. */
export async function tasksOf(
  account: Account, { clusterArn: cluster, serviceName }: EcsService, desiredStatus: 'RUNNING' | 'STOPPED', most = 1000,
): Promise<TaskSeen[]> {
  const subject = { subject: `service ${serviceName}` };
  const arns: string[] = [];
  for (let nextToken: string | undefined; arns.length < most;) {
    const page = await account.must('ecs', 'ListTasks', { cluster, serviceName, desiredStatus, nextToken }, subject);
    arns.push(...page.taskArns ?? []);
    nextToken = page.nextToken;
    if (nextToken === undefined) break;
  }
  const tasks: TaskSeen[] = [];
  for (let at = 0; at < arns.length; at += TASKS_A_CALL) {
    const { tasks: described = [] } = await account.must('ecs', 'DescribeTasks', { cluster, tasks: arns.slice(at, at + TASKS_A_CALL) }, subject);
    tasks.push(...described);
  }
  return tasks;
}

/** The containers that ended, the agent's first. */
export function stoppedContainers(tasks: readonly TaskSeen[], agentNames: ReadonlySet<string>): StoppedContainer[] {
  const stopped = tasks.flatMap(({ taskArn, stoppedReason, containers = [], lastStatus }) => containers
    .filter(container => container.lastStatus === 'STOPPED' || lastStatus === 'STOPPED')
    .map(({ name, exitCode, reason }) => ({
      task: lastPart(taskArn), container: name, exitCode, reason, ...stoppedReason === undefined ? {} : { taskReason: stoppedReason },
    })));
  return stopped.sort((a, b) => Number(agentNames.has(b.container)) - Number(agentNames.has(a.container)));
}

/** Whether ECS stopped the whole task. An agent stopped together with its task did not crash: it exits with 1 if it saw no traffic. */
export function isScaledIn({ taskReason, exitCode }: Pick<StoppedContainer, 'taskReason' | 'exitCode'>): boolean {
  return taskReason !== undefined && /Scaling activity initiated by|Task stopped by user|user-initiated/i.test(taskReason) && exitCode !== 137;
}

export function describeStopped({ task, container, exitCode, reason, taskReason }: StoppedContainer): string {
  const how = [exitCode === undefined ? undefined : `exit code ${exitCode}`, reason].filter(Boolean).join(', ') || 'without an exit code';
  return `task ${task}: container ${container} ended (${how})${taskReason === undefined || taskReason === reason ? '' : `; ${taskReason}`}`;
}
