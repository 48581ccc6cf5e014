import { siblingRevision } from './arns';
import { Revision, Revisions } from './revisions';
import { remainingContainers, taskFacts } from './task-facts';
import { agentContainer, AgentContainer, AgentOptions, Generation } from '../agent';
import {
  agentsIn, borrowedLog, hasAgent, isGranted, isSameTask, JsonObject, logIn, markedAsGranted, markedWith, NamedPart, previousRevision, textIn,
  withAgent, withoutAgent, withoutMark,
} from '../edit';
import { Fact, HostKind } from '../egress';
import { checkImage, checkRemoval, checkTask, Finding } from '../preflight';

export type Action = 'add' | 'update' | 'remove' | 'none';

/** What an edit makes of one revision, for all the services that run it. */
export interface RevisionPlan {
  readonly current: Revision;
  readonly action: Action;
  /** What will be registered; undefined if nothing is. */
  readonly body?: JsonObject;
  /** An existing revision: the plan's own from an earlier run, or the one from before the agent. */
  readonly target?: Revision;
  /** The task definition as it will be. */
  readonly after: JsonObject;
  readonly findings: readonly Finding[];
  /** If the agent is gone already: whether a grant on the secret that was made for it may be left. */
  readonly leavesGrant?: boolean;
}

/** What is asked for, besides what each revision and service say themselves. */
export interface Addition {
  readonly generation: Generation;
  readonly options: AgentOptions;
  /** What the user has named. Nothing else is changed in an agent that is already there. */
  readonly named: ReadonlySet<NamedPart>;
  readonly region: string;
  /** The `valueFrom` of the secret, or the key itself. */
  readonly key: { readonly kind: 'secret'; readonly valueFrom: string } | { readonly kind: 'plaintext'; readonly value: string };
  readonly hostKind: Fact<HostKind>;
  /** Undefined if several services run the revision. */
  readonly serviceName: string | undefined;
  readonly clusterName: string;
  /** Where the agent's log goes if no container of the task logs to CloudWatch. Undefined for nowhere. */
  readonly logGroup?: string;
}

/** @param newest of the family; an earlier run may have registered it for the same plan */
export function planAddition(current: Revision, newest: Revision | undefined, addition: Addition): RevisionPlan {
  const { body } = current;
  const { generation, options, named, hostKind } = addition;
  const edited = withAgent(body, { generation, options, named, description: describe(body, addition) });
  const isThere = hasAgent(body);
  const after = edited === body || isThere ? edited : markedWith(edited, current.revision);
  const facts = taskFacts({ before: body, after, agentName: generation.containerName, rateLimitPerMinute: options.rateLimitPerMinute });
  const findings = [...checkTask(facts, { hostKind }, generation), ...newImages(body, edited).flatMap(checkImage)];
  if (edited === body) return { current, action: 'none', after, findings };
  return { ...existing(newest, current, after), current, action: isThere ? 'update' : 'add', after, findings };
}

/** The images of agents that run another image than before. */
function newImages(before: JsonObject, after: JsonObject): string[] {
  const old = new Set(agentsIn(before).map(({ image }) => image));
  return agentsIn(after).flatMap(({ image }) => typeof image === 'string' && !old.has(image) ? [image] : []);
}

function describe(body: JsonObject, { generation, options, key, region, serviceName, clusterName, logGroup }: Addition): AgentContainer {
  const { containerName } = generation;
  return agentContainer(generation, options, {
    apiKey: key.kind === 'secret' ? key.valueFrom : key.value,
    apiKeyInClear: key.kind === 'plaintext',
    taskSetsMemory: body.memory !== undefined && body.memory !== null,
    logConfiguration: borrowedLog(body, containerName) ?? (logGroup === undefined ? undefined : logIn(logGroup, region, containerName)),
    place: { region, service: serviceName, taskFamily: textIn(body.family), cluster: clusterName },
  });
}

/** An existing revision that makes the same task counts as the plan's own, whatever its mark says about grants. */
function existing(candidate: Revision | undefined, current: Revision, after: JsonObject): Pick<RevisionPlan, 'body' | 'target'> {
  const isIt = candidate !== undefined && candidate.arn !== current.arn && candidate.isActive
    && previousRevision(candidate.body) === previousRevision(after) && isSameTask(withoutMark(candidate.body), withoutMark(after));
  return isIt ? { target: candidate } : { body: after };
}

/** The plan if the execution role gets access to the secret: the revision says so, for a later `remove`. */
export function withGrant(plan: RevisionPlan): RevisionPlan {
  const after = markedAsGranted(plan.after);
  return { ...plan, after, ...plan.target && isGranted(plan.target.body) ? {} : { body: after, target: undefined } };
}

/** Back to the previous revision if that is still what the removal would give. */
export async function planRemoval(current: Revision, newest: Revision | undefined, revisions: Revisions): Promise<RevisionPlan> {
  const { body } = current;
  if (agentsIn(body).length === 0) return { current, action: 'none', after: body, findings: [], leavesGrant: newest !== undefined && isGranted(newest.body) };
  const after = withoutAgent(body);
  // Without a mark, as of an agent that was added by hand, the revision before it is the candidate.
  const before = previousRevision(body) ?? current.revision - 1;
  const previous = before < 1 ? undefined : await revisions.find(siblingRevision(current.arn, before));
  const goingBack = existing(previous, current, after);
  return { ...goingBack.target ? goingBack : existing(newest, current, after), current, action: 'remove', after, findings: checkRemoval(remainingContainers(after)) };
}
