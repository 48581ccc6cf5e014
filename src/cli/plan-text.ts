import { colors } from './colors';
import { lastPart, parseRevision, ServicePlan } from '../aws';
import { Change, isList, isObject, Json, JsonObject, printJson, withoutKey } from '../edit';
import { EgressVerdict, explainEgress } from '../egress';
import { Message } from '../preflight';

const VERBS: { readonly [action in ServicePlan['action']]: string } = {
  add: 'add the agent',
  update: 'change the agent',
  remove: 'remove the agent',
  none: 'nothing to do',
  refuse: 'refused',
};

const EGRESS_COLORS = { reachable: colors.green, unreachable: colors.red, unknown: colors.yellow };

/** A plan for people: only what changes. */
export function planText(plans: readonly ServicePlan[]): string[] {
  const lines: string[] = [];
  for (const plan of plans) {
    if (lines.length > 0) lines.push('');
    lines.push(...serviceText(plan));
  }
  return [...lines, '', summary(plans)];
}

function serviceText({ service, action, refusals, warnings, changes, egress, revision, grant }: ServicePlan): string[] {
  const verb = (action === 'refuse' ? colors.red : colors.bold)(VERBS[action]);
  const lines = [`${colors.bold(service.serviceName)} in cluster ${lastPart(service.clusterArn)}: ${verb}`];
  for (const refusal of refusals) lines.push(...findingText(colors.red('refused'), refusal));
  if (action === 'refuse' || revision === undefined) return lines;
  if (action === 'none') return [...lines, ...warnings.flatMap(warningText)];
  const { short } = parseRevision(revision.current.arn);
  const next = revision.target ? `${parseRevision(revision.target.arn).short} (existing revision)` : `a new revision of ${revision.current.family}`;
  lines.push(`  task definition  ${short} -> ${next}`);
  if (egress) lines.push(...egressText(egress));
  if (grant) {
    const { role, policyName, secret } = grant;
    lines.push(`  grant            secretsmanager:GetSecretValue on ${secret.arn}, to role ${lastPart(role)} (inline policy ${policyName})`);
  }
  return [...lines, ...changes.flatMap(changeText), ...warnings.flatMap(warningText)];
}

/** Why it is not reachable is in a refusal or a warning. */
function egressText(egress: EgressVerdict): string[] {
  const evidence = egress.verdict === 'reachable' ? explainEgress(egress).map(line => colors.dim(`    - ${line}`)) : [];
  return [`  egress           ${EGRESS_COLORS[egress.verdict](egress.verdict)}`, ...evidence];
}

function indent(text: string): string[] {
  return text.split('\n').map(line => `  ${line}`);
}

function warningText(warning: Message): string[] {
  return findingText(warning.severity === 'info' ? colors.dim('note') : colors.yellow('warning'), warning);
}

/** The address is on a line of its own, so a terminal does not break it if there is room. */
function findingText(label: string, { id, text, address }: Message): string[] {
  return indent(`${label}  ${text} ${colors.dim(`[${id}]`)}\n${colors.dim(`See ${address}`)}`);
}

/** An added container is shown member by member, a changed one by its changes, a removed one by its image. */
function changeText(change: Change): string[] {
  const before = withoutKey(change.before);
  const after = withoutKey(change.after);
  const hidesKey = printJson(before ?? null) === printJson(after ?? null);
  if (before === undefined) return membersOf(change.path, after!, line => colors.green(`  + ${line}`));
  if (after === undefined) return [colors.red(`  - ${change.path}  ${shown(isObject(before) ? before.image ?? before : before)}`)];
  return [colors.red(`  - ${change.path}  ${shown(before)}`), colors.green(`  + ${change.path}  ${shown(after)}${hidesKey ? ' (new value)' : ''}`)];
}

function membersOf(path: string, value: Json, line: (text: string) => string): string[] {
  if (!isObject(value) || !path.startsWith('containerDefinitions[')) return [line(`${path}  ${shown(value)}`)];
  const width = Math.max(...Object.keys(value).map(({ length }) => length));
  return [line(path), ...Object.entries(value).filter(([name]) => name !== 'name').flatMap(([name, member]) =>
    itemsOf(member).map((item, index) => line(`    ${(index === 0 ? name : '').padEnd(width)}  ${shown(item)}`)))];
}

/** Variables and secrets are shown one per line. */
function itemsOf(member: Json): readonly Json[] {
  return isList(member) && member.length > 1 && member.every(item => isObject(item) && isPair(item)) ? member : [member];
}

function shown(value: Json): string {
  if (typeof value === 'string') return value;
  if (isObject(value) && isPair(value)) return pair(value);
  if (isList(value) && value.length > 0 && value.every(item => isObject(item) && isPair(item))) return value.map(item => pair(item as JsonObject)).join(' ');
  return Array.isArray(value) && value.length > 0 && value.every(item => typeof item === 'string') ? value.map(quoteIfNeeded).join(' ') : printJson(value);
}

/** A variable, a secret or a tag. */
function isPair(value: JsonObject): boolean {
  return Object.keys(value).length === 2 && typeof (value.name ?? value.key) === 'string' && typeof (value.value ?? value.valueFrom) === 'string';
}

function pair({ name, key, value, valueFrom }: JsonObject): string {
  return valueFrom === undefined ? `${String(name ?? key)}=${String(value)}` : `${String(name)} from ${String(valueFrom)}`;
}

function quoteIfNeeded(argument: string): string {
  return /^[\w./:@%+=,-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

function summary(plans: readonly ServicePlan[]): string {
  const counts = (['add', 'update', 'remove', 'none', 'refuse'] as const).flatMap(action => {
    const count = plans.filter(plan => plan.action === action).length;
    return count === 0 ? [] : [`${count} ${action === 'refuse' ? 'refused' : action === 'none' ? 'unchanged' : `to ${action}`}`];
  });
  return `${plans.length} ${plans.length === 1 ? 'service' : 'services'}: ${counts.join(', ')}.`;
}
