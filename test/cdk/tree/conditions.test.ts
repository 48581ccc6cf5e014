import { Aws, CfnCondition, CfnParameter, CfnResource, Fn, ICfnConditionExpression, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { StageIndex } from '../../../src/cdk/tree/stage-index';
import { ENV, fargate } from '../../given';

const TYPE = 'AWS::Test::Resource';

/** A stack with a resource that is in each case. */
function given(env: { readonly region?: string } = ENV) {
  const { app } = fargate();
  const stack = new Stack(app, 'Conditions', { env });
  const needed = new CfnResource(stack, 'Needed', { type: 'AWS::Test::Needed' });
  const parameter = (id: string, allowedValues?: string[]) => new CfnParameter(stack, id, { allowedValues }).valueAsString;
  const condition = (id: string, expression: ICfnConditionExpression) => new CfnCondition(stack, id, { expression });
  const resource = (id: string, only: CfnCondition, properties = {}) => {
    const made = new CfnResource(stack, id, { type: TYPE, properties });
    made.cfnOptions.condition = only;
    return made;
  };
  return { stack, needed, parameter, condition, resource };
}

type Given = ReturnType<typeof given>;

/** The resources of each case, by their ids. */
function resourcesByCase({ stack, needed }: Given): readonly (readonly string[])[] {
  const index = StageIndex.now(stack);
  const found = index.cases(needed, () => index.ofType(TYPE).map(({ node }) => node.id));
  if ('tooMany' in found) throw new Error(found.tooMany.join());
  return found.map(({ value }) => value);
}

test.each<[string, (at: Given) => void, readonly (readonly string[])[]]>([
  ['a condition and its negation', ({ condition, resource, parameter }) => {
    const a = condition('A', Fn.conditionEquals(parameter('P'), 'x'));
    resource('IfA', a);
    resource('IfNotA', condition('NotA', Fn.conditionNot(a)));
  }, [['IfA'], ['IfNotA']]],
  ['two values of one parameter', ({ condition, resource, parameter }) => {
    const p = parameter('P');
    resource('IfX', condition('X', Fn.conditionEquals(p, 'x')));
    resource('IfY', condition('Y', Fn.conditionEquals('y', p)));
  }, [['IfX'], ['IfY'], []]],
  ['the only values that a parameter allows', ({ condition, resource, parameter }) => {
    const p = parameter('P', ['x', 'y']);
    resource('IfX', condition('X', Fn.conditionEquals(p, 'x')));
    resource('IfY', condition('Y', Fn.conditionEquals(p, 'y')));
  }, [['IfX'], ['IfY']]],
  ['a value that a parameter does not allow', ({ condition, resource, parameter }) => {
    resource('IfZ', condition('Z', Fn.conditionEquals(parameter('P', ['x', 'y']), 'z')));
  }, [[]]],
  ['literals', ({ condition, resource }) => {
    resource('Always', condition('Same', Fn.conditionEquals('a', 'a')));
    resource('Never', condition('Different', Fn.conditionEquals('a', 'b')));
  }, [['Always']]],
  ['a text that is equal to itself', ({ condition, resource, parameter }) => {
    const p = parameter('P');
    resource('Always', condition('Same', Fn.conditionEquals(p, p)));
  }, [['Always']]],
  ['the region of the stack', ({ condition, resource }) => {
    resource('Here', condition('InIreland', Fn.conditionEquals(Aws.REGION, 'eu-west-1')));
    resource('There', condition('InOregon', Fn.conditionEquals(Aws.REGION, 'us-west-2')));
  }, [['Here']]],
  ['both of two conditions', ({ condition, resource, parameter }) => {
    const [a, b] = ['A', 'B'].map(id => condition(id, Fn.conditionEquals(parameter(`${id}1`), 'x')));
    resource('IfBoth', condition('Both', Fn.conditionAnd(a, b)));
    resource('IfA', a);
  }, [['IfBoth', 'IfA'], ['IfA'], []]],
  ['one of two conditions', ({ condition, resource, parameter }) => {
    const [a, b] = ['A', 'B'].map(id => condition(id, Fn.conditionEquals(parameter(`${id}1`), 'x')));
    resource('IfNone', condition('None', Fn.conditionNot(Fn.conditionOr(a, b))));
    resource('IfA', a);
  }, [['IfNone'], ['IfA'], []]],
  ['a value of a map', ({ condition, resource, parameter }) => {
    const value = Token.asString({ 'Fn::FindInMap': ['Map', parameter('P'), 'nat'] });
    resource('IfOn', condition('On', Fn.conditionEquals(value, 'on')));
    resource('IfOff', condition('Off', Fn.conditionEquals(value, 'off')));
  }, [['IfOn'], ['IfOff'], []]],
  ['two parameters that may be equal', ({ condition, resource, parameter }) => {
    const [p, q] = [parameter('P'), parameter('Q')];
    resource('IfSame', condition('Same', Fn.conditionEquals(p, q)));
    resource('IfSameAgain', condition('Again', Fn.conditionEquals(q, p)));
  }, [['IfSame', 'IfSameAgain'], []]],
  ['a condition without an expression', ({ stack, resource }) => {
    resource('IfAny', new CfnCondition(stack, 'Any'));
  }, [['IfAny'], []]],
  ['a function that conditions do not have', ({ condition, resource }) => {
    resource('IfStrange', condition('Strange', { resolve: () => ({ 'Fn::Strange': [] }), creationStack: [] }));
  }, [['IfStrange'], []]],
])('the cases of %s are those that can be', (_, build, expected) => {
  const at = given();
  build(at);
  expect(resourcesByCase(at)).toEqual(expected);
});

test('the region of a stack that does not say it is known only to CloudFormation', () => {
  const at = given({});
  at.resource('Here', at.condition('InIreland', Fn.conditionEquals(Aws.REGION, 'eu-west-1')));
  expect(resourcesByCase(at)).toEqual([['Here'], []]);
});

test('conditions that refer to each other in a circle are known only to CloudFormation', () => {
  const at = given();
  const a = new CfnCondition(at.stack, 'A');
  const b = at.condition('B', Fn.conditionNot(a));
  a.expression = Fn.conditionNot(b);
  at.resource('IfA', a);
  expect(resourcesByCase(at)).toEqual([['IfA'], []]);
});

test('the condition of the needed resource is true in each case', () => {
  const at = given();
  const a = at.condition('A', Fn.conditionEquals(at.parameter('P'), 'x'));
  at.resource('IfA', a);
  at.resource('IfNotA', at.condition('NotA', Fn.conditionNot(a)));
  at.needed.cfnOptions.condition = a;
  expect(resourcesByCase(at)).toEqual([['IfA']]);
});

test('an override of the condition of a resource replaces the condition, and deleting it removes the condition', () => {
  const at = given();
  const [always, never] = [at.condition('Always', Fn.conditionEquals('a', 'a')), at.condition('Never', Fn.conditionEquals('a', 'b'))];
  at.resource('Replaced', always).addOverride('Condition', never.logicalId);
  at.resource('Deleted', never).addDeletionOverride('Condition');
  expect(resourcesByCase(at)).toEqual([['Deleted']]);
});

/** The values that a property has in the cases, in their order. */
function valuesByCase(at: Given, read: (properties: any) => unknown, properties: object): readonly unknown[] {
  const only = at.condition('A', Fn.conditionEquals(at.parameter('P'), 'x'));
  const resource = at.resource('Read', at.condition('Always', Fn.conditionEquals('a', 'a')), properties);
  expect(at.stack.resolve(only.logicalId)).toBe('A');
  const index = StageIndex.now(at.stack);
  const found = index.cases(at.needed, () => read(index.read(resource)));
  if ('tooMany' in found) throw new Error(found.tooMany.join());
  return found.map(({ value }) => value);
}

const NO_VALUE = { Ref: 'AWS::NoValue' };

test.each<[string, unknown, readonly unknown[]]>([
  ['a value', Fn.conditionIf('A', 'yes', 'no'), ['yes', 'no']],
  ['a value that is left out', Fn.conditionIf('A', 'yes', NO_VALUE), ['yes', undefined]],
  ['an item of a list', ['a', Fn.conditionIf('A', 'b', NO_VALUE), 'c'], [['a', 'b', 'c'], ['a', 'c']]],
  ['a value inside a value', { Inner: { Deep: Fn.conditionIf('A', 1, 2) } }, [{ Inner: { Deep: 1 } }, { Inner: { Deep: 2 } }]],
  ['a value in the branch of another', Fn.conditionIf('A', { X: Fn.conditionIf('A', 1, 2) }, 3), [{ X: 1 }, 3]],
])('Fn::If as %s has the value of its branch', (_, value, expected) => {
  expect(valuesByCase(given(), ({ P }) => JSON.parse(JSON.stringify(P ?? null)) ?? undefined, { P: value })).toEqual(expected);
});

test('a property that is not read makes no case', () => {
  expect(valuesByCase(given(), ({ Other }) => Other, { P: Fn.conditionIf('A', 'yes', 'no'), Other: 'same' })).toEqual(['same']);
});

test('resources are found by the identity that a property has in the case', () => {
  const at = given();
  const only = at.condition('A', Fn.conditionEquals(at.parameter('P'), 'x'));
  const named = new CfnResource(at.stack, 'Named', { type: TYPE, properties: { Target: Fn.conditionIf(only.logicalId, 'one', 'two') } });
  const index = StageIndex.now(at.stack);
  const found = index.cases(at.needed, () => ['one', 'two', 'three'].filter(target => index.by(TYPE, 'Target').get(target)?.includes(named)));
  expect(found).toEqual([
    { when: 'condition A of stack Conditions is true', value: ['one'] }, { when: 'condition A of stack Conditions is false', value: ['two'] },
  ]);
});

test('a value that is derived under conditions is remembered for the cases with the same answers', () => {
  const at = given();
  const [a, b] = ['A', 'B'].map(id => at.condition(id, Fn.conditionEquals(at.parameter(`${id}1`), 'x')));
  at.resource('IfA', a);
  const other = new CfnResource(at.stack, 'Other', { type: 'AWS::Test::Other' });
  other.cfnOptions.condition = b;
  const index = StageIndex.now(at.stack);
  let derivations = 0;
  const derive = () => index.once('resources', () => {
    derivations++;
    return { of: index.ofType(TYPE).map(({ node }) => node.id) };
  });
  const found = index.cases(at.needed, () => ({ others: index.ofType('AWS::Test::Other').length, first: derive(), second: derive() }));
  expect(found).toHaveLength(4);
  expect(derivations).toBe(2);
  const values = (found as readonly { readonly value: any }[]).map(({ value }) => value);
  values.forEach(({ first, second }) => expect(first).toBe(second));
  expect(values.map(({ others }) => others)).toEqual([1, 1, 0, 0]);
  expect(values[0].first).toBe(values[2].first);
});

test('a case in which a resource refers to one that does not exist is left out, since CloudFormation refuses the template', () => {
  const at = given();
  const only = at.condition('A', Fn.conditionEquals(at.parameter('P'), 'x'));
  const vpc = new ec2.CfnVPC(at.stack, 'Vpc', { cidrBlock: '10.0.0.0/16' });
  vpc.cfnOptions.condition = only;
  const subnet = new ec2.CfnSubnet(at.stack, 'Subnet', { vpcId: vpc.ref });
  at.resource('IfA', only);
  const index = StageIndex.now(at.stack);
  const found = index.cases(at.needed, () => {
    const resources = index.ofType(TYPE).length;
    return { resources, found: index.find(index.identity(index.read(subnet).VpcId, subnet)) === vpc };
  });
  expect(found).toMatchObject([{ value: { resources: 1, found: true } }]);
});
