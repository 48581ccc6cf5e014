import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import * as fc from '../random';
import { Asked, COLLECTION, OTHER_SECRET, PARAMETER, PROJECT, requests, SECRET, SYSTEM_ENV, updateOf, WORKSPACE } from './asked';
import { apiCased, resolved } from './templates';
import {
  PostmanInsightsDaemon, PostmanInsightsDaemonProps, PostmanInsightsSidecar, PostmanInsightsSidecarProps, PostmanLiveCollectionDaemon,
  PostmanLiveCollectionDaemonProps, PostmanLiveCollectionSidecar, PostmanLiveCollectionSidecarProps,
} from '../../src';
import { agentContainer, daemonOptions, Generation, INSIGHTS, LIVE_COLLECTION } from '../../src/agent';
import { planAddition } from '../../src/aws/plan/revision-plan';
import { rendered } from '../../src/cli/verbs/render';
import { containersOf, daemonDefinition, Json, JsonObject, parseJson, printJson, withAgent } from '../../src/edit';
import { checkOptions } from '../../src/preflight';
import { ENV, fargate, onEc2 } from '../given';

/** What is asked of an agent. */
interface Request { readonly generation: Generation; readonly given: Asked }

/** The options and the surroundings as the properties of a construct. */
function propsOf(stack: Stack, { place, taskSetsMemory, apiKey, image, logConfiguration, ...rest }: Asked) {
  return {
    ...rest,
    image: image === undefined ? undefined : ecs.ContainerImage.fromRegistry(image),
    ...keyOf(stack, apiKey),
    logging: { bind: () => ({ logDriver: logConfiguration!.logDriver, options: { ...logConfiguration!.options } }) } as unknown as ecs.LogDriver,
  };
}

/** The only task definition of a stack, as the API has it. @param cluster  the name of each cluster, to which a reference becomes */
function definitionIn(stack: Stack, cluster: string | undefined): any {
  const template = Template.fromStack(stack);
  const [{ Properties }] = Object.values<any>(template.findResources('AWS::ECS::TaskDefinition'));
  const names = Object.fromEntries(Object.keys(template.findResources('AWS::ECS::Cluster')).map(id => [id, cluster]));
  return apiCased(resolved(Properties, names));
}

/** The CDK's Ec2TaskDefinition gives every container a variable with its region, also the application's. */
function withoutRegion(agent: Synthesized): Synthesized {
  return { ...agent, environment: agent.environment!.filter(({ name }) => name !== 'AWS_REGION') };
}

/** The agent's container that the construct puts into the template. */
function synthesized({ generation, given: options }: Request): unknown {
  const { place, taskSetsMemory } = options;
  const service = { serviceName: place.service };
  const given = taskSetsMemory ? fargate({ service, task: { family: place.taskFamily } }) : onEc2({ service });
  if (!taskSetsMemory && place.taskFamily !== undefined) (given.taskDefinition as { family: string }).family = place.taskFamily;
  const props = { service: given.service, ...propsOf(given.stack, options) };
  if (generation === INSIGHTS) new PostmanInsightsSidecar(given.stack, 'Agent', props as unknown as PostmanInsightsSidecarProps);
  else new PostmanLiveCollectionSidecar(given.stack, 'Agent', props as unknown as PostmanLiveCollectionSidecarProps);
  const [web, agent] = definitionIn(given.stack, place.cluster).containerDefinitions as [Synthesized, Synthesized];
  expect(web.environment?.map(({ name }) => name)).toEqual(taskSetsMemory ? undefined : ['AWS_REGION']);
  return withoutRegion(agent);
}

/** The task definition of the daemon that the construct makes, without its roles. */
function synthesizedDaemon({ generation, given: options }: Request): unknown {
  const { cluster: clusterName, taskFamily: family } = options.place;
  const stack = new Stack(new App(), 'Stack', { env: ENV });
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'] });
  const cluster = ecs.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: clusterName as string, vpc });
  const props = { cluster, family, ...propsOf(stack, options) };
  if (generation === INSIGHTS) new PostmanInsightsDaemon(stack, 'Agents', props as unknown as PostmanInsightsDaemonProps);
  else new PostmanLiveCollectionDaemon(stack, 'Agents', props as unknown as PostmanLiveCollectionDaemonProps);
  const { executionRoleArn, taskRoleArn, containerDefinitions: [agent], ...rest } = definitionIn(stack, clusterName);
  return { ...rest, containerDefinitions: [withoutRegion(agent)] };
}

/** The task definition of a daemon that the command line registers. */
function registeredDaemon({ generation, given }: Request): JsonObject {
  const { place: { service, ...place }, apiKey, logConfiguration, ...options } = given;
  const container = agentContainer(generation, daemonOptions(generation, options), { apiKey, place, logConfiguration, taskSetsMemory: false, isAlone: true });
  return daemonDefinition(container, { family: place.taskFamily! });
}

function keyOf(stack: Stack, reference: string) {
  const [, parameterName] = /^arn:aws:ssm:[^:]+:\d+:parameter(\/.+)$/.exec(reference) ?? [];
  if (parameterName !== undefined) return { apiKeyParameter: ssm.StringParameter.fromSecureStringParameterAttributes(stack, 'Key', { parameterName }) };
  const [, arn, apiKeySecretField] = /^(arn:(?:[^:]+:){5}[^:]+)(?::([^:]+)::)?$/.exec(reference)!;
  return { apiKeySecret: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Key', arn), apiKeySecretField };
}

interface Synthesized { readonly environment?: readonly { readonly name: string }[] }

/** The agent's container that the command line registers. */
function registered({ generation, given }: Request): JsonObject {
  const body = withAgent({ family: 'web', containerDefinitions: [{ name: 'web' }] }, updateOf(given, [], generation));
  return containersOf(body)[1];
}

/** The agent's container in a task definition file, and the one that the plan of a service with the same task definition has. */
function inFile({ generation, given }: Request): { readonly file: JsonObject; readonly plan: JsonObject } {
  const { place: { region, service, taskFamily, cluster }, apiKey, taskSetsMemory, ...options } = given;
  const logConfiguration = { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/web', 'awslogs-region': ENV.region, 'awslogs-stream-prefix': 'web' } };
  const body = {
    ...taskFamily === undefined ? {} : { family: taskFamily }, networkMode: 'awsvpc', executionRoleArn: 'arn:aws:iam::111122223333:role/execution',
    ...taskSetsMemory ? { cpu: '1024', memory: '8192' } : {}, containerDefinitions: [{ name: 'web', image: 'web', memory: 128, logConfiguration }],
  };
  const request = { generation, options, named: new Set<string>(), notes: [], apiKey, region, cluster, service };
  const { text = '{}' } = rendered(JSON.stringify(body, null, 2), 'The file', request);
  const arn = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:1';
  const current = { arn, family: 'web', revision: 1, isActive: true, body: parseJson(JSON.stringify(body)) as JsonObject };
  const { after } = planAddition(current, undefined, {
    generation, options, named: new Set(), region, key: { kind: 'secret', valueFrom: apiKey }, hostKind: 'FARGATE', serviceName: service, clusterName: cluster,
  });
  return { file: containersOf(parseJson(text) as JsonObject)[1], plan: containersOf(after)[1] };
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
  { rateLimitPerMinute: 5 }, { cpu: 1 }, { enableRestartPolicy: false }, { apiKey: OTHER_SECRET }, { apiKey: PARAMETER }, { readonlyRootFilesystem: false },
  { disableTelemetry: true }, { environment: { OWN: '1' } }, { place: { ...AROUND.place, taskFamily: 'x' } },
];

describe('the containers of both modes', () => {
  test('both modes make the same container for any options of either agent, in tasks that set their memory and in tasks that do not', () => {
    fc.assert(fc.property(asked, request => {
      expect(plain(synthesized(request))).toEqual(plain(registered(request)));
    }), fc.runs(50));
  });

  test('both modes make the same task definition of a daemon for any options of either agent', () => {
    fc.assert(fc.property(asked, request => {
      expect(plain(synthesizedDaemon(request))).toEqual(plain(registeredDaemon(request)));
    }), fc.runs(30));
  });

  test('a task definition file gets the container that `ecs add` gives the service, and that the construct gives it', () => {
    fc.assert(fc.property(asked, request => {
      const { file, plan } = inFile(request);
      expect(plain(file)).toEqual(plain(plan));
      const logConfiguration = plain(file.logConfiguration) as Asked['logConfiguration'];
      expect(plain(file)).toEqual(plain(synthesized({ ...request, given: { ...request.given, logConfiguration } })));
    }), fc.runs(30));
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
    const expectedDaemon = plain(registeredDaemon({ generation, given: defaults }));
    for (const other of [...OTHERS, ...own]) {
      const request = { generation, given: { ...defaults, ...other } };
      expect(plain(synthesized(request))).not.toEqual(expected);
      expect(plain(synthesizedDaemon(request))).not.toEqual(expectedDaemon);
    }
  });
});
