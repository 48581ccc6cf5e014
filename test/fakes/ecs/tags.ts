import { clusterArn, findService, findTaskDefinition } from './find';
import { EcsState, Tag } from './state';
import { JsonObject, objectsIn, textIn, textsIn } from '../json';
import { Actions } from '../wire/actions';
import { AwsError, invalidParameter } from '../wire/aws-error';

export function tagActions(state: EcsState): Actions {
  return {
    TagResource: ({ resourceArn, tags }) => {
      const resource = taggedBy(state, textIn(resourceArn)!);
      checkTags(objectsIn(tags));
      resource.tags = withTags(resource.tags, tagsIn(objectsIn(tags)));
      return {};
    },
    UntagResource: ({ resourceArn, tagKeys }) => {
      const resource = taggedBy(state, textIn(resourceArn)!);
      resource.tags = resource.tags.filter(({ key }) => !textsIn(tagKeys).includes(key));
      return {};
    },
    ListTagsForResource: ({ resourceArn }) => ({ tags: tagsOut(taggedBy(state, textIn(resourceArn)!).tags) }),
  };
}

export function taggedBy(state: EcsState, arn: string): { tags: Tag[] } {
  const [, kind, rest] = /^arn:aws:ecs:[^:]+:\d+:([a-z-]+)\/(.+)$/.exec(arn) ?? [];
  if (kind === undefined) throw invalidParameter('The specified resource ARN is not valid.');
  if (kind === 'task-definition') {
    const definition = findTaskDefinition(state, arn);
    if (definition) return definition;
  } else if (kind === 'cluster') {
    const cluster = state.clusters.get(rest);
    if (cluster?.arn === arn) return cluster;
  } else if (kind === 'service') {
    // ECS does not tag a service whose ARN has the short form.
    if (!rest.includes('/')) throw invalidParameter('Long arn format must be used for tagging operations');
    const cluster = state.clusters.get(rest.split('/')[0]);
    if (cluster && cluster.arn === clusterArn(state, cluster.name)) {
      const service = findService(state, cluster, arn);
      if (service) return service;
    }
  }
  throw new AwsError('ResourceNotFoundException', 'The specified resource is not found.');
}

export function checkTags(tags: readonly JsonObject[]): void {
  for (const { key } of tags) {
    if ((textIn(key) ?? '') === '') throw invalidParameter('Tag key can not be null or empty.');
    if (/^aws:/i.test(textIn(key)!)) throw invalidParameter('aws: prefixed tag key names are not allowed for external use.');
  }
  if (tags.length > 50) throw invalidParameter('The number of tags exceeds the limit of 50.');
  if (new Set(tags.map(({ key }) => key)).size < tags.length) throw invalidParameter('Tag keys must be unique.');
}

export function tagsIn(tags: readonly JsonObject[]): Tag[] {
  return tags.map(({ key, value }) => ({ key: textIn(key)!, value: textIn(value) }));
}

export function tagsOut(tags: readonly Tag[]): readonly JsonObject[] {
  return tags.map(({ key, value }) => ({ key, value }));
}

export function withTags(tags: readonly Tag[], added: readonly Tag[]): Tag[] {
  return [...tags.filter(({ key }) => !added.some(other => other.key === key)), ...added];
}
