import type { CfnElement, IFragmentConcatenator, IPostProcessor, IResolvable, IResolveContext, Stack } from 'aws-cdk-lib';
import { isReference, isResolvable, isUnresolved, reverseList, reverseNumber, reverseString } from './loaded';

/**
 * Who a value in a template is, whichever way it is written.
 *
 * Subnets, route tables and groups refer to each other by `Ref` and `Fn::GetAtt`, and across stacks by exports and nested
 * stack parameters, which the CDK puts in place of the reference. So a reference is followed to the construct it names
 * before that happens, and both ends of `a route of this table` meet by construct path.
 */
const MARKER = 'Fn::Construct';

/** A reference as the identity resolver renders it. Shaped like an intrinsic function, so that L1 validators let it pass. */
interface Marker {
  readonly [MARKER]: readonly [path: string, attribute: string];
}

function isMarker(value: unknown): value is Marker {
  return typeof value === 'object' && value !== null && MARKER in value;
}

function textOf(value: unknown): string {
  if (isMarker(value)) {
    const [path, attribute] = value[MARKER];
    return `\${${path}.${attribute}}`;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export interface ResolveOptions {
  /** Whether members without a value are left out. @default true */
  readonly removeEmpty?: boolean;
  /** What a member is called in the result, at any depth; undefined leaves it out. @default - as it is */
  readonly rename?: (member: string) => string | undefined;
}

/**
 * Resolves lazy values; references stay recognisable.
 *
 * The CDK's own resolver would do, but it keeps a path and a stack for every value that it passes, and synthesis of a large
 * app would take a third longer.
 */
export function resolveIdentities(scope: CfnElement, value: unknown, options: ResolveOptions = {}): any {
  const { removeEmpty = true, rename = asItIs } = options;
  const resolve = (given: unknown): unknown => {
    switch (typeof given) {
      case 'string': return given.includes('${Token[') ? joined(given) : given;
      case 'number': return isUnresolved(given) ? resolve(reverseNumber(given)) : given;
      case 'object': return ofObject(given);
      default: return given;
    }
  };
  const joined = (text: string): unknown => {
    const fragments = reverseString(text);
    const [first] = fragments.tokens;
    if (fragments.length === 1 && first !== undefined) return resolve(first);
    return fragments.mapTokens({ mapToken: token => resolve(token) }).join(CONCATENATION);
  };
  const ofObject = (given: object | null): unknown => {
    if (given === null) return given;
    if (Array.isArray(given)) {
      return isUnresolved(given) ? resolve(reverseList(given)) : given.map(resolve).filter(item => item !== undefined || !removeEmpty);
    }
    if (isReference(given)) return { [MARKER]: [given.target.node.path, given.displayName] };
    if (isResolvable(given)) return ofToken(given);
    const resolved: { [key: string]: unknown } = {};
    for (const member of Object.keys(given)) {
      const name = rename(member);
      if (name === undefined) continue;
      const result = resolve((given as { readonly [name: string]: unknown })[member]);
      if (result !== undefined || !removeEmpty) resolved[name] = result;
    }
    return resolved;
  };
  const ofToken = (token: IResolvable): unknown => {
    let postProcessor: IPostProcessor | undefined;
    const context: IResolveContext = {
      scope,
      preparing: false,
      documentPath: [],
      // Overrides are resolved with what they delete.
      resolve: (given, how) => how?.removeEmpty === false ? resolveIdentities(scope, given, { ...options, removeEmpty: false }) : resolve(given),
      registerPostProcessor: given => { postProcessor = given; },
    };
    const resolved = resolve(token.resolve(context));
    return postProcessor ? postProcessor.postProcess(resolved, context) : resolved;
  };
  return resolve(value);
}

function asItIs(member: string): string {
  return member;
}

const CONCATENATION: IFragmentConcatenator = {
  join: (left: unknown, right: unknown) => left === undefined || right === undefined ? left ?? right : textOf(left) + textOf(right),
};

/**
 * A name by which two values can be compared: a literal, `<construct path>#<attribute>` for a reference, undefined for a
 * value that only CloudFormation knows (a parameter, an import, a function).
 *
 * @param value   what `resolveIdentities` returned
 * @param stack   the stack in whose template a plain `{ Ref: logicalId }` is looked up
 * @param locate  finds the element of a logical id in that stack
 */
export function identify(value: unknown, stack: Stack, locate: (stack: Stack, logicalId: string) => CfnElement | undefined): string | undefined {
  if (isMarker(value)) {
    return value[MARKER].join('#');
  }
  if (typeof value === 'string') {
    return value.includes('${') || isUnresolved(value) ? undefined : value;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { Ref: ref, 'Fn::GetAtt': getAtt } = value as { 'Ref'?: unknown; 'Fn::GetAtt'?: unknown };
  const [logicalId, attribute] = typeof ref === 'string'
    ? [ref, 'Ref']
    : Array.isArray(getAtt) ? getAtt as [string, string] : typeof getAtt === 'string' ? getAtt.split('.') : [];
  const element = logicalId === undefined ? undefined : locate(stack, logicalId);
  return element && `${element.node.path}#${attribute}`;
}
