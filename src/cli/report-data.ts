import { FailedPlace, managerWarnings } from './documents';
import { logText } from './log-text';
import { failedPlaceText } from './result-text';
import {
  AgentLog, AgentState, describeStopped, hasTaskDefinition, lastPart, parseRevision, placeOf, Plan, RunOutcome, ServicePlan, ServiceStatus,
  warningsOf,
} from '../aws';
import { ServiceResult } from '../fleet';
import { Message, messagesOf, Words } from '../preflight';
import { changeLines, Report, ReportedService, ReportMessage } from '../report';

type Tone = ReportedService['tone'];

const ACTIONS: { readonly [action in ServicePlan['action']]: readonly [outcome: string, tone: Tone] } = {
  add: ['to add the agent', 'doubtful'],
  update: ['to change the agent', 'doubtful'],
  remove: ['to remove the agent', 'doubtful'],
  none: ['nothing to do', 'good'],
  refuse: ['refused', 'bad'],
};

const OUTCOMES: { readonly [outcome in RunOutcome]: readonly [outcome: string, tone: Tone] } = {
  completed: ['done', 'good'],
  unchanged: ['nothing to do', 'good'],
  degraded: ['degraded', 'bad'],
  rolledBack: ['rolled back', 'bad'],
  failed: ['failed', 'bad'],
  superseded: ['superseded', 'bad'],
  timedOut: ['timed out', 'bad'],
  notFollowed: ['submitted, not followed', 'doubtful'],
  notStarted: ['not started', 'doubtful'],
};

const STATES: { readonly [state in AgentState]: readonly [outcome: string, tone: Tone] } = {
  running: ['running', 'good'],
  idle: ['idle', 'neutral'],
  rollingOut: ['rolling out', 'doubtful'],
  absent: ['absent', 'doubtful'],
  degraded: ['degraded', 'bad'],
};

interface Carried {
  /** Of the services for which something was carried out. */
  readonly results: readonly ServiceResult[];
  /** The places of which there are no plans. */
  readonly failures: readonly FailedPlace[];
}

/** The report of a plan, and of what was carried out of it. */
export function planReport(
  title: string, plans: readonly Pick<Plan, 'services' | 'request'>[], { results, failures }: Carried,
): Report {
  const of = new Map(results.map(result => [result.plan.service.serviceArn, result]));
  const services = plans.flatMap(plan => plan.services.map(one => plannedService(one, of.get(one.service.serviceArn), plan.request.words)));
  return reportOf(title, services, failures.flatMap(failedPlaceText));
}

/** @param notes what is not in the statuses, and why */
export function statusReport(title: string, statuses: readonly ServiceStatus[], notes: readonly string[]): Report {
  return reportOf(title, statuses.map(statusOfService), notes);
}

function reportOf(title: string, services: readonly ReportedService[], notes: readonly string[]): Report {
  return { title, writtenAt: new Date().toISOString(), notes, services };
}

function plannedService(planned: ServicePlan, result: ServiceResult | undefined, words: Words): ReportedService {
  const { service, action, refusals, warnings, changes, egress } = result?.plan ?? planned;
  const [outcome, tone] = result === undefined ? ACTIONS[action] : OUTCOMES[result.outcome];
  const { log, stoppedContainers = [] } = result?.run.end ?? {};
  const later = result === undefined ? [] : warningsOf(result.run);
  const runs = result?.outcome === 'completed' && result.run.targetRevisionArn ? [`The service runs ${parseRevision(result.run.targetRevisionArn).short}.`] : [];
  return {
    ...whereIs(service),
    outcome,
    tone,
    reason: [...runs, ...result?.reason === undefined ? [] : [result.reason], ...agentLines(log), ...stoppedContainers.map(describeStopped)],
    messages: [...refusals, ...warnings, ...messagesOf(later, words)].map(reported),
    // Of what is refused, nothing changes.
    changes: action === 'refuse' || action === 'none' ? [] : changes.flatMap(changeLines),
    ...egress === undefined ? {} : { paths: egress.paths() },
  };
}

function statusOfService(status: ServiceStatus): ReportedService {
  const { service, state, tasks, log, stoppedContainers, egress } = status;
  const [outcome, tone] = STATES[state];
  const runs = hasTaskDefinition(service) ? `, with ${parseRevision(service.taskDefinition).short}` : '';
  return {
    ...whereIs(service),
    outcome,
    tone,
    reason: [
      `${tasks.withAgent} of ${tasks.running} running tasks run the agent; ${tasks.desired} desired${runs}.`,
      ...agentLines(log),
      ...stoppedContainers.map(describeStopped),
    ],
    messages: managerWarnings(status).map(reported),
    ...egress === undefined ? {} : { paths: egress.paths() },
  };
}

function agentLines(log: AgentLog | undefined): string[] {
  return log === undefined ? [] : [`The agent: ${logText(log)}`];
}

function whereIs({ serviceName, clusterArn }: ServicePlan['service']): Pick<ReportedService, 'name' | 'account' | 'region' | 'cluster'> {
  const { account, region } = placeOf(clusterArn);
  return { name: serviceName, account, region, cluster: lastPart(clusterArn) };
}

function reported({ severity, id, text, address }: Message): ReportMessage {
  return { severity, id, text, address };
}
