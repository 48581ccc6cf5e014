import { Json, JsonObject, objectsIn, textIn } from './json';
import { CREATED_BY, Tag, withTags } from './tags';

/** Postman's own tool sets another value. */
const OURS: Tag = { key: CREATED_BY, value: 'postman-live-collection' };
const CLUSTER = 'postman:cluster';

/** The tag of what this program has made for the daemons of any cluster, such as a service. */
export function createdTag(): Tag {
  return OURS;
}

/** The tags of a task definition that this program has made for the daemon of a cluster. */
export function daemonTags(cluster: string): Tag[] {
  return [OURS, { key: CLUSTER, value: cluster }];
}

/** The task definition with these tags; the same object if ECS would not accept more. */
export function withDaemonTags(body: JsonObject, cluster: string): JsonObject {
  return withTags(body, daemonTags(cluster));
}

/** Whether this program has made something, by its tags. */
export function isCreated(tags: unknown): boolean {
  return valuesIn(tags).get(OURS.key) === OURS.value;
}

/** Whether this program has made a revision for the daemon of a cluster. */
export function isDaemonOf(body: JsonObject, cluster: string): boolean {
  return isCreated(body.tags) && valuesIn(body.tags).get(CLUSTER) === cluster;
}

/** By key. ECS writes the members in lower case, IAM with a capital. */
function valuesIn(tags: unknown): ReadonlyMap<string | undefined, string | undefined> {
  return new Map(objectsIn(tags as Json | undefined).map(({ key, Key = key, value, Value = value }) => [textIn(Key), textIn(Value)]));
}
