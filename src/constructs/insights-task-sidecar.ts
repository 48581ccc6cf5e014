import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { PostmanAgentTaskOptions } from './agent-task-options';
import { PostmanAgentTaskSidecar, PostmanAgentTaskSidecarProps } from './agent-task-sidecar';
import { PostmanInsightsOptions } from './insights-options';
import { INSIGHTS } from '../agent';

/**
 * Properties of `PostmanInsightsTaskSidecar`.
 *
 * Exactly one destination is needed: `projectId`; or `workspaceId` with `systemEnvironmentId`; or `discovery` with `cluster`.
 */
export interface PostmanInsightsTaskSidecarProps extends PostmanInsightsOptions, PostmanAgentTaskSidecarProps {}

/**
 * Options of `PostmanInsightsTaskSidecar.extension`.
 */
export interface PostmanInsightsTaskOptions extends PostmanInsightsOptions, PostmanAgentTaskOptions {}

/** The id of the sidecar that an extension adds, below its task definition. */
const EXTENSION_ID = 'PostmanInsights';

/**
 * Runs Postman's Insights agent in the tasks of a task definition that has no service: scheduled tasks, tasks of rules and of EventBridge
 * Scheduler, tasks of Step Functions, or a task definition that is built before its service.
 *
 * It adds the same container as the sidecar of a service, with the same checks. The network of the tasks is that of what runs the task
 * definition in this app, or the one that the properties give. Otherwise it is unknown whether they reach Postman, which is a warning.
 *
 * The agent captures only while the task runs, and sends what it has every 30 seconds and when the task stops.
 *
 * ```ts
 * declare const job: patterns.ScheduledFargateTask;
 * new PostmanInsightsTaskSidecar(this, 'Insights', { taskDefinition: job.taskDefinition, projectId });
 * ```
 */
export class PostmanInsightsTaskSidecar extends PostmanAgentTaskSidecar {
  /**
   * The agent as an extension of a task definition, which adds a `PostmanInsightsTaskSidecar` to it.
   *
   * ```ts
   * declare const taskDefinition: ecs.FargateTaskDefinition;
   * taskDefinition.addExtension(PostmanInsightsTaskSidecar.extension({ projectId }));
   * ```
   *
   * @param options what the agent captures, where it sends, and with which key
   */
  public static extension(options: PostmanInsightsTaskOptions): ecs.ITaskDefinitionExtension {
    return {
      extend: taskDefinition => {
        new PostmanInsightsTaskSidecar(taskDefinition, EXTENSION_ID, { taskDefinition, ...options });
      },
    };
  }

  /**
   * @param scope the construct in which to create the sidecar
   * @param id    its id in that scope
   * @param props what the agent captures, in which task definition, where it sends, and with which key. If a property is wrong, an error
   *              names it
   */
  constructor(scope: Construct, id: string, props: PostmanInsightsTaskSidecarProps) {
    super(scope, id, props);
  }

  /** @internal */
  protected _generation() {
    return INSIGHTS;
  }
}
