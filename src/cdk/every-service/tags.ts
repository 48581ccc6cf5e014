import type * as core from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { Aspects, RemoveTag, stageOf, Tag, TagManager, TagType, Token } from '../tree/loaded';
import { overridesOf, tagPriorities } from '../tree/non-public';

type TagAspect = core.Tag | core.RemoveTag;

/**
 * The value that a tag of a resource will have in the template. `Tags.of(…)` adds aspects, which may not have visited the resource
 * yet, so they visit a stand-in with the tags that the resource has now.
 */
export function futureTag(resource: core.CfnResource, key: string): string | undefined {
  const overridden = overridesOf(resource).Properties?.Tags;
  if (Array.isArray(overridden)) return valueIn(overridden, key);
  const tags = copyOf(resource, key);
  // It is the resource in everything but its tags.
  const standIn: IConstruct = Object.create(resource, { tags: { value: tags }, cdkTagManager: { value: tags } });
  for (const aspect of tagAspectsOn(resource, key)) aspect.visit(standIn);
  return tags.tagValues()[key];
}

/** What the resource's own tags say now about one key. */
function copyOf(resource: core.CfnResource, key: string): core.TagManager {
  const copy = new TagManager(TagType.STANDARD, resource.cfnResourceType);
  const manager = TagManager.of(resource);
  const priority = manager && tagPriorities(manager).get(key);
  if (manager === undefined || priority === undefined) return copy;
  const value = manager.tagValues()[key];
  if (value === undefined) copy.removeTag(key, priority);
  else copy.setTag(key, value, priority);
  return copy;
}

/** In the order in which the CDK invokes them: by priority, then from the stage down. */
function tagAspectsOn(resource: core.CfnResource, key: string): TagAspect[] {
  const stage = stageOf(resource) ?? resource.node.root;
  const { scopes } = resource.node;
  return scopes.slice(scopes.indexOf(stage))
    .flatMap(scope => Aspects.of(scope).applied)
    .filter(({ aspect }) => isTagAspect(aspect) && aspect.key === key)
    .sort((a, b) => a.priority - b.priority)
    .map(({ aspect }) => aspect as TagAspect);
}

function isTagAspect(aspect: core.IAspect): aspect is TagAspect {
  return aspect instanceof Tag || aspect instanceof RemoveTag;
}

function valueIn(tags: readonly { readonly Key?: unknown; readonly Value?: unknown }[], key: string): string | undefined {
  const value = tags.find(tag => tag.Key === key)?.Value;
  return value === undefined || typeof value === 'string' ? value : Token.asString(value);
}
