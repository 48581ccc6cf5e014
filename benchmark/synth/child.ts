import { Agent, appOf, byHand, COLLECTION_ID, LayoutName } from './layouts';

/*
 * One process: `child.js sidecar|hand|datadog <layout> <services> <folder>`. Prints what it used as JSON.
 */

export interface Run {
  /** Of the whole process until the end of synthesis, with the start of Node and the loading of modules. */
  readonly cpuMs: number;
  readonly peakKiB: number;
  readonly resources: { readonly [type: string]: number };
}

const [, , kind, layout, services, outdir] = process.argv;
process.env.CDK_OUTDIR = outdir;

/** Only the app that uses a library loads it. */
const AGENTS: { readonly [kind: string]: () => Agent } = {
  hand: () => byHand,
  sidecar: () => {
    const { PostmanLiveCollectionSidecar } = require('cdk-postman-live-collection') as typeof import('../../src');
    return {
      add: (service, apiKeySecret) => { new PostmanLiveCollectionSidecar(service, 'Lca', { service, collectionId: COLLECTION_ID, apiKeySecret }); },
    };
  },
  // The smallest use of it, with its defaults.
  datadog: () => {
    const { DatadogECSFargate } = require('datadog-cdk-constructs-v2');
    return { taskDefinition: (scope, id, props, apiKeySecret) => new DatadogECSFargate({ apiKeySecret }).fargateTaskDefinition(scope, id, props) };
  },
};

function measureSynthesis(): Run {
  const agent = AGENTS[kind]();
  const app = appOf(layout as LayoutName, Number(services), agent);
  const assembly = app.synth();
  const { userCPUTime, systemCPUTime, maxRSS: peakKiB } = process.resourceUsage();
  const resources: { [type: string]: number } = {};
  for (const { template } of assembly.stacksRecursively) {
    for (const { Type } of Object.values<any>(template.Resources ?? {})) resources[Type] = (resources[Type] ?? 0) + 1;
  }
  return { cpuMs: (userCPUTime + systemCPUTime) / 1000, peakKiB, resources };
}

console.log(JSON.stringify(measureSynthesis()));
