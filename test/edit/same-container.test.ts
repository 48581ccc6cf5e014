import { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as fc from 'fast-check';
import { Asked, asked, COLLECTION, OTHER_SECRET, SECRET, updateOf } from './asked';
import { LIVE_COLLECTION } from '../../src/agent';
import { containersOf, Json, JsonObject, printJson, withAgent } from '../../src/edit';
import { checkOptions } from '../../src/preflight';
import { ENV, fargate, onEc2, sidecar } from '../given';

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

/** The values of a template's functions, as CloudFormation resolves them. */
function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== 'object' || value === null) return value;
  if ('Ref' in value) return PSEUDO[value.Ref as string] ?? value;
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'] as [string, unknown[]];
    return parts.map(resolved).join(separator);
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolved(member)]));
}

interface Synthesized { readonly environment?: readonly { readonly name: string }[] }

/** The agent's container that the construct puts into the template. */
function synthesized(options: Asked): unknown {
  const { place, taskSetsMemory, apiKey, image, logConfiguration, ...rest } = options;
  const service = { serviceName: place.service };
  const given = taskSetsMemory ? fargate({ service, task: { family: place.taskFamily } }) : onEc2({ service });
  if (!taskSetsMemory && place.taskFamily !== undefined) (given.taskDefinition as { family: string }).family = place.taskFamily;
  const [, arn, field] = /^(arn:(?:[^:]+:){5}[^:]+)(?::([^:]+)::)?$/.exec(apiKey)!;
  const mutable = <T>(list: readonly T[] | undefined) => list && [...list];
  sidecar(given.service, {
    ...rest,
    hostAllow: mutable(rest.hostAllow),
    hostExclusions: mutable(rest.hostExclusions),
    pathAllow: mutable(rest.pathAllow),
    pathExclusions: mutable(rest.pathExclusions),
    networkInterfaces: mutable(rest.networkInterfaces),
    image: image === undefined ? undefined : ecs.ContainerImage.fromRegistry(image),
    apiKeySecret: secretsmanager.Secret.fromSecretCompleteArn(given.stack, 'Key', arn),
    apiKeySecretField: field,
    logging: { bind: () => ({ logDriver: logConfiguration!.logDriver, options: { ...logConfiguration!.options } }) } as unknown as ecs.LogDriver,
  });
  const [definition] = Object.values<any>(Template.fromStack(given.stack).findResources('AWS::ECS::TaskDefinition'));
  const [web, agent] = inApiCasing(resolved(definition.Properties.ContainerDefinitions)) as [Synthesized, Synthesized];
  // The CDK's Ec2TaskDefinition gives every container a variable with its region, also the application's.
  expect(web.environment?.map(({ name }) => name)).toEqual(taskSetsMemory ? undefined : ['AWS_REGION']);
  return { ...agent, environment: agent.environment!.filter(({ name }) => name !== 'AWS_REGION') };
}

/** The agent's container that the command line registers. */
function registered(options: Asked): JsonObject {
  const body = withAgent({ family: 'web', containerDefinitions: [{ name: 'web' }] }, updateOf(options));
  return containersOf(body)[1];
}

/** The container with JavaScript's numbers. */
function plain(container: unknown): unknown {
  return JSON.parse(printJson(container as Json));
}

const LOG = { logDriver: 'json-file', options: { 'max-size': '10m' } };
const DEFAULTS: Asked = {
  collectionId: COLLECTION, apiKey: SECRET, taskSetsMemory: true, place: { region: ENV.region, taskFamily: 'web' }, logConfiguration: LOG,
};

const options = asked
  // A template always has a family and a log configuration.
  .map(given => ({ ...given, logConfiguration: given.logConfiguration ?? LOG, place: { taskFamily: 'web', ...given.place } }))
  .filter(given => checkOptions(LIVE_COLLECTION, given).every(({ id }) => id !== 'invalidOption'));

describe('the containers of both modes', () => {
  test('both modes make the same container for any options, in tasks that set their memory and in tasks that do not', () => {
    fc.assert(fc.property(options, given => {
      expect(plain(synthesized(given))).toEqual(plain(registered(given)));
    }), { numRuns: 50 });
  });

  test.each([true, false])('both modes make the same container with only the defaults; the task sets its memory: %s', taskSetsMemory => {
    const given = { ...DEFAULTS, taskSetsMemory };
    expect(plain(synthesized(given))).toEqual(plain(registered(given)));
    expect(plain(registered(given))).toMatchObject(taskSetsMemory ? { essential: false } : { essential: false, memoryReservation: 300 });
  });

  test('the comparison fails if one option differs', () => {
    for (const other of [
      { rateLimitPerMinute: 5 }, { cpu: 1 }, { enableRestartPolicy: false }, { apiKey: OTHER_SECRET }, { image: 'x/postman-lc-agent' },
      { place: { region: ENV.region, taskFamily: 'x' } },
    ]) {
      expect(plain(synthesized({ ...DEFAULTS, ...other }))).not.toEqual(plain(registered(DEFAULTS)));
    }
  });
});
