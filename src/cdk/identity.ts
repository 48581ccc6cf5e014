import { CfnElement, DefaultTokenResolver, IResolvable, IResolveContext, IPostProcessor, Reference, Stack, Token, Tokenization, IFragmentConcatenator } from 'aws-cdk-lib';

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

class MarkedConcatenation implements IFragmentConcatenator {
  public join(left: unknown, right: unknown): unknown {
    if (left === undefined || right === undefined) return left ?? right;
    return textOf(left) + textOf(right);
  }
}

class IdentityResolver extends DefaultTokenResolver {
  constructor() {
    super(new MarkedConcatenation() as IFragmentConcatenator);
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    if (Reference.isReference(token)) {
      return { [MARKER]: [token.target.node.path, token.displayName] };
    }
    return super.resolveToken(token, context, postProcessor);
  }
}

const RESOLVER = new IdentityResolver();

/** Resolves lazy values; references stay recognisable. */
export function resolveIdentities(scope: CfnElement, value: unknown): any {
  return Tokenization.resolve(value, { scope, resolver: RESOLVER, preparing: false });
}

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
    return value.includes('${') || Token.isUnresolved(value) ? undefined : value;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { Ref: ref, 'Fn::GetAtt': getAtt } = value as { 'Ref'?: unknown; 'Fn::GetAtt'?: unknown };
  const [logicalId, attribute] = typeof ref === 'string'
    ? [ref, 'Ref']
    : Array.isArray(getAtt) ? getAtt as [string, string] : typeof getAtt === 'string' ? getAtt.split('.') : [];
  const element = logicalId === undefined ? undefined : locate(stack, logicalId);
  return element && `${element.node.path}#${attribute}`;
}
