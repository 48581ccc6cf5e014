import { siblingRevision } from './arns';
import { Revision, Revisions } from './revisions';
import { AgentOptions, describeAgent, Finding } from '../agent';
import {
  agentsIn, borrowedLog, hasAgent, isGranted, isSameTask, judgeAddition, judgeRemoval, JsonObject, markedAsGranted, markedWith, NamedPart,
  previousRevision, textIn, withAgent, withoutAgent, withoutMark,
} from '../edit';
import type { Fact, HostKind } from '../egress';

export type Action = 'add' | 'update' | 'remove' | 'none';

/** What an edit makes of one revision, for all the services that run it. */
export interface RevisionPlan {
  readonly current: Revision;
  readonly action: Action;
  /** What is to be registered; undefined where nothing is. */
  readonly body?: JsonObject;
  /** A revision that is there already: a plan's own of an earlier run, or the one from before the agent. */
  readonly target?: Revision;
  /** The task definition as it is going to be. */
  readonly after: JsonObject;
  readonly findings: readonly Finding[];
  /** Where the agent is gone already: whether an access to the secret that it was given may be left. */
  readonly leavesGrant?: boolean;
}

/** What is asked for, beyond what each revision and service say themselves. */
export interface Addition {
  readonly options: Omit<AgentOptions, 'apiKey' | 'taskSetsMemory' | 'place' | 'logConfiguration'>;
  /** What the user has named: on an agent that is there, nothing else is changed. */
  readonly named: ReadonlySet<NamedPart>;
  readonly region: string;
  /** The `valueFrom` of the secret, or the key itself. */
  readonly key: { readonly kind: 'secret'; readonly valueFrom: string } | { readonly kind: 'plaintext'; readonly value: string };
  readonly hostKind: Fact<HostKind>;
  /** Undefined where several services run the revision. */
  readonly serviceName: string | undefined;
}

/** @param newest of the family, which may be what an earlier run registered for this very plan */
export function planAddition(current: Revision, newest: Revision | undefined, addition: Addition): RevisionPlan {
  const { body } = current;
  const description = describe(body, addition);
  const edited = withAgent(body, { description, named: addition.named });
  const isThere = hasAgent(body);
  const after = edited === body || isThere ? edited : markedWith(edited, current.revision);
  const findings = judgeAddition(body, after, {
    isFargate: addition.hostKind === 'FARGATE',
    usesSecret: addition.key.kind === 'secret',
    rateLimit: addition.options.rateLimit,
  });
  if (edited === body) return { current, action: 'none', after, findings };
  return { ...existing(newest, current, after), current, action: isThere ? 'update' : 'add', after, findings };
}

function describe(body: JsonObject, { options, key, region, serviceName }: Addition): ReturnType<typeof describeAgent> {
  return describeAgent({
    ...options,
    apiKey: key.kind === 'secret' ? key.valueFrom : key.value,
    apiKeyInClear: key.kind === 'plaintext',
    taskSetsMemory: body.memory !== undefined && body.memory !== null,
    logConfiguration: borrowedLog(body),
    place: { region, service: serviceName, taskFamily: textIn(body.family) },
  });
}

/** A revision that is there and makes the same task counts as the plan's own, whatever it says of grants. */
function existing(candidate: Revision | undefined, current: Revision, after: JsonObject): Pick<RevisionPlan, 'body' | 'target'> {
  const isIt = candidate !== undefined && candidate.arn !== current.arn && candidate.isActive
    && previousRevision(candidate.body) === previousRevision(after) && isSameTask(withoutMark(candidate.body), withoutMark(after));
  return isIt ? { target: candidate } : { body: after };
}

/** The plan where the execution role is to be given access to the secret: the revision says so, for whoever removes the agent. */
export function withGrant(plan: RevisionPlan): RevisionPlan {
  const after = markedAsGranted(plan.after);
  return { ...plan, after, ...plan.target && isGranted(plan.target.body) ? {} : { body: after, target: undefined } };
}

/** Back to the previous revision where that is still what the removal would give. */
export async function planRemoval(current: Revision, newest: Revision | undefined, revisions: Revisions): Promise<RevisionPlan> {
  const { body } = current;
  if (agentsIn(body).length === 0) return { current, action: 'none', after: body, findings: [], leavesGrant: newest !== undefined && isGranted(newest.body) };
  const after = withoutAgent(body);
  // Without a mark, as of an agent that somebody has added by hand, the revision before is the one to look at.
  const before = previousRevision(body) ?? current.revision - 1;
  const previous = before < 1 ? undefined : await revisions.find(siblingRevision(current.arn, before));
  const goingBack = existing(previous, current, after);
  return { ...goingBack.target ? goingBack : existing(newest, current, after), current, action: 'remove', after, findings: judgeRemoval(after) };
}
