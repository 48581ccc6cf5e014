import { PostmanAgentOptions } from './agent-options';

/**
 * Options that only the Live Collection agent has.
 */
export interface PostmanLiveCollectionAgentOptions {
  /**
   * The id of the Postman collection that the agent fills, `<owner>-<uuid>`.
   *
   * Postman shows it in the collection's info pane. A token, such as a parameter's value, is not checked.
   */
  readonly collectionId: string;
}

/**
 * Options of the Live Collection agent, whatever it is added to.
 */
export interface PostmanLiveCollectionOptions extends PostmanAgentOptions, PostmanLiveCollectionAgentOptions {}
