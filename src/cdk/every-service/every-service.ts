import * as core from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { IConstruct } from 'constructs';
import { problemsOf, takesSidecar } from './problems';
import { callOn, hasIds, Request, RequestOptions, synthesizedWith } from './request';
import { CONSTRUCT_WORDS, Words } from '../../preflight';
import { sidecarOf } from '../attachment';
import { requireKinds } from '../kinds';
import { requireVersions } from '../requirements';
import { optionErrors } from '../sidecar';
import { isKnownLater } from '../tree/later';
import { AspectPriority, Aspects, isStage, isUnresolved } from '../tree/loaded';
import { inUsersLanguage } from '../users-language';

/**
 * Adds a sidecar to every service in a scope, at synthesis, when the app is complete. What keeps it from doing so is an error of the
 * scope's validation.
 *
 * @throws if an option is wrong whatever the services are; the error names it
 */
export function addToEveryService(scope: IConstruct, options: RequestOptions): void {
  requireVersions();
  requireKinds(scope, options.shared);
  const errors = [...textErrors(options), ...agentErrors(options)];
  if (errors.length > 0) throw new Error(`${callOn(scope, options)}: ${inUsersLanguage(errors.join('\n'))}`);
  const requests = Requests.of(scope);
  const request = new Request(scope, options);
  requests.add(request);
  scope.node.addValidation({ validate: () => problemsOf(request, requests.all) });
}

/**
 * The calls in one stage. One aspect on the stage serves them all: the CDK invokes it there first, when the tree is complete and before
 * it visits anything in it, so other aspects, such as tags, also visit what the sidecars create.
 */
class Requests implements core.IAspect {
  public static of(scope: IConstruct): Requests {
    const stage = synthesizedWith(scope);
    let requests = Requests.known.get(stage);
    if (!requests) {
      requests = new Requests(stage);
      Requests.known.set(stage, requests);
      Aspects.of(stage).add(requests, { priority: AspectPriority.MUTATING });
    }
    return requests;
  }

  private static readonly known = new WeakMap<IConstruct, Requests>();

  public readonly all: Request[] = [];

  private constructor(private readonly stage: IConstruct) {}

  public add(request: Request): void {
    this.all.push(request);
  }

  public visit(construct: IConstruct): void {
    if (construct === this.stage) return this.addBelow(construct);
    // Another aspect has created the service, or set a tag of its resource.
    const parent = construct.node.scope;
    if (takesSidecar(construct)) this.addTo(construct);
    else if (parent && takesSidecar(parent) && parent.node.defaultChild === construct) this.addTo(parent);
  }

  private addBelow(construct: IConstruct): void {
    if (takesSidecar(construct)) this.addTo(construct);
    // Before a child is added to one of them.
    for (const child of [...construct.node.children]) if (!isStage(child)) this.addBelow(child);
  }

  private addTo(service: ecs.BaseService): void {
    if (sidecarOf(service)) return;
    const requests = this.all.filter(request => request.contains(service) && !request.excludes(service));
    if (requests.length === 1) requests[0].addTo(service);
  }
}

/** Stands for the id of any service. */
const ANY_ID = 'any id';

/** The errors about the options of the agent, and about each id. */
function agentErrors({ generation, shared, ids }: RequestOptions): string[] {
  const errorsWith = (options: object) => optionErrors(generation, options, value => value === ANY_ID || isKnownLater(value), wordsFor(ids));
  if (!hasIds(ids)) return errorsWith(shared);
  const given = [ANY_ID, ...Object.values(ids.byGlob ?? {})];
  return [...new Set(given.flatMap(id => errorsWith({ ...shared, [ids.option]: id })))];
}

/** A property for many services has another name than that of a sidecar. */
function wordsFor(ids: RequestOptions['ids']): Words {
  const name = ids.byGlob === undefined && ids.tag !== undefined ? `${ids.option}Tag` : `${ids.option}s`;
  return { ...CONSTRUCT_WORDS, option: prop => prop === ids.option ? name : prop };
}

/** Globs and keys of tags must be known now. */
function textErrors({ exclude = [], ids }: RequestOptions): string[] {
  if (!Array.isArray(exclude)) return ['`exclude` must be a list of globs over construct paths.'];
  const show = (text: string) => isUnresolved(text) ? 'a value that is known only to CloudFormation' : JSON.stringify(text);
  const wrong = (texts: readonly string[]) => texts.filter(text => typeof text !== 'string' || text === '' || isUnresolved(text)).map(show);
  const say = (prop: string, wanted: string, found: readonly string[]) => found.map(text => `\`${prop}\` must ${wanted}, got: ${text}.`);
  const glob = 'globs over construct paths that are known at synthesis';
  return [
    ...say('exclude', `be ${glob}`, wrong(exclude)),
    ...say(`${ids.option}s`, `have ${glob} as keys`, wrong(Object.keys(ids.byGlob ?? {}))),
    ...ids.tag === undefined ? [] : say(`${ids.option}Tag`, 'be the key of a tag, known at synthesis', wrong([ids.tag])),
  ];
}
