import { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as fc from 'fast-check';
import { Asked, COLLECTION, OTHER_SECRET, PROJECT, requests, SECRET, SYSTEM_ENV, updateOf, WORKSPACE } from './asked';
import { PostmanInsightsSidecar, PostmanInsightsSidecarProps, PostmanLiveCollectionSidecar, PostmanLiveCollectionSidecarProps } from '../../src';
import { Generation, INSIGHTS, LIVE_COLLECTION } from '../../src/agent';
import { containersOf, Json, JsonObject, printJson, withAgent } from '../../src/edit';
import { checkOptions } from '../../src/preflight';
import { ENV, fargate, onEc2 } from '../given';

/** Members whose value is a map, with names that are data and keep their casing. */
const MAPS: ReadonlySet<string> = new Set(['Options', 'DockerLabels']);

/** A part of a template in the casing of the ECS API. */
function inApiCasing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inApiCasing);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [
    `${name[0].toLowerCase()}${name.slice(1)}`, MAPS.has(name) ? member : inApiCasing(member),
  ]));
}

const PSEUDO: { readonly [name: string]: string } = {
  'AWS::Region': ENV.region, 'AWS::AccountId': ENV.account, 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com',
};

/**
 * The values of a template's functions, as CloudFormation resolves them.
 *
 * @param names of resources, by logical id
 */
function resolved(value: unknown, names: { readonly [id: string]: string | undefined }): unknown {
  if (Array.isArray(value)) return value.map(item => resolved(item, names));
  if (typeof value !== 'object' || value === null) return value;
  if ('Ref' in value) return PSEUDO[value.Ref as string] ?? names[value.Ref as string] ?? value;
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'] as [string, unknown[]];
    return parts.map(part => resolved(part, names)).join(separator);
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolved(member, names)]));
}

/** What is asked of an agent. */
interface Request { readonly generation: Generation; readonly given: Asked }

/** The agent's container that the construct puts into the template. */
function synthesized({ generation, given: options }: Request): unknown {
  const { place, taskSetsMemory, apiKey, image, logConfiguration, ...rest } = options;
  const service = { serviceName: place.service };
  const given = taskSetsMemory ? fargate({ service, task: { family: place.taskFamily } }) : onEc2({ service });
  if (!taskSetsMemory && place.taskFamily !== undefined) (given.taskDefinition as { family: string }).family = place.taskFamily;
  const [, arn, field] = /^(arn:(?:[^:]+:){5}[^:]+)(?::([^:]+)::)?$/.exec(apiKey)!;
  const props = {
    ...rest,
    service: given.service,
    image: image === undefined ? undefined : ecs.ContainerImage.fromRegistry(image),
    apiKeySecret: secretsmanager.Secret.fromSecretCompleteArn(given.stack, 'Key', arn),
    apiKeySecretField: field,
    logging: { bind: () => ({ logDriver: logConfiguration!.logDriver, options: { ...logConfiguration!.options } }) } as unknown as ecs.LogDriver,
  };
  if (generation === INSIGHTS) new PostmanInsightsSidecar(given.stack, 'Agent', props as unknown as PostmanInsightsSidecarProps);
  else new PostmanLiveCollectionSidecar(given.stack, 'Agent', props as unknown as PostmanLiveCollectionSidecarProps);
  const template = Template.fromStack(given.stack);
  const [definition] = Object.values<any>(template.findResources('AWS::ECS::TaskDefinition'));
  // A reference to a cluster is its name.
  const names = Object.fromEntries(Object.keys(template.findResources('AWS::ECS::Cluster')).map(id => [id, place.cluster]));
  const [web, agent] = inApiCasing(resolved(definition.Properties.ContainerDefinitions, names)) as [Synthesized, Synthesized];
  // The CDK's Ec2TaskDefinition gives every container a variable with its region, also the application's.
  expect(web.environment?.map(({ name }) => name)).toEqual(taskSetsMemory ? undefined : ['AWS_REGION']);
  return { ...agent, environment: agent.environment!.filter(({ name }) => name !== 'AWS_REGION') };
}

interface Synthesized { readonly environment?: readonly { readonly name: string }[] }

/** The agent's container that the command line registers. */
function registered({ generation, given }: Request): JsonObject {
  const body = withAgent({ family: 'web', containerDefinitions: [{ name: 'web' }] }, updateOf(given, [], generation));
  return containersOf(body)[1];
}

/** The container with JavaScript's numbers. */
function plain(container: unknown): unknown {
  return JSON.parse(printJson(container as Json));
}

const LOG = { logDriver: 'json-file', options: { 'max-size': '10m' } };
const AROUND = { apiKey: SECRET, taskSetsMemory: true, place: { region: ENV.region, taskFamily: 'web', cluster: 'shop' }, logConfiguration: LOG };

/** Each destination with only the defaults. */
const DESTINATIONS: readonly (readonly [string, Generation, Asked])[] = [
  ['a collection', LIVE_COLLECTION, { collectionId: COLLECTION, ...AROUND }],
  ['a project', INSIGHTS, { projectId: PROJECT, ...AROUND }],
  ['a workspace', INSIGHTS, { workspaceId: WORKSPACE, systemEnvironmentId: SYSTEM_ENV, ...AROUND }],
  ['discovery', INSIGHTS, { discovery: true, ...AROUND }],
  ['discovery with its names', INSIGHTS, { discovery: true, discoveryNamespace: 'team-a', discoveryName: 'orders', ...AROUND }],
];

const asked = requests
  // A template always has a family, a cluster and a log configuration.
  .map(({ generation, given }) => ({ generation, given: { ...given, logConfiguration: given.logConfiguration ?? LOG } }))
  .filter(({ generation, given }) => checkOptions(generation, given).every(({ id }) => id !== 'invalidOption'));

/** The options in which two containers may differ. */
const OTHERS: readonly Partial<Asked>[] = [
  { rateLimitPerMinute: 5 }, { cpu: 1 }, { enableRestartPolicy: false }, { apiKey: OTHER_SECRET }, { readonlyRootFilesystem: false },
  { disableTelemetry: true }, { environment: { OWN: '1' } }, { place: { ...AROUND.place, taskFamily: 'x' } },
];

describe('the containers of both modes', () => {
  test('both modes make the same container for any options of either agent, in tasks that set their memory and in tasks that do not', () => {
    fc.assert(fc.property(asked, request => {
      expect(plain(synthesized(request))).toEqual(plain(registered(request)));
    }), { numRuns: 50 });
  });

  test.each(DESTINATIONS)('both modes make the same container for %s with only the defaults', (_, generation, defaults) => {
    for (const taskSetsMemory of [true, false]) {
      const request = { generation, given: { ...defaults, taskSetsMemory } };
      expect(plain(synthesized(request))).toEqual(plain(registered(request)));
      expect(plain(registered(request))).toMatchObject(taskSetsMemory ? { essential: false } : { essential: false, memoryReservation: 300 });
    }
  });

  test.each(DESTINATIONS)('the comparison fails if one option beside %s differs', (_, generation, defaults) => {
    const own: readonly Partial<Asked>[] = generation === INSIGHTS
      ? [{ dataRegion: 'EU' }, { reproMode: true }, { alwaysCapturePayloads: ['a'] }, { capturePercent: 5 }, { image: 'x/postman-insights-agent' }]
      : [{ image: 'x/postman-lc-agent' }];
    const expected = plain(registered({ generation, given: defaults }));
    for (const other of [...OTHERS, ...own]) expect(plain(synthesized({ generation, given: { ...defaults, ...other } }))).not.toEqual(expected);
  });
});
