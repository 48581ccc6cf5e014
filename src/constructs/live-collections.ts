import { IConstruct } from 'constructs';
import { AddAgentToServicesOptions } from './add-to-services-options';
import { PostmanAgentOptions } from './agent-options';
import { PostmanLiveCollectionSidecar } from './live-collection-sidecar';
import { PostmanAgentRotationOptions } from './rotation-options';
import { LIVE_COLLECTION } from '../agent';
import { addToEveryService } from '../cdk/every-service/every-service';

/**
 * Options of `PostmanLiveCollections.addToServices`.
 *
 * The id of each service's collection comes from `collectionIds`, from a tag, or from both. All other options go to every sidecar.
 */
export interface AddLiveCollectionsToServicesOptions extends AddAgentToServicesOptions, PostmanAgentOptions, PostmanAgentRotationOptions {
  /**
   * The ids of collections, each for the services whose construct path matches a glob. The syntax is that of `exclude`.
   *
   * A service that matches globs with different ids is an error, and so is a glob that matches no service.
   *
   * @default - the ids are in the tags that `collectionIdTag` names
   */
  readonly collectionIds?: { [glob: string]: string };

  /**
   * The key of a tag of the service whose value is the id of its collection. Both `Tags.of(…)` and tags of the resource count.
   *
   * @default - the ids are in `collectionIds`
   */
  readonly collectionIdTag?: string;
}

/** The id of each sidecar, below its service. */
const SIDECAR_ID = 'PostmanLiveCollection';

/**
 * Adds the Live Collection agent to many services at once.
 *
 * ```ts
 * PostmanLiveCollections.of(this).addToServices({ collectionIds: { 'Shop/Orders/Service': collectionId } });
 * ```
 */
export class PostmanLiveCollections {
  /**
   * The services in a scope.
   *
   * @param scope a stack, an app, a stage or any other construct
   */
  public static of(scope: IConstruct): PostmanLiveCollections {
    return new PostmanLiveCollections(scope);
  }

  private constructor(private readonly scope: IConstruct) {}

  /**
   * Adds a `PostmanLiveCollectionSidecar` to every Fargate and EC2 service in the scope: also to services that are created later, and
   * to those in nested stacks. Its path is that of its service and `PostmanLiveCollection`.
   *
   * A service that already has a sidecar keeps it. Imported services and services on ECS Anywhere get none. The sidecars are created at
   * synthesis. A stage below the scope is synthesized on its own, so it needs its own call, before it is added to a pipeline.
   *
   * ```ts
   * PostmanLiveCollections.of(this).addToServices({
   *   collectionIdTag: 'postman:collection',
   *   exclude: ['Shop/Batch/**'],
   * });
   * ```
   *
   * @param options the collections, and the options of every sidecar. If an option is wrong whatever the services are, an error names
   *                it. All problems with services are one error of the synthesis
   */
  public addToServices(options: AddLiveCollectionsToServicesOptions): void {
    const { collectionIds: byGlob, collectionIdTag: tag, exclude, ...shared } = options;
    addToEveryService(this.scope, {
      facade: 'PostmanLiveCollections',
      generation: LIVE_COLLECTION,
      shared,
      exclude,
      ids: { option: 'collectionId', title: 'collection id', byGlob, tag },
      sidecarId: SIDECAR_ID,
      // Without an id the call is refused.
      makeSidecar: (service, id) => new PostmanLiveCollectionSidecar(service, SIDECAR_ID, { service, ...shared, collectionId: id! }),
    });
  }
}
