import { isCreation, lastPart, parseRevision, ServicePlan, ServiceRun } from '../aws';

/** The state of a rollout, to be shown. */
export interface Progress {
  readonly service: string;
  readonly state: 'inProgress' | 'rollingBack';
  readonly detail: string;
  readonly running: number;
  readonly desired: number;
  readonly failed: number;
  readonly seconds: number;
}

/**
 * @param service how lines call it
 * @param now milliseconds since 1970
 */
export function progressOf({ followed, since }: ServiceRun, service: string, now: number): Progress | undefined {
  if (followed === undefined) return undefined;
  const { state, detail, running, desired, failed } = followed;
  return { service, state, detail, running, desired, failed, seconds: Math.round((now - since) / 1000) };
}

/** Lines that say what a step did, besides what results say. @param name of the service */
export function eventsOf(before: ServiceRun, after: ServiceRun, plan: ServicePlan, name: string): string[] {
  const lines: string[] = [];
  if (after.grantedPolicy && !before.grantedPolicy) {
    lines.push(`added the inline policy ${after.grantedPolicy.policyName} to role ${lastPart(after.grantedPolicy.role)}`);
  }
  for (const { revision, wasReplaced } of after.interventions.slice(before.interventions.length)) {
    const what = revision === before.sourceRevisionArn ? 'changed the service' : `set ${parseRevision(revision).short}`;
    lines.push(`${name}: another deployment ${what} ${wasReplaced ? 'in the meantime' : 'after the plan was made'}; planning again from there`);
  }
  if (after.phase === 'goingBack' && before.phase !== 'goingBack' && !after.back?.isTheirs) {
    const why = after.back?.isWanted ? after.back.reason : after.back?.from === 'timedOut' ? 'the rollout takes too long' : 'the rollout failed';
    lines.push(`${name}: ${why}, ${isCreation(after) ? 'deleting the service' : `going back to ${parseRevision(after.back!.to).short}`}`);
  }
  if (after.followed?.completedAt !== undefined && before.followed?.completedAt === undefined && plan.action !== 'none') {
    lines.push(`${name}: rolled out; looking whether the agent captures`);
  }
  return lines;
}
