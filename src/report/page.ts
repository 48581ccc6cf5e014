import { frame, linesOf } from './frame';
import { DiffLine, Report, ReportedService, ReportMessage } from './report';
import { drawSketch, escape, Sketch, sketchOf } from '../drawing';

const TONES = { reachable: 'good', unknown: 'doubtful', unreachable: 'bad' } as const;
const SEVERITIES = { error: ['bad', 'refused'], warning: ['doubtful', 'warning'], info: ['neutral', 'note'] } as const;

/** A network that services have in common, with the number under which it is drawn. */
interface Network {
  readonly number: number;
  readonly sketch: Sketch;
  readonly services: string[];
}

/**
 * A report as one HTML page: the table of the services, then the changes, messages and reasons of each, then a drawing of each network. It needs no
 * network and no script, and follows the reader's color scheme.
 */
export function reportPage(report: Report): string {
  const networks = new Map<string, Network>();
  const networkOf = new Map(report.services.map(service => [service, service.paths && networkFor(networks, service)]));
  const { title, writtenAt, notes = [], services } = report;
  return frame(title, [
    `<p>${escape(summaryOf(services))} <span class="soft">Written at ${escape(writtenAt)}.</span></p>`,
    ...notes.map(note => `<p>${escape(note)}</p>`),
    ...services.length === 0 ? [] : tableOf(services, networkOf),
    ...services.flatMap((service, index) => sectionOf(service, index)),
    ...networks.size === 0 ? [] : ['<h2>Networks</h2>', ...[...networks.values()].flatMap(drawingOf)],
  ]);
}

/** Services whose tasks take the same way share a drawing. */
function networkFor(networks: Map<string, Network>, { name, paths }: ReportedService): Network {
  const sketch = sketchOf(paths!);
  const key = JSON.stringify(sketch);
  const network = networks.get(key) ?? { number: networks.size + 1, sketch, services: [] };
  networks.set(key, network);
  network.services.push(name);
  return network;
}

function summaryOf(services: readonly ReportedService[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of services) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const each = [...counts].sort(([, a], [, b]) => b - a).map(([outcome, count]) => `${count} ${outcome}`);
  return `${services.length} ${services.length === 1 ? 'service' : 'services'}${each.length === 0 ? '' : `: ${each.join(', ')}`}.`;
}

interface Column {
  readonly name: string;
  readonly isOptional?: boolean;
  cell(service: ReportedService, index: number): string;
}

/** A column is left out if all services have the same, or no value there. */
function tableOf(services: readonly ReportedService[], networkOf: ReadonlyMap<ReportedService, Network | undefined>): string[] {
  const columns: readonly Column[] = [
    { name: 'Service', cell: ({ name }, index) => `<a href="#s${index + 1}">${escape(name)}</a>` },
    { name: 'Account', cell: ({ account }) => escape(account), isOptional: true },
    { name: 'Region', cell: ({ region }) => escape(region), isOptional: true },
    { name: 'Cluster', cell: ({ cluster }) => escape(cluster) },
    { name: 'Result', cell: ({ outcome, tone }) => `<span class="${tone}">${escape(outcome)}</span>` },
    { name: 'Internet access', cell: service => networkCell(networkOf.get(service)) },
    { name: 'Messages', cell: ({ messages }) => escape([...new Set(messages.filter(({ severity }) => severity !== 'info').map(({ id }) => id))].join(', ')) },
  ];
  const shown = columns.filter(({ isOptional, cell }) => !isOptional || new Set(services.map(cell)).size > 1);
  const row = (service: ReportedService, index: number) => `<tr>${shown.map(({ cell }) => `<td>${cell(service, index)}</td>`).join('')}</tr>`;
  return [
    `<div class="scroll"><table><thead><tr>${shown.map(({ name }) => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>`,
    ...services.map(row),
    '</tbody></table></div>',
  ];
}

function networkCell(network: Network | undefined): string {
  if (network === undefined) return '';
  return `<a href="#n${network.number}" class="${TONES[network.sketch.verdict]}">${network.sketch.verdict}</a>`;
}

function sectionOf(service: ReportedService, index: number): string[] {
  const { name, account, region, cluster, outcome, tone, reason = [], messages, changes = [] } = service;
  return [
    `<section id="s${index + 1}"><h3>${escape(name)}</h3>`,
    `<p class="soft">cluster ${escape(cluster)}, ${escape(region)}, account ${escape(account)}</p>`,
    `<p><span class="${tone}">${escape(outcome)}</span></p>`,
    ...reason.map(line => `<p>${escape(line)}</p>`),
    ...messages.length === 0 ? [] : [`<ul>${messages.map(messageItem).join('\n')}</ul>`],
    ...changes.length === 0 ? [] : [`<pre>${changes.map(diffLine).join('\n')}</pre>`],
    '</section>',
  ];
}

function messageItem({ severity, id, text, address }: ReportMessage): string {
  const [tone, label] = SEVERITIES[severity];
  return `<li><span class="${tone}">${label}</span> ${linesOf(text)} <span class="soft">[${escape(id)}]</span> <a rel="noreferrer" href="${escape(address)}">explanation</a></li>`;
}

function diffLine({ sign, text }: DiffLine): string {
  return `<span class="${sign === '+' ? 'added' : 'removed'}">${sign} ${escape(text)}</span>`;
}

/** Longer lists of names say nothing more. */
const MOST_NAMES = 20;

function drawingOf({ number, sketch, services }: Network): string[] {
  const named = services.slice(0, MOST_NAMES).join(', ');
  const more = services.length > MOST_NAMES ? ` and ${services.length - MOST_NAMES} more` : '';
  return [
    `<section id="n${number}"><h3>Network ${number}: <span class="${TONES[sketch.verdict]}">${sketch.verdict}</span></h3>`,
    `<p class="soft">${escape(named)}${more}</p>`,
    `<figure>${drawSketch(sketch, services.length === 1 ? `service ${services[0]}` : `${services.length} services`)}</figure></section>`,
  ];
}
