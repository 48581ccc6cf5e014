import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct, IConstruct } from 'constructs';
import { Glob } from './globs';
import { futureTag } from './tags';
import { Generation } from '../../agent';
import { isStage, isUnresolved, stageOf } from '../tree/loaded';

/** The ids of destinations, as data: by the path of a service, or by its tag. */
export interface IdOptions {
  /** The option of a sidecar that takes an id. The properties here are called `<option>s` and `<option>Tag`. */
  readonly option: 'collectionId' | 'projectId';
  /** How messages call an id. */
  readonly title: string;
  readonly byGlob?: { readonly [glob: string]: string };
  readonly tag?: string;
}

/** What one call asks for: a sidecar for every service in a scope. */
export interface RequestOptions {
  /** The class whose method is called. */
  readonly facade: string;
  readonly generation: Generation;
  /** The options of every sidecar. */
  readonly shared: object;
  readonly exclude?: readonly string[];
  /** If it has none, the shared options name the destination. */
  readonly ids: IdOptions;
  /** The construct id of each sidecar, below its service. */
  readonly sidecarId: string;
  /** Makes the sidecar of a service. @param id of its destination, if the call gives ids */
  readonly makeSidecar: (service: ecs.BaseService, id: string | undefined) => Construct;
}

/** An id that a service has, and what says so. */
export interface FoundId {
  readonly id: string;
  readonly sources: readonly string[];
}

export class Request {
  public readonly excluded: readonly Glob[];
  /** Undefined if the shared options name the destination. */
  public readonly ids: IdOptions | undefined;
  public readonly idGlobs: readonly (readonly [glob: Glob, id: string])[];
  /** Why the sidecar of a service could not be made. */
  public readonly failures = new Map<ecs.BaseService, string>();
  /** The id that the sidecar of a service was made with. */
  public readonly added = new Map<ecs.BaseService, string | undefined>();

  public constructor(public readonly scope: IConstruct, public readonly options: RequestOptions) {
    this.excluded = (options.exclude ?? []).map(text => new Glob(text));
    this.ids = hasIds(options.ids) ? options.ids : undefined;
    // The maps of other languages have no order of their own.
    this.idGlobs = Object.entries(options.ids.byGlob ?? {}).sort(([a], [b]) => a < b ? -1 : 1).map(([text, id]) => [new Glob(text), id]);
  }

  /** As the user wrote it: `PostmanInsights.of(Shop)`. */
  public get name(): string {
    return callOn(this.scope, this.options);
  }

  public contains(service: IConstruct): boolean {
    return service.node.scopes.includes(this.scope);
  }

  public excludes(service: IConstruct): boolean {
    const { path } = service.node;
    return this.excluded.some(glob => glob.matches(path));
  }

  /** The ids of a service, each once. There must be one. */
  public idsOf(service: ecs.BaseService, { byGlob, tag }: IdOptions): readonly FoundId[] {
    // A path is put together at each call.
    const { path } = service.node;
    const found = new Map<string, string[]>();
    const add = (id: string, source: string) => found.set(id, [...found.get(id) ?? [], source]);
    if (byGlob) this.idGlobs.filter(([glob]) => glob.matches(path)).forEach(([glob, id]) => add(id, `the glob "${glob.text}"`));
    const ofTag = tag === undefined ? undefined : futureTag(service.node.defaultChild as ecs.CfnService, tag);
    if (ofTag !== undefined) add(ofTag, `its tag "${tag}"`);
    return [...found].map(([id, sources]) => ({ id, sources }));
  }

  /** Makes the sidecar of a service, if its destination is certain. Validation reports why if it is not. */
  public addTo(service: ecs.BaseService): void {
    const { ids } = this;
    const found = ids && this.idsOf(service, ids);
    if (found && found.length !== 1) return;
    const { sidecarId, makeSidecar } = this.options;
    const isTaken = service.node.tryFindChild(sidecarId) !== undefined;
    try {
      makeSidecar(service, found?.[0].id);
      this.added.set(service, found?.[0].id);
      this.failures.delete(service);
    } catch (error) {
      // An error that an aspect throws would hide those of other services.
      const { message } = error as Error;
      const { path } = service.node;
      this.failures.set(service, message.includes(path) ? message : `${path}: ${message}`);
      if (!isTaken) service.node.tryRemoveChild(sidecarId);
    }
  }
}

export function hasIds({ byGlob = {}, tag }: IdOptions): boolean {
  return tag !== undefined || Object.keys(byGlob).length > 0;
}

/** The stage that is synthesized with a construct: itself, if it is one. */
export function synthesizedWith(construct: IConstruct): IConstruct {
  return isStage(construct) ? construct : stageOf(construct) ?? construct.node.root;
}

/** How messages name a call. */
export function callOn(scope: IConstruct, { facade }: Pick<RequestOptions, 'facade'>): string {
  return `${facade}.of(${nameOfScope(scope)})`;
}

/** The path of an app is empty. */
export function nameOfScope({ node }: IConstruct): string {
  return node.path === '' ? 'app' : node.path;
}

export function shown(id: string): string {
  return isUnresolved(id) ? 'a value that is known only to CloudFormation' : id;
}
