import { colors } from './colors';
import { lastPart, parseRevision, ServicePlan } from '../aws';
import { Change, isList, isObject, Json, JsonObject, printJson, withoutKey } from '../edit';
import { explainEgress } from '../egress';

const VERBS: { readonly [action in ServicePlan['action']]: string } = {
  add: 'add the agent',
  update: 'change the agent',
  remove: 'remove the agent',
  none: 'nothing to do',
  refuse: 'refused',
};

const OUTCOMES = { reachable: colors.green, unreachable: colors.red, unknown: colors.yellow };

/** A plan for people: what changes, and nothing else. */
export function planText(plans: readonly ServicePlan[]): string[] {
  const lines: string[] = [];
  for (const plan of plans) {
    if (lines.length > 0) lines.push('');
    lines.push(...serviceText(plan));
  }
  return [...lines, '', summary(plans)];
}

function serviceText({ service, action, refusals, warnings, changes, egress, revision, grant }: ServicePlan): string[] {
  const lines = [`${colors.bold(service.serviceName)} in cluster ${lastPart(service.clusterArn)}: ${action === 'refuse' ? colors.red(VERBS[action]) : colors.bold(VERBS[action])}`];
  for (const { id, message } of refusals) lines.push(...indent(`${colors.red('refused')}  ${message} ${colors.dim(`[${id}]`)}`));
  if (action === 'refuse' || revision === undefined) return lines;
  if (action === 'none') return [...lines, ...warnings.flatMap(warningText)];
  const { short } = parseRevision(revision.current.arn);
  lines.push(`  task definition  ${short} -> ${revision.target ? `${parseRevision(revision.target.arn).short}, which is there` : `a new revision of ${revision.current.family}`}`);
  if (egress) lines.push(`  egress           ${OUTCOMES[egress.verdict](egress.verdict)}`, ...egress.verdict === 'reachable' ? explainEgress(egress).map(line => colors.dim(`    - ${line}`)) : []);
  if (grant) lines.push(`  grant            secretsmanager:GetSecretValue on ${grant.secret.arn}, to role ${lastPart(grant.role)} (inline policy ${grant.policyName})`);
  return [...lines, ...changes.flatMap(changeText), ...warnings.flatMap(warningText)];
}

function indent(text: string): string[] {
  return text.split('\n').map(line => `  ${line}`);
}

function warningText({ id, message, severity }: ServicePlan['warnings'][number]): string[] {
  return indent(`${severity === 'info' ? colors.dim('note') : colors.yellow('warning')}  ${message} ${colors.dim(`[${id}]`)}`);
}

/** A container that comes or goes is shown member by member; of one that stays, what changes. */
function changeText(change: Change): string[] {
  const before = withoutKey(change.before);
  const after = withoutKey(change.after);
  const hidesKey = printJson(before ?? null) === printJson(after ?? null);
  if (before === undefined) return membersOf(change.path, after!, line => colors.green(`  + ${line}`));
  // What goes is known; its name and its image say enough.
  if (after === undefined) return [colors.red(`  - ${change.path}  ${shown(isObject(before) ? before.image ?? before : before)}`)];
  return [colors.red(`  - ${change.path}  ${shown(before)}`), colors.green(`  + ${change.path}  ${shown(after)}${hidesKey ? ' (another value)' : ''}`)];
}

function membersOf(path: string, value: Json, line: (text: string) => string): string[] {
  if (!isObject(value) || !path.startsWith('containerDefinitions[')) return [line(`${path}  ${shown(value)}`)];
  const width = Math.max(...Object.keys(value).map(({ length }) => length));
  return [line(path), ...Object.entries(value).filter(([name]) => name !== 'name').flatMap(([name, member]) =>
    itemsOf(member).map((item, index) => line(`    ${(index === 0 ? name : '').padEnd(width)}  ${shown(item)}`)))];
}

/** Variables and secrets stand one below the other. */
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
