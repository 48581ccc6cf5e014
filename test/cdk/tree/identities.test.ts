import { App, CfnElement, CfnParameter, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { identify, resolveIdentities } from '../../../src/cdk/tree/identities';

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
