import { EcsService } from './services';
import { Account } from '../calls/account';
import { lastPart } from '../calls/arns';
import { chunksOf, remember, Turn } from '../calls/batch';
import { MOST_PAGES, pagesOf } from '../calls/pages';

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
  /** `service:` and the name of the service. */
  readonly group?: string;
  readonly lastStatus: string;
  /** The instance on which it runs. Undefined on Fargate. */
  readonly containerInstanceArn?: string;
  readonly createdAt?: Date;
  readonly startedAt?: Date;
  readonly stoppedReason?: string;
  readonly containers?: readonly { readonly name: string; readonly lastStatus?: string; readonly exitCode?: number; readonly reason?: string }[];
}

/** DescribeTasks takes at most a hundred. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
const TASKS_A_CALL = 100;

/**
 * How many tasks of one service are read: as many as a service may have. Of the stopped ones, the newest hour has far less that says something new.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
 */
const MOST_TASKS = { RUNNING: 5000, STOPPED: 100 } as const;

type DesiredStatus = keyof typeof MOST_TASKS;

/** A cluster and the wanted state of its tasks. */
interface Listed {
  readonly cluster: string;
  readonly desiredStatus: DesiredStatus;
}

/**
 * Reads the tasks of services. The reads of one turn of the event loop go out together: the tasks of a cluster are listed as a whole if that
 * takes fewer calls than a list for each service, and a hundred tasks are described a call.
 */
export class TaskLooks {
  private readonly turns = new Map<string, Turn<readonly TaskSeen[]>>();

  constructor(private readonly account: Account) {}

  /** The running tasks of a service, or those that stopped within about the last hour. */
  public async of({ clusterArn: cluster, serviceName }: Pick<EcsService, 'clusterArn' | 'serviceName'>, desiredStatus: DesiredStatus): Promise<readonly TaskSeen[]> {
    const read = async (names: readonly string[]) => this.read({ cluster, desiredStatus }, names);
    return remember(this.turns, `${cluster} ${desiredStatus}`, () => new Turn(read)).of(serviceName);
  }

  private async read(listed: Listed, names: readonly string[]): Promise<(name: string) => readonly TaskSeen[]> {
    const whole = await this.listCluster(listed, Math.min(Math.floor(names.length / 2), MOST_PAGES - 1));
    const arns = whole ?? (await Promise.all(names.map(async name => this.listService(listed, name)))).flat();
    const subject = subjectOf(names);
    const described = await Promise.all(chunksOf(arns, TASKS_A_CALL).map(async tasks =>
      (await this.account.must('ecs', 'DescribeTasks', { cluster: listed.cluster, tasks }, subject)).tasks ?? []));
    const byGroup = new Map<string | undefined, TaskSeen[]>();
    for (const task of described.flat() as TaskSeen[]) {
      const of = byGroup.get(task.group);
      if (of) of.push(task);
      else byGroup.set(task.group, [task]);
    }
    return name => byGroup.get(`service:${name}`) ?? [];
  }

  /** @returns undefined if the list has more pages than that */
  private async listCluster(listed: Listed, mostPages: number): Promise<string[] | undefined> {
    if (mostPages === 0) return undefined;
    const arns: string[] = [];
    let read = 0;
    for await (const { taskArns = [], nextToken } of this.lists(listed, { subject: `cluster ${lastPart(listed.cluster)}` })) {
      arns.push(...taskArns);
      if (++read === mostPages && nextToken) return undefined;
    }
    return arns;
  }

  private async listService(listed: Listed, serviceName: string): Promise<string[]> {
    const arns: string[] = [];
    for await (const { taskArns = [] } of this.lists({ ...listed, serviceName }, subjectOf([serviceName]))) {
      arns.push(...taskArns);
      if (arns.length >= MOST_TASKS[listed.desiredStatus]) break;
    }
    return arns;
  }

  private lists(listed: Listed & { readonly serviceName?: string }, of: { readonly subject: string }) {
    return pagesOf('ecs:ListTasks', async nextToken => this.account.must('ecs', 'ListTasks', { ...listed, nextToken }, of));
  }
}

function subjectOf(names: readonly string[]): { readonly subject: string } {
  return { subject: `${names.length === 1 ? 'service' : 'services'} ${names.slice(0, MOST_NAMES).join(', ')}${names.length > MOST_NAMES ? ', …' : ''}` };
}

/** In an error. */
const MOST_NAMES = 10;

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
