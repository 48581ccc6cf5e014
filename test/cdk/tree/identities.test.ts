import { App, CfnElement, CfnParameter, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { identify, refersTo, resolveIdentities } from '../../../src/cdk/tree/identities';

function given() {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const vpc = new ec2.CfnVPC(stack, 'Vpc', { cidrBlock: '10.0.0.0/16' });
  const other = new Stack(app, 'Other');
  const from = new ec2.CfnVPC(other, 'From', { cidrBlock: '10.1.0.0/16' });
  const locate = (at: Stack, logicalId: string): CfnElement | undefined => at === stack && at.resolve(vpc.logicalId) === logicalId ? vpc : undefined;
  const identity = (value: unknown, at: CfnElement = from) => identify(resolveIdentities(at, value), at.stack, locate);
  return { app, stack, vpc, from, identity };
}

test('a literal is its own identity', () => {
  expect(given().identity('vpc-1')).toBe('vpc-1');
});

test('the identity of a reference is the path of its construct and the attribute, also from another stack', () => {
  const { vpc, identity } = given();
  expect(identity(vpc.ref)).toBe('Stack/Vpc#Ref');
  expect(identity(vpc.attrDefaultNetworkAcl)).toBe('Stack/Vpc#DefaultNetworkAcl');
  expect(identity(Lazy.string({ produce: () => vpc.ref }))).toBe('Stack/Vpc#Ref');
});

test('a logical id in a plain intrinsic function is looked up in the stack that contains the function', () => {
  const { vpc, stack, identity } = given();
  const id = stack.resolve(vpc.logicalId);
  expect(identity({ Ref: id }, vpc)).toBe('Stack/Vpc#Ref');
  expect(identity({ 'Fn::GetAtt': [id, 'CidrBlock'] }, vpc)).toBe('Stack/Vpc#CidrBlock');
  expect(identity({ 'Fn::GetAtt': `${id}.CidrBlock` }, vpc)).toBe('Stack/Vpc#CidrBlock');
  expect(identity({ Ref: id })).toBeUndefined();
});

test.each<[string, (stack: Stack) => unknown]>([
  ['an import', () => Fn.importValue('Vpc')],
  ['a text around a reference', stack => `x-${new CfnParameter(stack, 'P').valueAsString}`],
  ['a function', () => Fn.select(0, Token.asList({ 'Fn::GetAZs': '' }))],
  ['undefined', () => undefined],
  ['a number', () => 5],
  ['null', () => null],
])('%s has no identity', (_, make) => {
  const { stack, identity } = given();
  expect(identity(make(stack))).toBeUndefined();
});

test('resolving keeps the shape of values, resolves lazy ones, and leaves out members without a value', () => {
  const { from, vpc } = given();
  expect(resolveIdentities(from, {
    text: 'a',
    number: Lazy.number({ produce: () => 7 }),
    list: Lazy.list({ produce: () => ['a', 'b'] }),
    any: Lazy.any({ produce: () => ({ nested: [undefined, vpc.ref] }) }),
    none: undefined,
    gone: Lazy.any({ produce: () => undefined }),
    nothing: null,
    yes: true,
    joined: `vpc ${vpc.ref}!`,
  })).toEqual({
    text: 'a',
    number: 7,
    list: ['a', 'b'],
    any: { nested: [{ 'Fn::Construct': ['Stack/Vpc', 'Ref'] }] },
    nothing: null,
    yes: true,
    joined: 'vpc ${Stack/Vpc.Ref}!',
  });
});

test('resolving renames members and leaves out those without a name, at any depth', () => {
  const { from } = given();
  const rename = (member: string) => member === 'skipped' ? undefined : member.toUpperCase();
  expect(resolveIdentities(from, { a: { skipped: 1, kept: [{ skipped: 2 }] } }, { rename })).toEqual({ A: { KEPT: [{}] } });
});

describe('a reference to an element', () => {
  const refers = (make: (element: ec2.CfnVPC, logicalId: string) => unknown) => {
    const { vpc, stack } = given();
    const id = stack.resolve(vpc.logicalId);
    return refersTo(resolveIdentities(vpc, make(vpc, id)), vpc, id);
  };

  test.each<[string, (element: ec2.CfnVPC, logicalId: string) => unknown]>([
    ['as a token', element => element.ref],
    ['inside a text', element => `x-${element.attrCidrBlock}-y`],
    ['in a lazy list', element => [Lazy.list({ produce: () => [element.ref] })]],
    ['inside a function', element => Fn.select(0, Fn.split('/', element.attrCidrBlock))],
    ['as a plain `Ref`', (_, id) => ({ a: { Ref: id } })],
    ['as a plain `Fn::GetAtt` with a list', (_, id) => ({ 'Fn::GetAtt': [id, 'CidrBlock'] })],
    ['as a plain `Fn::GetAtt` with a text', (_, id) => ({ 'Fn::GetAtt': `${id}.CidrBlock` })],
    ['in the text of `Fn::Sub`', (_, id) => Fn.sub(`x-\${${id}}`)],
    ['as an attribute in the text of `Fn::Sub` with variables', (_, id) => Fn.sub(`x-\${${id}.CidrBlock}-\${a}`, { a: 'b' })],
    ['in a variable of `Fn::Sub`', element => Fn.sub('x-${a}', { a: element.ref })],
  ])('a reference is found %s', (_, make) => {
    expect(refers(make)).toBe(true);
  });

  test.each<[string, (element: ec2.CfnVPC, logicalId: string) => unknown]>([
    ['a literal', (_, id) => id],
    ['another element of the same stack', element => new CfnParameter(element.stack, 'P').valueAsString],
    ['an element of another stack with the same logical id', element => {
      const other = new ec2.CfnVPC(new Stack(element.node.root as App, 'Third'), 'Vpc', { cidrBlock: '10.2.0.0/16' });
      expect(other.stack.resolve(other.logicalId)).toBe(element.stack.resolve(element.logicalId));
      return `x-${other.ref}`;
    }],
    ['a longer logical id', (_, id) => [{ Ref: `${id}2` }, { 'Fn::GetAtt': `${id}2.CidrBlock` }, Fn.sub(`\${${id}2}`)]],
    ['nothing', () => [undefined, null, 5, {}]],
  ])('%s is no reference to the element', (_, make) => {
    expect(refers(make)).toBe(false);
  });
});
