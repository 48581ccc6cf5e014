import * as ecs from 'aws-cdk-lib/aws-ecs';
import { IConstruct } from 'constructs';
import { Glob } from './globs';
import { callOn, IdOptions, nameOfScope, Request, shown, synthesizedWith } from './request';
import { list } from '../../egress';
import { sidecarOf } from '../attachment';
import { BaseService, ExternalService } from '../tree/loaded';
import { inUsersLanguage } from '../users-language';

/** What keeps a call from adding the agent to every service, in one message. @param all  the calls of the stage */
export function problemsOf(request: Request, all: readonly Request[]): string[] {
  const { scope } = request;
  const ecsServices = scope.node.findAll().filter((construct): construct is ecs.BaseService => construct instanceof BaseService);
  const services = ecsServices.filter(takesSidecar);
  const problems = [...ofServices(request, services, all), ...ofGlobs(request, services, ecsServices)];
  return problems.length === 0 ? [] : [inUsersLanguage(`${request.name}:\n${problems.map(problem => `  - ${problem}`).join('\n')}`)];
}

/** ECS Anywhere takes no sidecar. An imported service is another class. */
export function takesSidecar(construct: IConstruct): construct is ecs.BaseService {
  return construct instanceof BaseService && !(construct instanceof ExternalService);
}

function ofServices(request: Request, services: readonly ecs.BaseService[], all: readonly Request[]): string[] {
  const { failures, added, scope } = request;
  const stage = synthesizedWith(scope);
  // The later of two calls reports what both do.
  const isEarlier = (other: Request) => all.indexOf(other) < all.indexOf(request);
  const groups = new Groups();
  for (const service of services.filter(one => !request.excludes(one))) {
    const others = all.filter(other => other !== request && other.contains(service) && !other.excludes(service));
    const isOwn = added.has(service);
    if (sidecarOf(service) && !isOwn && !others.some(other => other.added.has(service))) continue;
    const ofService = synthesizedWith(service);
    if (ofService !== stage) groups.add(`stage ${ofService.node.path}`, service, paths => ofStage(request, ofService, paths));
    else if (others.length > 0) others.filter(isEarlier).forEach(other => groups.add(`twice ${all.indexOf(other)}`, service, paths => twice(other, paths)));
    else if (failures.has(service)) groups.add(service.node.path, service, () => failures.get(service)!);
    else ofOne(request, service, groups);
  }
  return groups.sentences();
}

/** A service that only this call reaches, and whose sidecar, if there is one, is this call's. */
function ofOne(request: Request, service: ecs.BaseService, groups: Groups): void {
  const { ids } = request;
  const found = ids && request.idsOf(service, ids);
  const isAdded = request.added.has(service);
  if (isAdded && (!found || (found.length === 1 && found[0].id === request.added.get(service)))) return;
  if (isAdded) groups.add('changed', service, changed);
  else if (found?.length === 0) groups.add('missing', service, paths => missing(ids!, paths));
  else if (found && found.length > 1) groups.add(service.node.path, service, () => several(request, service, ids!));
  else groups.add('late', service, late);
}

function missing({ option, title, tag }: IdOptions, paths: string): string {
  const ways = [`add globs that match them to \`${option}s\``, ...tag === undefined ? [] : [`set their tag "${tag}"`], 'list them in `exclude`'];
  return `No ${title} for ${paths}. To fix it, ${ways.slice(0, -1).join(', ')} or ${ways[ways.length - 1]}.`;
}

function several(request: Request, service: ecs.BaseService, ids: IdOptions): string {
  const found = request.idsOf(service, ids).map(({ id, sources }) => `${shown(id)} by ${list(sources)}`);
  return `${service.node.path} has more than one ${ids.title}: ${list(found)}. Keep one of them.`;
}

function twice(other: Request, paths: string): string {
  return `${other.name} also adds an agent to ${paths}. A service takes one agent. List them in \`exclude\` of one of the two calls.`;
}

function ofStage({ options }: Request, stage: IConstruct, paths: string): string {
  return `Stage ${stage.node.path} is synthesized on its own, so no agent is added to ${paths}. `
    + `Use ${callOn(stage, options)} for that stage, or list them in \`exclude\`.`;
}

function late(paths: string): string {
  return `An aspect created ${paths}, or set the tag, after the agents were added. Give that aspect a priority below 200 `
    + 'and turn on the feature flag `@aws-cdk/core:aspectStabilization`, or make the sidecar by hand.';
}

function changed(paths: string): string {
  return `An aspect changed the tag of ${paths} after the agent was added with another id. Give that aspect a priority below 200, or make the sidecar by hand.`;
}

function ofGlobs(request: Request, services: readonly IConstruct[], ecsServices: readonly IConstruct[]): string[] {
  const { scope, excluded, idGlobs, ids } = request;
  const unused = (prop: string, globs: readonly Glob[], among: readonly IConstruct[]) => {
    const paths = among.map(({ node }) => node.path);
    return globs.filter(glob => !paths.some(path => glob.matches(path))).map(({ text }) => `"${text}" of \`${prop}\``);
  };
  const all = [...unused(`${ids?.option}s`, idGlobs.map(([glob]) => glob), services), ...unused('exclude', excluded, ecsServices)];
  if (all.length === 0) return [];
  return [`No service matches ${list(all)}. A glob matches the whole construct path; ${candidates(scope, services)}.`];
}

const MAX_NAMED = 10;

/** The paths to choose from. */
function candidates(scope: IConstruct, services: readonly IConstruct[]): string {
  const paths = services.map(({ node }) => node.path);
  const where = scope.node.path === '' ? 'in this app' : `under ${nameOfScope(scope)}`;
  if (paths.length === 0) return `there are no services ${where}`;
  return `the services ${where} are ${list(paths.length > MAX_NAMED ? [...paths.slice(0, MAX_NAMED), `${paths.length - MAX_NAMED} more`] : paths)}`;
}

/** Services with the same problem share a sentence. */
class Groups {
  private readonly groups = new Map<string, { readonly services: IConstruct[]; readonly say: (paths: string) => string }>();

  public add(key: string, service: IConstruct, say: (paths: string) => string): void {
    const same = this.groups.get(key);
    if (same) same.services.push(service);
    else this.groups.set(key, { services: [service], say });
  }

  public sentences(): string[] {
    return [...this.groups.values()].map(({ services, say }) => say(list(services.map(({ node }) => node.path))));
  }
}
