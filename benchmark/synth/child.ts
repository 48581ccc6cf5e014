import { appOf, byHand, COLLECTION_ID } from './apps';

/** One synthesis in its own process: `child.ts sidecar|hand <services> <folder>`. Prints milliseconds, peak KiB and resources as JSON. */
const [, , kind, services, outdir] = process.argv;
process.env.CDK_OUTDIR = outdir;

// Only the app that uses the library loads it.
const sidecar = kind === 'sidecar' ? (require('../../lib') as typeof import('../../src')).PostmanLiveCollectionSidecar : undefined;

const started = process.hrtime.bigint();
const app = appOf(Number(services), sidecar === undefined ? byHand : (service, apiKeySecret) => {
  new sidecar(service, 'Lca', { service, collectionId: COLLECTION_ID, apiKeySecret });
});
const assembly = app.synth();
const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;

const resources: { [type: string]: number } = {};
for (const { template } of assembly.stacks) {
  for (const { Type } of Object.values<any>(template.Resources ?? {})) resources[Type] = (resources[Type] ?? 0) + 1;
}
console.log(JSON.stringify({ milliseconds, peakKiB: process.resourceUsage().maxRSS, resources }));
