import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  PostmanInsightsExistingService, PostmanInsightsExistingServiceProps, PostmanLiveCollectionExistingService, PostmanLiveCollectionExistingServiceProps,
} from '../../src';
import { Generation, INSIGHTS } from '../../src/agent';
import { Addition, planAddition, RevisionPlan } from '../../src/aws/plan/revision-plan';
import { Json, JsonObject, ownerOf, parseJson, printJson, registrable, withoutAgent } from '../../src/edit';
import { requestOf } from '../../src/handlers/existing-service/request';
import { checkOptions } from '../../src/preflight';
import { Asked, foreignAgents, requests, SECRET } from '../edit/asked';
import { ENV } from '../given';
import * as fc from '../random';

interface Request { readonly generation: Generation; readonly given: Asked }

const asked = requests.map(({ generation, given }) => ({ generation, given: { ...given, proxyUrl: undefined } }))
  .filter(({ generation, given }) => checkOptions(generation, given).every(({ id }) => id !== 'invalidOption'));

const logConfiguration = { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/web', 'awslogs-region': ENV.region, 'awslogs-stream-prefix': 'web' } };

function bodyOf({ taskSetsMemory }: Asked, agents: readonly JsonObject[] = []): JsonObject {
  const body = {
    family: 'web', networkMode: 'awsvpc', executionRoleArn: 'arn:aws:iam::111122223333:role/execution',
    ...taskSetsMemory ? { cpu: '1024', memory: '8192' } : {},
    containerDefinitions: [{ name: 'web', image: 'web', memory: 128, logConfiguration }, ...agents],
  };
  return parseJson(JSON.stringify(body)) as JsonObject;
}

const optionsOf = ({ apiKey: _, apiKeyInClear: __, taskSetsMemory: ___, logConfiguration: ____, place: _____, ...options }: Asked) => options;

/** The plan of a revision: what the command line makes of it, or with an owner what a stack does. */
function planOf(request: Request, body: JsonObject, more: Partial<Addition> = {}): RevisionPlan {
  const current = { arn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:1', family: 'web', revision: 1, isActive: true, body };
  return planAddition(current, undefined, {
    generation: request.generation, options: optionsOf(request.given), named: new Set(), region: ENV.region, key: { kind: 'secret', valueFrom: SECRET },
    hostKind: 'FARGATE', serviceName: 'web', clusterName: 'shop', ...more,
  });
}

/** What the handler is asked for by the template of a stack. */
function inTemplate({ generation, given }: Request) {
  const stack = new Stack(new App(), 'Agents', { env: ENV });
  const { image: imageUri, ...options } = optionsOf(given);
  const apiKeySecret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Key', SECRET);
  const props = { ...options, imageUri, apiKeySecret, serviceArn: `arn:aws:ecs:${ENV.region}:${ENV.account}:service/shop/web` };
  if (generation === INSIGHTS) new PostmanInsightsExistingService(stack, 'Web', props as unknown as PostmanInsightsExistingServiceProps);
  else new PostmanLiveCollectionExistingService(stack, 'Web', props as unknown as PostmanLiveCollectionExistingServiceProps);
  const [{ Properties }] = Object.values<any>(Template.fromStack(stack).findResources('Custom::PostmanAgentExistingService'));
  const StackId = `arn:aws:cloudformation:${ENV.region}:${ENV.account}:stack/Agents/0a1b2c3d`;
  const request = requestOf({ RequestType: 'Create', RequestId: '1', StackId, LogicalResourceId: 'Web', ResourceProperties: Properties }, false);
  if (request.verb !== 'add') throw new Error('A Create is no removal.');
  return request.agent;
}

const plain = (value: unknown) => JSON.parse(printJson(value as Json)) as unknown;

test('a stack gives a service the container that `ecs add` gives it, for any options of either agent', () => {
  fc.assert(fc.property(asked, request => {
    const { owner, generation, options } = inTemplate(request);
    const body = bodyOf(request.given);
    const plan = planOf(request, body, { owner, generation, options });
    expect(plain(plan.after.containerDefinitions)).toEqual(plain(planOf(request, body).after.containerDefinitions));
    expect(ownerOf(plan.after)).toBe(owner?.id);
    // Removing it gives the same task definition again.
    expect(plain(withoutAgent(plan.after))).toEqual(plain(body));
  }), fc.runs(15));
});

const OWNER = { id: 'stack/1', hasAdded: true };

test('the agent of an owner becomes the one that is described, whatever it was, and a second time nothing changes', () => {
  fc.assert(fc.property(asked, foreignAgents, (request, before) => {
    const body = bodyOf(request.given, [before]);
    const { after, action } = planOf(request, body, { owner: OWNER });
    const fresh = planOf(request, withoutAgent(body), { owner: OWNER });
    expect(plain(after.containerDefinitions)).toEqual(plain(fresh.after.containerDefinitions));
    expect(['update', 'none', 'add']).toContain(action);
    expect(planOf(request, registrable({ taskDefinition: after } as unknown as Json), { owner: OWNER }).action).toBe('none');
  }), fc.runs(100));
});
