import { remainingContainers, taskFacts } from './task-facts';
import { agentContainer, AgentContainer, AgentOptions, Generation } from '../../agent';
import {
  agentsIn, borrowedLog, hasAgent, isSameTask, JsonObject, logIn, markedWith, NamedPart, ownedBy, ownerOf, previousRevision, textIn, withAgent,
  withDaemonTags, withMembers, withoutAgent, withoutMark,
} from '../../edit';
import { Fact, HostKind } from '../../egress';
import { checkImage, checkRemoval, checkTask, finding, Finding } from '../../preflight';
import { siblingRevision } from '../calls/arns';
import { Revision, Revisions } from '../reads/revisions';

export type Action = 'add' | 'update' | 'remove' | 'none';

/** What an edit makes of one revision, for all the services that run it. */
export interface RevisionPlan {
  readonly current: Revision;
  readonly action: Action;
  /** What will be registered; undefined if nothing is. */
  readonly body?: JsonObject;
  /** An existing revision: the plan's own from an earlier run, or the one from before the agent. */
  readonly target?: Revision;
  /** The newest revision of the family when the plan was made. */
  readonly newest?: Revision;
  /** The task definition as it will be. */
  readonly after: JsonObject;
  readonly findings: readonly Finding[];
}

/** What is asked for, besides what each revision and service say themselves. */
export interface Addition {
  readonly generation: Generation;
  readonly options: AgentOptions;
  /** What the user has named. Nothing else is changed in an agent that is already there. */
  readonly named: ReadonlySet<NamedPart>;
  /** Undefined if it is not known. */
  readonly region: string | undefined;
  /** The `valueFrom` of the secret, or the key itself. */
  readonly key: { readonly kind: 'secret'; readonly valueFrom: string } | { readonly kind: 'plaintext'; readonly value: string };
  readonly hostKind: Fact<HostKind>;
  /** Undefined if several services run the revision. */
  readonly serviceName: string | undefined;
  /** Undefined if it is not known. */
  readonly clusterName: string | undefined;
  /** Where the agent's log goes if no container of the task logs to CloudWatch. Undefined for nowhere. */
  readonly logGroup?: string;
  /** Of a daemon, which runs only the agent. */
  readonly isAlone?: boolean;
  /** The execution role that the task definition gets. @default - it keeps its own */
  readonly executionRoleArn?: string;
  /**
   * Who owns the agent, as the revision's mark says. An owner describes the whole agent: one that is there already becomes the one that is described,
   * in everything.
   *
   * @default - no owner
   */
  readonly owner?: Owner;
}

/** Who asks for an edit: one of several that may own the agent of a service. */
export interface Owner {
  /** As the mark of a revision says. */
  readonly id: string;
  /** Whether it has given the service an agent before. Then an agent without a mark is its own: other tools register task definitions without tags. */
  readonly hasAdded: boolean;
}

/**
 * A task definition with the agent, and what can be said of it without AWS.
 *
 * @param marked the same as it will be registered
 */
export function withAddition(
  body: JsonObject, addition: Addition, marked: (edited: JsonObject) => JsonObject = edited => edited,
): { readonly edited: JsonObject; readonly after: JsonObject; readonly findings: readonly Finding[] } {
  const { generation, options, named, hostKind, executionRoleArn } = addition;
  const withRole = executionRoleArn === undefined || body.executionRoleArn === executionRoleArn ? body : withMembers(body, { executionRoleArn });
  const edited = withAgent(withRole, { generation, options, named, description: agentFor(body, addition) });
  const after = marked(edited);
  const facts = taskFacts({
    before: body, after, agentName: generation.containerName, rateLimitPerMinute: options.rateLimitPerMinute, isDaemon: addition.isAlone,
  });
  return { edited, after, findings: [...checkTask(facts, { hostKind }, generation), ...newImages(body, edited).flatMap(checkImage)] };
}

/** @param newest of the family; an earlier run may have registered it for the same plan */
export function planAddition(current: Revision, newest: Revision | undefined, addition: Addition): RevisionPlan {
  const { body } = current;
  if (addition.owner !== undefined) return planOwned(current, newest, addition, addition.owner);
  const isThere = hasAgent(body);
  const { edited, after, findings } = withAddition(body, addition, one => {
    if (one === body) return one;
    if (addition.isAlone) return withDaemonTags(one, addition.clusterName ?? '');
    return isThere ? one : markedWith(one, current.revision);
  });
  if (edited === body) return { current, newest, action: 'none', after, findings };
  const found = existing(newest, current, after);
  const planned: RevisionPlan = { ...found, current, newest, action: isThere ? 'update' : 'add', after, findings };
  if (found.target !== undefined || addition.serviceName === undefined) return planned;
  // An earlier run has registered it for several services, of which this one is left.
  const shared = planAddition(current, newest, { ...addition, serviceName: undefined });
  return shared.target ? shared : planned;
}

/** The agent of an owner is replaced as a whole. */
function planOwned(current: Revision, newest: Revision | undefined, addition: Addition, owner: Owner): RevisionPlan {
  const { body } = current;
  const isThere = hasAgent(body);
  const before = isThere ? previousRevision(body) ?? current.revision : current.revision;
  const { after, findings } = withAddition(withoutAgent(body), addition, edited => ownedBy(markedWith(edited, before), owner.id));
  if (!isOwn(body, owner)) return { body: after, current, newest, action: 'update', after, findings: [agentOfOthers(body)] };
  if (isThere && isSameTask(withoutMark(after), withoutMark(body))) return { current, newest, action: 'none', after: body, findings };
  const own = newest && ownerOf(newest.body) === owner.id ? newest : undefined;
  return { ...existing(own, current, after), current, newest, action: isThere ? 'update' : 'add', after, findings };
}

/** Whether an agent in a task definition is the owner's. */
function isOwn(body: JsonObject, { id, hasAdded }: Owner): boolean {
  if (!hasAgent(body)) return true;
  const marked = ownerOf(body);
  return marked === undefined ? hasAdded : marked === id;
}

/** The name of the stack is the first part of an owner. */
function agentOfOthers(body: JsonObject): Finding {
  const marked = ownerOf(body);
  return finding('agentOfOthers', marked === undefined ? {} : { owner: marked.split('/')[0] });
}

/** The images of agents that run another image than before. */
function newImages(before: JsonObject, after: JsonObject): string[] {
  const old = new Set(agentsIn(before).map(({ image }) => image));
  return agentsIn(after).flatMap(({ image }) => typeof image === 'string' && !old.has(image) ? [image] : []);
}

/** The agent's container for a task definition. */
export function agentFor(body: JsonObject, addition: Addition): AgentContainer {
  const { generation, options, key, region, serviceName, clusterName, logGroup, isAlone } = addition;
  const { containerName } = generation;
  const named = logGroup === undefined || region === undefined ? undefined : logIn(logGroup, region, containerName);
  return agentContainer(generation, options, {
    apiKey: key.kind === 'secret' ? key.valueFrom : key.value,
    apiKeyInClear: key.kind === 'plaintext',
    taskSetsMemory: body.memory !== undefined && body.memory !== null,
    logConfiguration: borrowedLog(body, containerName) ?? named,
    isAlone,
    place: { region, service: serviceName, taskFamily: textIn(body.family), cluster: clusterName },
  });
}

/** An existing revision that makes the same task counts as the plan's own, also with the tag about grants of earlier versions. */
function existing(candidate: Revision | undefined, current: Revision, after: JsonObject): Pick<RevisionPlan, 'body' | 'target'> {
  const isIt = candidate !== undefined && candidate.arn !== current.arn && candidate.isActive
    && previousRevision(candidate.body) === previousRevision(after) && isSameTask(withoutMark(candidate.body), withoutMark(after));
  return isIt ? { target: candidate } : { body: after };
}

/**
 * Back to the previous revision if that is still what the removal would give.
 *
 * @param owner whose agent is removed; that of another one stays. @default - any
 */
export async function planRemoval(current: Revision, newest: Revision | undefined, revisions: Revisions, owner?: Owner): Promise<RevisionPlan> {
  const { body } = current;
  if (agentsIn(body).length === 0 || owner && !isOwn(body, owner)) return { current, newest, action: 'none', after: body, findings: [] };
  const after = withoutAgent(body);
  // Without a mark, as of an agent that was added by hand, the revision before it is the candidate.
  const before = previousRevision(body) ?? current.revision - 1;
  const previous = before < 1 ? undefined : await revisions.find(siblingRevision(current.arn, before));
  const goingBack = existing(previous, current, after);
  return {
    ...goingBack.target ? goingBack : existing(newest, current, after), current, newest, action: 'remove', after, findings: checkRemoval(remainingContainers(after)),
  };
}
