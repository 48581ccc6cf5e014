import { appOf, byHand, COLLECTION_ID, LayoutName } from './layouts';

/*
 * One process: `child.js sidecar|hand|import <layout> <services> <folder>`. Prints what it used as JSON.
 *
 * `import` loads the library after the constructs of an app by hand have loaded their modules of aws-cdk-lib. It comes before a synthesis:
 * what Node still compiles after one, in other threads, would count.
 */

/** What a process or a part of it took. */
export interface Time {
  readonly cpuMs: number;
  readonly wallMs: number;
}

export interface Run {
  /** Construction and synthesis, without the start of Node and the loading of modules. */
  readonly synthesis: Time;
  /** The whole process until the end of synthesis. */
  readonly whole: Time;
  readonly peakKiB: number;
  /** The heap after synthesis and garbage collection, with the app still in use. */
  readonly keptBytes: number;
  readonly resources: { readonly [type: string]: number };
}

const [, , kind, layout, services, outdir] = process.argv;
process.env.CDK_OUTDIR = outdir;

const load = () => require('cdk-postman-live-collection') as typeof import('../../src');

function now(): Time {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, wallMs: process.uptime() * 1000 };
}

function since({ cpuMs, wallMs }: Time): Time {
  const end = now();
  return { cpuMs: end.cpuMs - cpuMs, wallMs: end.wallMs - wallMs };
}

function measureImport(): Time {
  appOf(layout as LayoutName, 1, byHand);
  const started = now();
  load();
  return since(started);
}

function measureSynthesis(): Run {
  // Only the app that uses the library loads it.
  const sidecar = kind === 'sidecar' ? load().PostmanLiveCollectionSidecar : undefined;
  const started = now();
  const app = appOf(layout as LayoutName, Number(services), sidecar === undefined ? byHand : (service, apiKeySecret) => {
    new sidecar(service, 'Lca', { service, collectionId: COLLECTION_ID, apiKeySecret });
  });
  const assembly = app.synth();
  const [synthesis, whole] = [since(started), now()];
  const peakKiB = process.resourceUsage().maxRSS;
  gc!();
  const keptBytes = process.memoryUsage().heapUsed;
  const resources: { [type: string]: number } = {};
  for (const { template } of assembly.stacksRecursively) {
    for (const { Type } of Object.values<any>(template.Resources ?? {})) resources[Type] = (resources[Type] ?? 0) + 1;
  }
  return { synthesis, whole, peakKiB, keptBytes, resources };
}

console.log(JSON.stringify(kind === 'import' ? measureImport() : measureSynthesis()));
