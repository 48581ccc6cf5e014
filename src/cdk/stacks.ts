import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct, IConstruct } from 'constructs';
import { pathsIn, resolveIdentities, userPath } from './tree/identities';
import { isCfnResource, stackOf } from './tree/loaded';
import { inUsersLanguage } from './users-language';

/** Under the service's construct, if the rules cannot be in the sidecar. */
const RULES_ID = 'PostmanAgentRules';

/**
 * In whose stack rules about a service are: in the sidecar's, unless the service's stack needs the sidecar's stack. A rule names the
 * service, so it would close a circle of stacks there.
 */
export function holderOfRules(sidecar: Construct, service: ecs.BaseService, key: IConstruct | undefined): Construct {
  const own = stackOf(sidecar);
  const needed = [service.taskDefinition, ...key !== undefined && isOfApp(key) ? [key] : []].map(construct => stackOf(construct));
  return own !== stackOf(service) && needed.includes(own) ? service : sidecar;
}

/** The construct in which rules about a service are created. */
export function scopeOfRules(sidecar: Construct, service: ecs.BaseService, key: IConstruct | undefined): Construct {
  if (holderOfRules(sidecar, service, key) === sidecar) return sidecar;
  return service.node.tryFindChild(RULES_ID) as Construct | undefined ?? new Construct(service, RULES_ID);
}

/**
 * A task definition of another stack than its service's can use nothing of the service's stack, which needs the task definition.
 *
 * @param values  what the agent's container gets, by property
 * @throws if one of the values is of the service's stack; the error names both stacks
 */
export function refuseStackCircles(sidecar: Construct, service: ecs.BaseService, values: { readonly [prop: string]: unknown }): void {
  const [stack, definitionStack] = [stackOf(service), stackOf(service.taskDefinition)];
  if (stack === definitionStack) return;
  for (const [prop, value] of Object.entries(values)) {
    const found = constructsIn(sidecar, value).find(construct => stackOf(construct) === stack);
    if (!found) continue;
    throw new Error(inUsersLanguage(`${sidecar.node.path}: \`${prop}\` refers to ${userPath(found.node.path)} of stack ${stack.node.path}, and the task definition of service ${service.node.path} `
      + `is in stack ${definitionStack.node.path}: each of the two stacks would need the other. Create ${userPath(found.node.path)} in ${definitionStack.node.path} or in a third stack, or the task definition in ${stack.node.path}.`));
  }
}

function isOfApp({ node }: IConstruct): boolean {
  return isCfnResource(node.defaultChild);
}

/** The constructs that a value refers to. */
export function constructsIn(scope: Construct, value: unknown): IConstruct[] {
  const paths = pathsIn(resolveIdentities(scope, value), () => undefined);
  return paths.map(path => path.split('/').reduce<IConstruct | undefined>((found, id) => found?.node.tryFindChild(id), scope.node.root)).filter(found => found !== undefined);
}
