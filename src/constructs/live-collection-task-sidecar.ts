import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { PostmanAgentTaskOptions } from './agent-task-options';
import { PostmanAgentTaskSidecar, PostmanAgentTaskSidecarProps } from './agent-task-sidecar';
import { PostmanLiveCollectionOptions } from './live-collection-options';
import { LIVE_COLLECTION } from '../agent';

/**
 * Properties of `PostmanLiveCollectionTaskSidecar`.
 */
export interface PostmanLiveCollectionTaskSidecarProps extends PostmanLiveCollectionOptions, PostmanAgentTaskSidecarProps {}

/**
 * Options of `PostmanLiveCollectionTaskSidecar.extension`.
 */
export interface PostmanLiveCollectionTaskOptions extends PostmanLiveCollectionOptions, PostmanAgentTaskOptions {}

/** The id of the sidecar that an extension adds, below its task definition. */
const EXTENSION_ID = 'PostmanLiveCollection';

/**
 * Runs Postman's Live Collection agent in the tasks of a task definition that has no service: scheduled tasks, tasks of rules and of EventBridge
 * Scheduler, tasks of Step Functions, or a task definition that is built before its service.
 *
 * It adds the same container as the sidecar of a service, with the same checks. The network of the tasks is that of what runs the task
 * definition in this app, or the one that the properties give. Otherwise it is unknown whether they reach Postman, which is a warning.
 *
 * The agent captures only while the task runs, and sends what it has every 30 seconds and when the task stops.
 *
 * ```ts
 * declare const job: patterns.ScheduledFargateTask;
 * new PostmanLiveCollectionTaskSidecar(this, 'Lca', { taskDefinition: job.taskDefinition, collectionId });
 * ```
 */
export class PostmanLiveCollectionTaskSidecar extends PostmanAgentTaskSidecar {
  /**
   * The agent as an extension of a task definition, which adds a `PostmanLiveCollectionTaskSidecar` to it.
   *
   * ```ts
   * declare const taskDefinition: ecs.FargateTaskDefinition;
   * taskDefinition.addExtension(PostmanLiveCollectionTaskSidecar.extension({ collectionId }));
   * ```
   *
   * @param options what the agent captures, where it sends, and with which key
   */
  public static extension(options: PostmanLiveCollectionTaskOptions): ecs.ITaskDefinitionExtension {
    return {
      extend: taskDefinition => {
        new PostmanLiveCollectionTaskSidecar(taskDefinition, EXTENSION_ID, { taskDefinition, ...options });
      },
    };
  }

  /**
   * @param scope the construct in which to create the sidecar
   * @param id    its id in that scope
   * @param props what the agent captures, in which task definition, where it sends, and with which key. If a property is wrong, an error
   *              names it
   */
  constructor(scope: Construct, id: string, props: PostmanLiveCollectionTaskSidecarProps) {
    super(scope, id, props);
  }

  /** @internal */
  protected _generation() {
    return LIVE_COLLECTION;
  }
}
