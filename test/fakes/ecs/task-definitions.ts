import { findTaskDefinition } from './find';
import { checkRegistration } from './register-checks';
import { compatibilities, requiredAttributes, spelledOut } from './spelled-out';
import { EcsState, TaskDefinition } from './state';
import { tagsIn, tagsOut } from './tags';
import { arnOf } from '../home';
import { copyOf, JsonObject, objectsIn, textIn, textsIn } from '../json';
import { ecsPage } from '../paging';
import { seconds } from '../timeline';
import { Actions } from '../wire/actions';
import { clientError, invalidParameter } from '../wire/aws-error';

export function taskDefinitionActions(state: EcsState): Actions {
  return {
    RegisterTaskDefinition: body => {
      const definition = register(state, body);
      return { taskDefinition: described(definition), tags: definition.tags.length > 0 ? tagsOut(definition.tags) : undefined };
    },
    DescribeTaskDefinition: ({ taskDefinition, include }) => {
      const definition = findTaskDefinition(state, textIn(taskDefinition)!);
      if (!definition) throw clientError('Unable to describe task definition.');
      return { taskDefinition: described(definition), tags: textsIn(include).includes('TAGS') ? tagsOut(definition.tags) : undefined };
    },
    DeregisterTaskDefinition: ({ taskDefinition }) => {
      const named = textIn(taskDefinition)!;
      if (!/:\d+$/.test(named)) throw clientError('Revision is missing.');
      const definition = findTaskDefinition(state, named);
      if (!definition) throw clientError('The specified task definition does not exist.');
      deregister(state, definition);
      return { taskDefinition: described(definition) };
    },
    ListTaskDefinitions: input => {
      const wanted = textIn(input.status) ?? 'ACTIVE';
      const sort = textIn(input.sort) ?? 'ASC';
      if (!['ASC', 'DESC'].includes(sort)) throw invalidParameter('The specified sort is not valid.');
      const families = [...state.families].filter(([family]) => input.familyPrefix === undefined || input.familyPrefix === family)
        .sort(([a], [b]) => a < b ? -1 : 1);
      const arns = families.flatMap(([, definitions]) => definitions).filter(({ status }) => status === wanted).map(({ arn }) => arn);
      return ecsPage('taskDefinitionArns', sort === 'ASC' ? arns : arns.reverse(), input, { default: 100, most: 100 });
    },
  };
}

/** Registers a body as RegisterTaskDefinition does. */
export function register(state: EcsState, given: JsonObject): TaskDefinition {
  checkRegistration(given);
  const { tags, ...body } = copyOf(given);
  const family = textIn(body.family)!;
  const before = state.families.get(family) ?? [];
  const revision = before.length + 1;
  const arn = arnOf(state.home, 'ecs', `task-definition/${family}:${revision}`);
  const definition: TaskDefinition = {
    family,
    revision,
    arn,
    tags: tagsIn(objectsIn(tags)),
    status: 'ACTIVE',
    described: {
      taskDefinitionArn: arn,
      ...spelledOut(body),
      revision,
      requiresAttributes: requiredAttributes(body),
      compatibilities: compatibilities(body),
      registeredAt: seconds(state.home.timeline.now()),
      registeredBy: state.home.caller,
    },
  };
  state.families.set(family, [...before, definition]);
  return definition;
}

export function deregister(state: EcsState, definition: TaskDefinition): void {
  definition.status = 'INACTIVE';
  definition.deregisteredAt ??= state.home.timeline.now();
}

export function described({ described: members, status, deregisteredAt }: TaskDefinition): JsonObject {
  return { ...members, status, deregisteredAt: deregisteredAt === undefined ? undefined : seconds(deregisteredAt) };
}
