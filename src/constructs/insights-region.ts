/**
 * Where Postman keeps the data of a team. It decides which host the agent sends to.
 */
export enum InsightsRegion {
  /** In the United States: the agent sends to `api.observability.postman.com`. */
  US = 'US',

  /** In the European Union: the agent sends to `api.observability.eu.postman.com`. Needs version 0.40.1 of the agent or later. */
  EU = 'EU',
}
