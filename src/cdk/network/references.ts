import type { CfnResource } from 'aws-cdk-lib';
import { Fact, Unknown } from '../../egress';
import { userPath } from '../tree/identities';
import { StageIndex } from '../tree/stage-index';

export { userPath };

/** A name for messages of what a value refers to: a construct path, or a literal id. */
export function describeReference(index: StageIndex, value: unknown, from: CfnResource): string {
  const identity = index.identity(value, from);
  return identity === undefined ? `(known only to CloudFormation, in ${from.node.path})` : describeIdentity(identity);
}

export function describeIdentity(identity: string): string {
  return identity.includes('#') ? userPath(identity.split('#')[0]) : identity;
}

/** The identities in a list; unknown if the list or one of its members is known only to CloudFormation. */
export function knownIdentities(index: StageIndex, values: unknown, from: CfnResource, what: string): Fact<readonly string[]> {
  const identities = Array.isArray(values) ? values.map(value => index.identity(value, from)) : [undefined];
  return identities.every(identity => identity !== undefined) ? identities : { unknown: `${what} are known only to CloudFormation` };
}

/** The same for a list that may be left out. */
export function knownOrNone(index: StageIndex, values: unknown, from: CfnResource, what: string): Fact<readonly string[]> {
  return values === undefined ? [] : knownIdentities(index, values, from, what);
}

/** Whether a value is a text without references. */
export function isLiteral(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('${');
}

export function knownText(value: unknown, what: string): Fact<string> {
  return isLiteral(value) ? value : onlyCloudFormationKnows(what);
}

/** CloudFormation also takes flags as text. */
export function knownFlag(value: unknown, what: string): Fact<boolean> {
  if (value === 'true' || value === 'false') return value === 'true';
  return typeof value === 'boolean' ? value : onlyCloudFormationKnows(what);
}

/** A flag that may be left out. */
export function flagOr<T>(left: T, value: unknown, what: string): T | Fact<boolean> {
  return value === undefined ? left : knownFlag(value, what);
}

/** CloudFormation also takes numbers as text. */
export function knownNumber(value: unknown, what: string): Fact<number> {
  return /^\d+$/.test(String(value)) ? Number(value) : onlyCloudFormationKnows(what);
}

export function onlyCloudFormationKnows(what: string): Unknown {
  return { unknown: `${what} is known only to CloudFormation` };
}
