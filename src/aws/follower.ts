import { Account } from './account';
import { isUnsettled } from './errors';
import { Failure, Interrupted, messageOf } from './failure';
import { Rollout, RolloutState, stateOfRollout } from './rollout';
import { ServiceDeployments } from './service-deployments';
import { describeServices, EcsService } from './services';

/** The state of a rollout, to be shown. */
export interface Progress {
  readonly service: string;
  readonly state: 'inProgress' | 'rollingBack';
  readonly detail: string;
  readonly running: number;
  readonly desired: number;
  readonly failed: number;
  readonly seconds: number;
}

export type RolloutEnd = Exclude<RolloutState, { state: 'inProgress' | 'rollingBack' }> | { readonly state: 'timedOut'; readonly reason: string };

export interface FollowOptions {
  readonly timeoutMs: number;
  /** Between two looks at first. Later the looks are further apart. */
  readonly pollMs: number;
  readonly onProgress: (progress: Progress) => void;
}

interface Followed {
  readonly service: EcsService;
  readonly stateOf: (service: EcsService) => Promise<RolloutState>;
  readonly since: number;
  readonly end: (end: RolloutEnd) => void;
  readonly lose: (error: unknown) => void;
}

/** Looks in a row that may fail before following is given up. */
const MOST_FAILED_LOOKS = 5;

/** Follows rollouts together, ten services a call, each by the id that its own UpdateService returned. */
export class Follower {
  private readonly followed = new Map<string, Followed>();
  private readonly records: ServiceDeployments;
  private looking?: Promise<void>;

  constructor(private readonly account: Account, private readonly options: FollowOptions) {
    this.records = new ServiceDeployments(account);
  }

  /**
   * @returns the end of the rollout, or that the time limit has passed
   * @throws Interrupted, or a Failure if the rollout can no longer be read. It continues in ECS.
   */
  public async follow(service: EcsService, rollout: Rollout): Promise<RolloutEnd> {
    let before: RolloutState | undefined;
    return this.watch(service, async seen => {
      before = stateOfRollout(rollout, seen, await this.records.of(seen, rollout), before);
      return before;
    });
  }

  /** Like `follow`, but the caller decides the state. */
  public async watch(service: EcsService, stateOf: (service: EcsService) => Promise<RolloutState>): Promise<RolloutEnd> {
    return new Promise<RolloutEnd>((end, lose) => {
      this.followed.set(service.serviceArn, { service, stateOf, since: performance.now(), end, lose });
      this.looking ??= this.look().finally(() => { this.looking = undefined; });
    });
  }

  /** The ARN of the rollout's service deployment, if the account may read it. */
  public recordOf(rollout: Rollout): string | undefined {
    return this.records.arnOf(rollout);
  }

  private async look(): Promise<void> {
    let failedLooks = 0;
    try {
      // A rollout that fails at once is reported at once.
      for (let wait = Math.min(1000, this.options.pollMs); this.followed.size > 0; wait = this.interval()) {
        await this.account.pause(wait);
        try {
          await this.lookOnce();
          failedLooks = 0;
        } catch (error) {
          const isUnanswered = error instanceof Failure && !(error instanceof Interrupted) && isUnsettled(error.cause);
          if (!isUnanswered || ++failedLooks >= MOST_FAILED_LOOKS) throw error;
        }
      }
    } catch (error) {
      const lost = error instanceof Interrupted ? error : lostTrack(error);
      for (const { lose } of this.followed.values()) lose(lost);
      this.followed.clear();
    }
  }

  private interval(): number {
    const youngest = Math.min(...[...this.followed.values()].map(({ since }) => performance.now() - since));
    const oldest = Math.max(...[...this.followed.values()].map(({ since }) => performance.now() - since));
    const wait = this.options.pollMs * (youngest < 120_000 ? 1 : youngest < 600_000 ? 2 : 4);
    return Math.max(0, Math.min(wait, this.options.timeoutMs - oldest));
  }

  private async lookOnce(): Promise<void> {
    const all = [...this.followed.values()];
    const clusters = new Set(all.map(({ service }) => service.clusterArn));
    const services = (await Promise.all([...clusters].map(async cluster => describeServices(this.account, cluster,
      all.filter(({ service }) => service.clusterArn === cluster).map(({ service }) => service.serviceArn))))).flat();
    await this.records.refresh(services);
    for (const service of services) await this.advance(service);
  }

  private async advance(service: EcsService): Promise<void> {
    const followed = this.followed.get(service.serviceArn);
    if (!followed) return;
    const state = await followed.stateOf(service);
    const milliseconds = performance.now() - followed.since;
    if (state.state !== 'inProgress' && state.state !== 'rollingBack') {
      this.followed.delete(service.serviceArn);
      followed.end(state);
    } else if (milliseconds >= this.options.timeoutMs) {
      this.followed.delete(service.serviceArn);
      followed.end({ state: 'timedOut', reason: `the rollout did not end within ${Math.round(milliseconds / 1000)} s (${state.detail})` });
    } else {
      const [primary] = service.deployments?.filter(({ status }) => status === 'PRIMARY') ?? [];
      const { runningCount: running = 0, desiredCount: desired = service.desiredCount, failedTasks: failed = 0 } = primary ?? {};
      const seconds = Math.round(milliseconds / 1000);
      this.options.onProgress({ service: service.serviceName, state: state.state, detail: state.detail, running, desired, failed, seconds });
    }
  }
}

function lostTrack(error: unknown): Failure {
  const text = `Lost track of the rollout; it continues in ECS. Run \`ecs status\` to check it. ${messageOf(error)}`;
  return new Failure(text, undefined, { cause: error });
}
