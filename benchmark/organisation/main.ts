import { memory } from './memory';
import { costOf, FUNCTION_GB, logBytes, PRICES, Usage } from './prices';
import { loadClients } from '../../test/moved-clock/account';
import { allOf, broken } from '../../test/organisation/world/invariants';
import { Organisation } from '../../test/organisation/world/organisation';
import { Layout, organisationOf } from '../../test/organisation/world/specs';

/**
 * What an execution of an enrolment costs, from the counts of the simulation and AWS's list prices, and how far it is from AWS's limits. The calls of
 * the function take time here, as they do on AWS, since Lambda bills it.
 */
const LATENCY_MS = 60;
/** Lambda also bills what the process does between calls, which takes no time on the moved clock. Of a call; measured in a real process it is less. */
const CPU_SECONDS_A_CALL = 0.004;

/** A call of the function of arrivals makes three calls of AWS, and has half the memory of the other function. */
const ARRIVAL_SECONDS = 3 * (LATENCY_MS / 1000 + CPU_SECONDS_A_CALL) / 2;

const LIMITS = { dollars: 15, bytes: 262_144, events: 25_000, megabytes: 512 };

const LAYOUTS: readonly (Layout & { readonly scaledTo?: number })[] = [
  { seed: 1, accounts: 4, regions: 2, services: 1000 },
  { seed: 1, accounts: 10, regions: 4, services: 5000, scaledTo: 100_000 },
];

interface Measured { readonly usage: Usage; readonly largest: number; readonly events: number }

async function measured(layout: Layout, name: 'ENROL' | 'PLAN' | 'again'): Promise<Measured> {
  const organisation = new Organisation(organisationOf(layout), { mode: name === 'PLAN' ? 'PLAN' : 'ENROL', maxConcurrency: 100, events: true });
  if (name === 'again') {
    await organisation.ran('before');
    await ended(organisation);
  }
  organisation.network.latencyMs = LATENCY_MS;
  const { audit, lambda } = organisation;
  const known = organisation.executions.length;
  const before = {
    calls: audit.calls, arrivals: organisation.arrivals, invocations: lambda.invocations, billedMs: lambda.billedMs, logged: lambda.logged,
    s3: new Map(audit.s3),
  };
  const execution = await organisation.ran('run');
  const wrong = broken(organisation, execution, name);
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  await ended(organisation);
  // With those that events of the enrolment's own deployments have started.
  const all = organisation.executions.slice(known).flatMap(allOf);
  const arrivals = organisation.arrivals - before.arrivals;
  const s3 = (action: string) => (audit.s3.get(action) ?? 0) - (before.s3.get(action) ?? 0);
  const objects = [...organisation.network.objects].filter(([key]) => key.startsWith('executions/') && !key.startsWith('executions/before/'));
  return {
    usage: {
      transitions: all.reduce((sum, { transitions }) => sum + transitions, 0),
      lambdaSeconds: (lambda.billedMs - before.billedMs) / 1000 + (audit.calls - before.calls) * CPU_SECONDS_A_CALL + arrivals * ARRIVAL_SECONDS,
      invocations: lambda.invocations - before.invocations + arrivals,
      puts: s3('PutObject') + s3('ListObjectsV2'),
      gets: s3('GetObject'),
      stored: objects.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0),
      logged: lambda.logged - before.logged,
      events: all.reduce((sum, { events }) => sum + events, 0),
    },
    largest: Math.max(...all.map(({ largest }) => largest)),
    events: Math.max(...all.map(({ events }) => events)),
  };
}

/** Also those that begin while others are waited for. */
async function ended({ executions }: Organisation): Promise<void> {
  for (const execution of executions) await execution.ended;
}

function told(what: string, usage: Usage, factor = 1): void {
  const count = (value: number) => Math.round(value * factor).toLocaleString('en-US');
  const costs = costOf(usage);
  const dollars = Object.values(costs).reduce((sum, cost) => sum + cost, 0) * factor;
  const parts = Object.entries(costs).map(([part, cost]) => `${part} $${(cost * factor).toFixed(2)}`).join(', ');
  console.log([
    `${what}: ${count(usage.transitions)} state transitions, `,
    `${count(usage.invocations)} calls of the function, ${count(usage.lambdaSeconds)} s x ${FUNCTION_GB * 1024} MB, `,
    `${count(usage.puts)} PUT and LIST and ${count(usage.gets)} GET of S3, ${(usage.stored * factor / 1e6).toFixed(1)} MB kept, `,
    `${count(usage.events)} events, `,
    `${(logBytes(usage) * factor / 1e6).toFixed(1)} MB of logs; $${dollars.toFixed(2)} (${parts})${factor > 1 ? `; the limit is $${LIMITS.dollars}` : ''}`,
  ].join(''));
}

async function main(): Promise<void> {
  loadClients();
  console.log(`Prices of us-east-1, in dollars, of 2026-11-27: ${Object.entries(PRICES).map(([what, price]) => `${what} ${price}`).join(', ')}`);
  for (const { scaledTo, ...layout } of LAYOUTS) {
    const services = layout.services.toLocaleString('en-US');
    for (const name of ['PLAN', 'ENROL', 'again'] as const) {
      const { usage, largest, events } = await measured(layout, name);
      const what = name === 'again' ? 'ENROL of services that have the agent' : name;
      told(`${what}, ${services} services in ${layout.accounts * layout.regions} places`, usage);
      const factor = (scaledTo ?? layout.services) / layout.services;
      const scaled = `scaled to ${scaledTo?.toLocaleString('en-US')} services in ${layout.accounts * layout.regions * factor} places`;
      if (scaledTo !== undefined) told(`${what}, ${scaled}`, usage, factor);
      const limits = `the largest data of a state has ${largest} bytes of ${LIMITS.bytes}, and the longest history ${events} events of ${LIMITS.events}`;
      console.log(`${what}, ${services} services: ${limits}`);
    }
  }
  for (const [what, megabytes] of Object.entries(await memory())) {
    console.log(`A process of the function that ${what}: ${megabytes.toFixed(0)} MB resident at the peak of ${LIMITS.megabytes}`);
  }
}

void main();
