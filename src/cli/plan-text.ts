import { changeLines } from '../report';
import { colors } from './colors';
import { KEY_STORES } from '../agent';
import { DAEMON_POLICY, lastPart, parseRevision, placeOf, ServicePlan, statementsOf } from '../aws';
import { Change } from '../edit';
import { EgressVerdict, explainEgress } from '../egress';
import { placeNameOf, ServiceNames } from '../fleet';
import { statementText } from '../permissions';
import { Message } from '../preflight';

const VERBS: { readonly [action in ServicePlan['action']]: string } = {
  add: 'add the agent',
  update: 'change the agent',
  remove: 'remove the agent',
  none: 'nothing to do',
  refuse: 'refused',
};

const EGRESS_COLORS = { reachable: colors.green, unreachable: colors.red, unknown: colors.yellow };

/** A plan for people: only what changes. What was said of one service is not said again of the others. */
export function planText(plans: readonly ServicePlan[], names: ServiceNames): string[] {
  const told = new Told(names);
  const lines: string[] = [];
  let isLast = false;
  for (const plan of plans) {
    const text = serviceText(plan, told, names);
    // A service of one line comes right after another.
    if (lines.length > 0 && !(isLast && text.length === 1)) lines.push('');
    lines.push(...text);
    isLast = text.length === 1;
  }
  return [...lines, '', summary(plans)];
}

/** What was said, and of which service first. */
class Told {
  private readonly first = new Map<string, string>();

  constructor(private readonly names: ServiceNames) {}

  /** `as for <service>` if the same was said of an earlier one, perhaps with other names; undefined if this is the first. */
  public before(plan: ServicePlan, lines: readonly string[]): string | undefined {
    const said = lines.join('\n');
    const general = withoutNames(said, plan);
    const before = this.first.get(general);
    if (before !== undefined) return `as for ${before}${general === said ? '' : ' with its own names'}`;
    this.first.set(general, this.names.of(plan.service));
    return undefined;
  }
}

/** A text with placeholders for the names and the revision of the service itself, so that the texts of two services can be compared. */
function withoutNames(text: string, { service: { serviceName }, revision }: ServicePlan): string {
  const family = revision?.current.family ?? serviceName;
  const names = [serviceName, family].sort((a, b) => b.length - a.length).map(name => name.replace(/[^\w-]/g, '\\$&'));
  const own = new RegExp(`(?<![\\w-])(?:${names.join('|')})(?![\\w-])|(?<==)${revision?.current.revision ?? '(?!)'}$`, 'gm');
  return text.replace(own, found => found === serviceName ? '\0service' : found === family ? '\0family' : '\0revision');
}

function serviceText(plan: ServicePlan, told: Told, names: ServiceNames): string[] {
  const { service, action, revision } = plan;
  const verb = (action === 'refuse' ? colors.red : colors.bold)(plan.daemon?.isNew && action === 'add' ? 'run a daemon of the agent' : VERBS[action]);
  const place = names.hasPlaces ? ` of ${placeNameOf(service.clusterArn)}` : '';
  const header = `${colors.bold(service.serviceName)} in cluster ${lastPart(service.clusterArn)}${place}: ${verb}`;
  const whole = bodyText(plan);
  if (whole.length === 0) return [header];
  const move = action === 'refuse' || action === 'none' || revision === undefined ? undefined : moveText(revision, plan.daemon?.isNew ?? false);
  const same = told.before(plan, [action, ...whole]);
  if (same !== undefined) return [`${header}, ${same}${move === undefined ? '' : ` (${move})`}`];
  return [header, ...move === undefined ? [] : [`  task definition  ${move}`], ...bodyText(plan, told)];
}

function moveText({ current, target }: NonNullable<ServicePlan['revision']>, isFirst: boolean): string {
  const next = target ? `${parseRevision(target.arn).short} (existing revision)` : `a new revision of ${current.family}`;
  return isFirst ? next : `${parseRevision(current.arn).short} -> ${next}`;
}

/** @param told  what is not said again. @default - everything is said */
function bodyText(plan: ServicePlan, told?: Told): string[] {
  const { service, action, refusals, warnings, changes, egress, revision, grant, daemon } = plan;
  // What takes one line is said again.
  const once = (lines: readonly string[], again: (same: string) => string) => {
    const same = lines.length > 1 ? told?.before(plan, lines) : undefined;
    return same === undefined ? lines : [again(same)];
  };
  const messages = (all: readonly Message[], label?: string) => all.flatMap(message => {
    const of = label ?? labelOf(message);
    return once(findingText(of, message), same => `  ${of}  ${same} ${colors.dim(`[${message.id}]`)}`);
  });
  const refused = messages(refusals, colors.red('refused'));
  if (action === 'refuse' || revision === undefined) return refused;
  if (action === 'none') return [...refused, ...messages(warnings)];
  const verdict = egress === undefined ? [] : egressText(egress);
  return [
    ...refused,
    ...once(verdict, same => `${verdict[0]}, ${same}`),
    ...grant === undefined ? [] : [grantText(grant)],
    ...daemon === undefined ? [] : daemonText(daemon, service),
    ...changes.flatMap(change => {
      const lines = changeText(change);
      return once(lines, same => `${lines[0]}  ${same}`);
    }),
    ...messages(warnings),
  ];
}

function grantText({ role, policyName, secret }: NonNullable<ServicePlan['grant']>): string {
  return `  grant            ${KEY_STORES[secret.store].read} on ${secret.arn}, to role ${lastPart(role)} (inline policy ${policyName})`;
}

/** What is made for a daemon, and where it runs. The role is shown with its statements. */
function daemonText({ instances, grant, newLogGroup }: NonNullable<ServicePlan['daemon']>, { clusterArn }: ServicePlan['service']): string[] {
  const statements = grant === undefined ? [] : statementsOf(grant, placeOf(clusterArn).region).map(statementText);
  const role = grant && `${lastPart(grant.arn)}: ${grant.isNew ? 'is created for ECS tasks, with' : 'was made by an earlier run, and gets'} the inline policy ${DAEMON_POLICY}`;
  return [
    `  instances        ${instances === undefined ? 'unknown' : `${instances}: one agent on each`}`,
    ...role === undefined ? [] : [`  execution role   ${role}`, ...statements.map(text => colors.green(`    + ${text}`))],
    ...newLogGroup === undefined ? [] : [`  log group        ${newLogGroup}: is created if it is missing, and keeps events for one month`],
  ];
}

/** Why it is not reachable is in a refusal or a warning. */
function egressText(egress: EgressVerdict): string[] {
  const evidence = egress.verdict === 'reachable' ? explainEgress(egress).map(line => colors.dim(`    - ${line}`)) : [];
  return [`  egress           ${EGRESS_COLORS[egress.verdict](egress.verdict)}`, ...evidence];
}

function indent(text: string): string[] {
  return text.split('\n').map(line => `  ${line}`);
}

function labelOf({ severity }: Message): string {
  return severity === 'info' ? colors.dim('note') : colors.yellow('warning');
}

/** A warning or a note in lines. */
export function warningText(warning: Message): string[] {
  return findingText(labelOf(warning), warning);
}

/** The address is on a line of its own, so a terminal does not break it if there is room. */
function findingText(label: string, { id, text, address }: Message): string[] {
  return indent(`${label}  ${text} ${colors.dim(`[${id}]`)}\n${colors.dim(`See ${address}`)}`);
}

function changeText(change: Change): string[] {
  return changeLines(change).map(({ sign, text }) => (sign === '+' ? colors.green : colors.red)(`  ${sign} ${text}`));
}

function summary(plans: readonly ServicePlan[]): string {
  const counts = (['add', 'update', 'remove', 'none', 'refuse'] as const).flatMap(action => {
    const count = plans.filter(plan => plan.action === action).length;
    return count === 0 ? [] : [`${count} ${action === 'refuse' ? 'refused' : action === 'none' ? 'unchanged' : `to ${action}`}`];
  });
  return `${plans.length} ${plans.length === 1 ? 'service' : 'services'}: ${counts.join(', ')}.`;
}
