import type { CfnElement, IFragmentConcatenator, IPostProcessor, IResolvable, IResolveContext, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { isReference, isResolvable, isUnresolved, reverseList, reverseNumber, reverseString } from './loaded';
import { constructPath } from './paths';

/*
 * Which construct a value in a template names, however the value is written.
 *
 * Subnets, route tables and groups refer to each other by `Ref` and `Fn::GetAtt`. Across stacks, the CDK replaces a reference by an
 * export or by a parameter of a nested stack. A reference is followed to its construct before that happens, so a route and its table
 * are matched by construct path.
 */

const MARKER = 'Fn::Construct';

/** A reference as `resolveIdentities` renders it. It has the shape of an intrinsic function, so the validators of L1s accept it. */
interface Marker {
  readonly [MARKER]: readonly [path: string, attribute: string];
}

function isMarker(value: unknown): value is Marker {
  return typeof value === 'object' && value !== null && MARKER in value;
}

function identityText(value: unknown): string {
  if (isMarker(value)) {
    const [path, attribute] = value[MARKER];
    return `\${${path}.${attribute}}`;
  }
  // As in a text of `Fn::Sub`, so the text is not taken for a literal.
  return typeof value === 'object' && value !== null ? `\${${JSON.stringify(value)}}` : String(value);
}

interface ResolveOptions {
  /** Whether members without a value are left out. @default true */
  readonly removeEmpty?: boolean;
  /** The name of a member in the result, at any depth; undefined leaves it out. @default - its own name */
  readonly rename?: (member: string) => string | undefined;
  /** The references that texts have been found to be. Many resources refer to the same ones. @default - none is known */
  readonly references?: Map<string, unknown>;
}

/**
 * Resolves lazy values and keeps references recognizable.
 *
 * The CDK's own resolver gives the same values, but it tracks a path for each value and makes the synthesis of a large app take a
 * third longer.
 */
export function resolveIdentities(scope: IConstruct, value: unknown, options: ResolveOptions = {}): any {
  const { removeEmpty = true, rename = sameName, references } = options;
  const resolve = (given: unknown): unknown => {
    switch (typeof given) {
      case 'string': return given.includes('${Token[') ? joined(given) : given;
      // The token of a number is negative.
      case 'number': return given < 0 && isUnresolved(given) ? resolve(reverseNumber(given)) : given;
      case 'object': return ofObject(given);
      default: return given;
    }
  };
  const joined = (text: string): unknown => {
    const known = references?.get(text);
    if (known !== undefined) return known;
    const fragments = reverseString(text);
    const [first] = fragments.tokens;
    if (fragments.length === 1 && first !== undefined) {
      const resolved = resolve(first);
      if (isReference(first)) references?.set(text, resolved);
      return resolved;
    }
    return fragments.mapTokens({ mapToken: token => resolve(token) }).join(CONCATENATION);
  };
  const ofObject = (given: object | null): unknown => {
    if (given === null) return given;
    if (Array.isArray(given)) {
      return isUnresolved(given) ? resolve(reverseList(given)) : given.map(resolve).filter(item => item !== undefined || !removeEmpty);
    }
    if (isResolvable(given)) return isReference(given) ? { [MARKER]: [constructPath(given.target), given.displayName] } : ofToken(given);
    const resolved: { [key: string]: unknown } = {};
    for (const [member, item] of Object.entries(given)) {
      // Most members of an L1 have no value.
      if (item === undefined && removeEmpty) continue;
      const name = rename(member);
      if (name === undefined) continue;
      const result = resolve(item);
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
      // The CDK resolves overrides with their empty members, which delete properties.
      resolve: (given, how) => how?.removeEmpty === false ? resolveIdentities(scope, given, { ...options, removeEmpty: false }) : resolve(given),
      registerPostProcessor: given => { postProcessor = given; },
    };
    const resolved = resolve(token.resolve(context));
    return postProcessor ? postProcessor.postProcess(resolved, context) : resolved;
  };
  return resolve(value);
}

function sameName(member: string): string {
  return member;
}

const CONCATENATION: IFragmentConcatenator = {
  join: (left: unknown, right: unknown) => left === undefined || right === undefined ? left ?? right : identityText(left) + identityText(right),
};

/**
 * A text by which two values can be compared: the literal itself, `<construct path>#<attribute>` for a reference, and undefined for
 * a value that is known only to CloudFormation (a parameter, an import, a function).
 *
 * @param value   the result of `resolveIdentities`
 * @param stack   the stack whose template contains the value; a plain `{ Ref: logicalId }` is looked up there
 * @param locate  finds the element with a logical id in that stack
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
  return element && `${constructPath(element)}#${attribute}`;
}

/**
 * A value as messages show it, without tokens: a pseudo parameter as in `Fn::Sub`, a reference by the path of its construct.
 *
 * @param value  the result of `resolveIdentities`
 */
export function readable(value: unknown): string {
  const text = identityText(value);
  return !text.includes('${') ? text : text
    .replace(/\$\{\{"Ref":"(AWS::\w+)"\}\}/g, '${$1}')
    .replace(/\$\{([^{}:]+)\.(\w+)\}/g, (_, path: string, attribute: string) => attribute === 'Ref' ? `<${userPath(path)}>` : `<${attribute} of ${userPath(path)}>`);
}

/** The path of the construct that the user wrote, without the L1 that the CDK puts into it under a customary id. */
export function userPath(path: string): string {
  return path.replace(/\/(Resource|Subnet)$/, '');
}

/** The references in a value, at any depth, which `identify` takes. Those inside texts are left out. */
export function mentionsIn(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const isReferenceTo = isMarker(value) || 'Ref' in value || 'Fn::GetAtt' in value;
  return isReferenceTo ? [value] : Object.values(value).flatMap(mentionsIn);
}

/** The construct to which a text refers, if the text is one reference. */
export function targetOf(text: string): IConstruct | undefined {
  const { length, firstToken } = reverseString(text);
  return length === 1 && isReference(firstToken) ? firstToken.target : undefined;
}

/** The reference that a whole text is, as a value that `identify` takes; else the text itself. */
export function referenceIn(text: string): unknown {
  const [, path, attribute] = /^\$\{([^{}]+)\.(\w+)\}$/.exec(text) ?? [];
  return path === undefined ? text : { [MARKER]: [path, attribute!] };
}

/**
 * The paths of the constructs that a value refers to, at any depth and inside texts.
 *
 * @param locate  the path for a value that is written as an intrinsic function
 */
export function pathsIn(value: unknown, locate: (intrinsic: unknown) => string | undefined): readonly string[] {
  if (typeof value === 'string') return [...value.matchAll(/\$\{([^{}]+)\.\w+\}/g)].map(([, path]) => path!);
  if (typeof value !== 'object' || value === null) return [];
  if (isMarker(value)) return [value[MARKER][0]];
  const path = 'Ref' in value || 'Fn::GetAtt' in value ? locate(value) : undefined;
  return path === undefined ? Object.values(value).flatMap(item => pathsIn(item, locate)) : [path];
}

/**
 * Whether a value refers to an element, in whatever form: as a token, or written as an intrinsic function of the element's own stack.
 *
 * @param value     the result of `resolveIdentities`
 * @param logicalId of the element in its stack
 */
export function refersTo(value: unknown, element: CfnElement, logicalId: string): boolean {
  if (typeof value === 'string') return value.includes(`\${${element.node.path}.`);
  if (typeof value !== 'object' || value === null) return false;
  if (isMarker(value)) return value[MARKER][0] === element.node.path;
  return Object.entries(value).some(([member, item]) => isIntrinsicOf(member, item, logicalId) || refersTo(item, element, logicalId));
}

function isIntrinsicOf(member: string, argument: unknown, logicalId: string): boolean {
  const [first] = [argument].flat();
  switch (member) {
    case 'Ref': return first === logicalId;
    case 'Fn::GetAtt': return typeof first === 'string' && first.split('.')[0] === logicalId;
    case 'Fn::Sub': return typeof first === 'string' && (first.includes(`\${${logicalId}}`) || first.includes(`\${${logicalId}.`));
    default: return false;
  }
}
