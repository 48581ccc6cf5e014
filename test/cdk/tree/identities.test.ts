import { App, CfnElement, CfnParameter, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { identify, resolveIdentities } from '../../../src/cdk/tree/identities';

function given() {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const vpc = new ec2.CfnVPC(stack, 'Vpc', { cidrBlock: '10.0.0.0/16' });
  const other = new Stack(app, 'Other');
  const from = new ec2.CfnVPC(other, 'From', { cidrBlock: '10.1.0.0/16' });
  const byLogicalId = (at: Stack, logicalId: string): CfnElement | undefined => at === stack && at.resolve(vpc.logicalId) === logicalId ? vpc : undefined;
  const name = (value: unknown, at: CfnElement = from) => identify(resolveIdentities(at, value), at.stack, byLogicalId);
  return { app, stack, vpc, from, name };
}

describe('a value names', () => {
  test('what a literal says', () => {
    expect(given().name('vpc-1')).toBe('vpc-1');
  });

  test('the construct that a reference is to, in another stack, too', () => {
    const { vpc, name } = given();
    expect(name(vpc.ref)).toBe('Stack/Vpc#Ref');
    expect(name(vpc.attrDefaultNetworkAcl)).toBe('Stack/Vpc#DefaultNetworkAcl');
    expect(name(Lazy.string({ produce: () => vpc.ref }))).toBe('Stack/Vpc#Ref');
  });

  test('the element of a logical id in its own stack, written as an intrinsic function', () => {
    const { vpc, stack, name } = given();
    const id = stack.resolve(vpc.logicalId);
    expect(name({ Ref: id }, vpc)).toBe('Stack/Vpc#Ref');
    expect(name({ 'Fn::GetAtt': [id, 'CidrBlock'] }, vpc)).toBe('Stack/Vpc#CidrBlock');
    expect(name({ 'Fn::GetAtt': `${id}.CidrBlock` }, vpc)).toBe('Stack/Vpc#CidrBlock');
    expect(name({ Ref: id })).toBeUndefined();
  });

  test.each<[string, (stack: Stack) => unknown]>([
    ['an import', () => Fn.importValue('Vpc')],
    ['text around a reference', stack => `x-${new CfnParameter(stack, 'P').valueAsString}`],
    ['a function', () => Fn.select(0, Token.asList({ 'Fn::GetAZs': '' }))],
    ['nothing', () => undefined],
    ['a number', () => 5],
    ['null', () => null],
  ])('nobody that is known here: %s', (_, make) => {
    const { stack, name } = given();
    expect(name(make(stack))).toBeUndefined();
  });
});

describe('resolving', () => {
  test('keeps the shape of values, resolves what is lazy, and leaves out what has no value', () => {
    const { from, vpc } = given();
    expect(resolveIdentities(from, {
      text: 'a', number: Lazy.number({ produce: () => 7 }), list: Lazy.list({ produce: () => ['a', 'b'] }), any: Lazy.any({ produce: () => ({ nested: [undefined, vpc.ref] }) }),
      none: undefined, gone: Lazy.any({ produce: () => undefined }), nothing: null, yes: true, joined: `vpc ${vpc.ref}!`,
    })).toEqual({
      text: 'a', number: 7, list: ['a', 'b'], any: { nested: [{ 'Fn::Construct': ['Stack/Vpc', 'Ref'] }] }, nothing: null, yes: true, joined: 'vpc ${Stack/Vpc.Ref}!',
    });
  });

  test('names members as it is told to and leaves out those without a name, at any depth', () => {
    const { from } = given();
    const rename = (member: string) => member === 'skipped' ? undefined : member.toUpperCase();
    expect(resolveIdentities(from, { a: { skipped: 1, kept: [{ skipped: 2 }] } }, { rename })).toEqual({ A: { KEPT: [{}] } });
  });
});
