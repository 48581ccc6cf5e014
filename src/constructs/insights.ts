import { IConstruct } from 'constructs';
import { AddAgentToServicesOptions } from './add-to-services-options';
import { PostmanInsightsCommonOptions } from './insights-options';
import { PostmanInsightsSidecar } from './insights-sidecar';
import { PostmanAgentRotationOptions } from './rotation-options';
import { INSIGHTS } from '../agent';
import { addToEveryService } from '../cdk/every-service/every-service';

/**
 * Options of `PostmanInsights.addToServices`.
 *
 * Exactly one kind of destination is needed: `discovery`; or `workspaceId` with `systemEnvironmentId`; or the ids of projects, in
 * `projectIds`, in a tag, or in both. All other options go to every sidecar.
 */
export interface AddInsightsToServicesOptions extends AddAgentToServicesOptions, PostmanInsightsCommonOptions, PostmanAgentRotationOptions {
  /**
   * The ids of Insights projects, each for the services whose construct path matches a glob. The syntax is that of `exclude`.
   *
   * A service that matches globs with different ids is an error, and so is a glob that matches no service.
   *
   * @default - another destination, or the ids are in the tags that `projectIdTag` names
   */
  readonly projectIds?: { [glob: string]: string };

  /**
   * The key of a tag of the service whose value is the id of its Insights project. Both `Tags.of(…)` and tags of the resource count.
   *
   * @default - another destination, or the ids are in `projectIds`
   */
  readonly projectIdTag?: string;
}

/** The id of each sidecar, below its service. */
const SIDECAR_ID = 'PostmanInsights';

/**
 * Adds the Insights agent to many services at once.
 *
 * ```ts
 * PostmanInsights.of(this).addToServices({ discovery: true });
 * ```
 */
export class PostmanInsights {
  /**
   * The services in a scope.
   *
   * @param scope a stack, an app, a stage or any other construct
   */
  public static of(scope: IConstruct): PostmanInsights {
    return new PostmanInsights(scope);
  }

  private constructor(private readonly scope: IConstruct) {}

  /**
   * Adds a `PostmanInsightsSidecar` to every Fargate and EC2 service in the scope: also to services that are created later, and to
   * those in nested stacks. Its path is that of its service and `PostmanInsights`.
   *
   * A service that already has a sidecar keeps it. Imported services and services on ECS Anywhere get none. The sidecars are created at
   * synthesis. A stage below the scope is synthesized on its own, so it needs its own call, before it is added to a pipeline.
   *
   * ```ts
   * PostmanInsights.of(this).addToServices({
   *   projectIds: { 'Shop/Orders/*': projectId },
   *   exclude: ['Shop/Batch/**'],
   *   rateLimitPerMinute: 500,
   * });
   * ```
   *
   * @param options the destination, and the options of every sidecar. If an option is wrong whatever the services are, an error names
   *                it. All problems with services are one error of the synthesis
   */
  public addToServices(options: AddInsightsToServicesOptions): void {
    const { projectIds: byGlob, projectIdTag: tag, exclude, ...shared } = options;
    addToEveryService(this.scope, {
      facade: 'PostmanInsights',
      generation: INSIGHTS,
      shared,
      exclude,
      ids: { option: 'projectId', title: 'project id', byGlob, tag },
      sidecarId: SIDECAR_ID,
      makeSidecar: (service, projectId) => new PostmanInsightsSidecar(service, SIDECAR_ID, { service, ...shared, projectId }),
    });
  }
}
