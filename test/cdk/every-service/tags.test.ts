import { App, Aspects, CfnParameter, CfnResource, NestedStack, Stack, Stage, TagManager, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { futureTag } from '../../../src/cdk/every-service/tags';
import { fargate } from '../../given';

const KEY = 'collection';

type Flags = { readonly [flag: string]: boolean };
type Given = ReturnType<typeof fargate> & { readonly resource: ecs.CfnService };

function given(context: Flags = {}): Given {
  const made = fargate({ appProps: { context } });
  return { ...made, resource: made.service.node.defaultChild as ecs.CfnService };
}

/** The value of the tag in the template. */
function inTemplate({ stack }: Given): unknown {
  const [service] = Object.values<any>(Template.fromStack(stack).findResources('AWS::ECS::Service'));
  return service.Properties.Tags?.find(({ Key }: any) => Key === KEY)?.Value;
}

const PRIORITIES = { '@aws-cdk/core:aspectPrioritiesMutating': true };

type Case = readonly [title: string, expected: string | undefined, tag: (given: Given) => void, flags?: Flags];

const CASES: readonly Case[] = [
  ['there is no tag', undefined, () => undefined],
  ['the service has the tag', 'a', ({ service }) => Tags.of(service).add(KEY, 'a')],
  ['a scope above has the tag', 'a', ({ app }) => Tags.of(app).add(KEY, 'a')],
  ['the service and a scope above have it', 'near', ({ app, service }) => { Tags.of(service).add(KEY, 'near'); Tags.of(app).add(KEY, 'far'); }],
  ['a scope has it twice', 'second', ({ stack }) => { Tags.of(stack).add(KEY, 'first'); Tags.of(stack).add(KEY, 'second'); }],
  ['a scope above has a higher priority', 'far', ({ app, service }) => { Tags.of(app).add(KEY, 'far', { priority: 150 }); Tags.of(service).add(KEY, 'near'); }],
  ['the service removes it', undefined, ({ app, service }) => { Tags.of(app).add(KEY, 'a'); Tags.of(service).remove(KEY); }],
  ['a scope above removes it', undefined, ({ app, service }) => { Tags.of(app).remove(KEY); Tags.of(service).add(KEY, 'a'); }],
  ['the tag has a higher priority than its removal', 'a', ({ app, service }) => {
    Tags.of(app).remove(KEY);
    Tags.of(service).add(KEY, 'a', { priority: 300 });
  }],
  ['the tag is for other types', undefined, ({ app }) => Tags.of(app).add(KEY, 'a', { includeResourceTypes: ['AWS::EC2::VPC'] })],
  ['the tag is for services', 'a', ({ app }) => Tags.of(app).add(KEY, 'a', { includeResourceTypes: ['AWS::ECS::Service'] })],
  ['the tag is for all types but services', undefined, ({ app }) => Tags.of(app).add(KEY, 'a', { excludeResourceTypes: ['AWS::ECS::Service'] })],
  ['the removal is for other types', 'a', ({ app }) => { Tags.of(app).add(KEY, 'a'); Tags.of(app).remove(KEY, { includeResourceTypes: ['AWS::EC2::VPC'] }); }],
  ['the resource has it', 'own', ({ resource }) => resource.tags.setTag(KEY, 'own')],
  ['the resource has it with a low priority', 'a', ({ app, resource }) => { resource.tags.setTag(KEY, 'own', 50); Tags.of(app).add(KEY, 'a'); }],
  ['the resource has it with a high priority', 'own', ({ app, resource }) => { resource.tags.setTag(KEY, 'own', 1000); Tags.of(app).add(KEY, 'a'); }],
  ['the resource has removed it', undefined, ({ app, resource }) => { resource.tags.removeTag(KEY, 1000); Tags.of(app).add(KEY, 'a'); }],
  ['the resource has another tag', 'a', ({ app, resource }) => {
    resource.tags.setTag('other', 'own');
    Tags.of(app).add('other', 'b');
    Tags.of(app).add(KEY, 'a');
  }],
  ['another resource of the service has it', undefined, ({ service }) => Tags.of(service.node.findChild('SecurityGroup')).add(KEY, 'a')],
  ['an override replaces the tags', 'over', ({ app, resource }) => {
    Tags.of(app).add(KEY, 'a');
    resource.addPropertyOverride('Tags', [{ Key: KEY, Value: 'over' }]);
  }],
  ['an override has other tags', undefined, ({ app, resource }) => {
    Tags.of(app).add(KEY, 'a');
    resource.addPropertyOverride('Tags', [{ Key: 'x', Value: 'over' }]);
  }],
  ['tags have the priority of changing aspects', 'near', ({ app, service }) => {
    Tags.of(service).add(KEY, 'near');
    Tags.of(app).add(KEY, 'far');
  }, PRIORITIES],
  ['aspects have priorities of their own', 'far', ({ app, service }) => {
    Tags.of(app).add(KEY, 'far');
    const [tag] = Aspects.of(app).applied;
    tag.priority = 900;
    Tags.of(service).add(KEY, 'near');
  }],
];

describe('the value that a tag of a service will have', () => {
  test.each(CASES.map(one => [one[0], String(one[1]), one] as const))('if %s, it is %s, as in the template', (...[,, [, expected, tag, flags]]) => {
    const made = given(flags);
    tag(made);
    const { tags } = made.resource;
    const before = tags.tagValues();
    expect(futureTag(made.resource, KEY)).toBe(expected);
    // Looking changes nothing.
    expect(made.resource.tags).toBe(tags);
    expect(tags.tagValues()).toEqual(before);
    expect(inTemplate(made)).toBe(expected);
    expect(futureTag(made.resource, KEY)).toBe(expected);
  });

  test('a tag of an app does not count in a stage, where the CDK does not apply it', () => {
    const app = new App();
    Tags.of(app).add(KEY, 'app');
    const stage = new Stage(app, 'Prod');
    Tags.of(stage).add('other', 'x');
    const stack = new Stack(stage, 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
    const { service } = fargate({ stack });
    expect(futureTag(service.node.defaultChild as CfnResource, KEY)).toBeUndefined();
    Tags.of(stage).add(KEY, 'stage');
    expect(futureTag(service.node.defaultChild as CfnResource, KEY)).toBe('stage');
  });

  test('a tag counts in a nested stack', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack');
    Tags.of(stack).add(KEY, 'a');
    const { service } = fargate({ stack: new NestedStack(stack, 'Nested') });
    expect(futureTag(service.node.defaultChild as CfnResource, KEY)).toBe('a');
  });

  test('a value may be known only to CloudFormation, also in an override', () => {
    const { stack, resource } = given();
    const parameter = new CfnParameter(stack, 'Collection');
    Tags.of(stack).add(KEY, parameter.valueAsString);
    expect(stack.resolve(futureTag(resource, KEY))).toEqual({ Ref: 'Collection' });
    resource.addPropertyOverride('Tags', [{ Key: KEY, Value: { Ref: 'Other' } }]);
    expect(stack.resolve(futureTag(resource, KEY))).toEqual({ Ref: 'Other' });
  });

  test('other aspects are not invoked, and a key that is known only to CloudFormation is another key', () => {
    const { app, stack, resource } = given();
    const visited: Construct[] = [];
    Aspects.of(app).add({ visit: construct => { visited.push(construct as Construct); } });
    Tags.of(app).add(new CfnParameter(stack, 'Key').valueAsString, 'a');
    expect(futureTag(resource, KEY)).toBeUndefined();
    expect(visited).toEqual([]);
  });

  test('a resource without tags has none', () => {
    const { stack } = given();
    expect(futureTag(new CfnResource(stack, 'Other', { type: 'AWS::Other::Thing' }), KEY)).toBeUndefined();
    expect(TagManager.of(stack.node.findChild('Other') as CfnResource)).toBeUndefined();
  });
});
