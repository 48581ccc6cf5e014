import type { CfnCondition, CfnElement, CfnParameter, Stack } from 'aws-cdk-lib';
import { resolveIdentities } from './identities';
import { isUnresolved } from './loaded';

/** The conditions and parameters of a stage. */
export class Declarations {
  public readonly conditions: CfnCondition[] = [];
  public readonly parameters: CfnParameter[] = [];

  private readonly byLogicalId = new Map<readonly CfnElement[], ReadonlyMap<string, CfnElement>>();

  public condition(stack: Stack, logicalId: string): CfnCondition | undefined {
    return this.find(this.conditions, stack, logicalId);
  }

  public parameter(stack: Stack, logicalId: string): CfnParameter | undefined {
    return this.find(this.parameters, stack, logicalId);
  }

  public parameterAt(path: string): CfnParameter | undefined {
    return this.parameters.find(({ node }) => node.path === path);
  }

  private find<T extends CfnElement>(among: readonly T[], stack: Stack, logicalId: string): T | undefined {
    const known = this.byLogicalId.get(among) ?? new Map(among.map(element => [logicalPlace(element.stack, element.logicalId), element]));
    this.byLogicalId.set(among, known);
    return known.get(logicalPlace(stack, logicalId)) as T | undefined;
  }
}

/** Where an element is in the templates of a stage. @param logicalId  may be a token */
export function logicalPlace(stack: Stack, logicalId: string): string {
  return `${stack.node.path}#${stack.resolve(logicalId)}`;
}

/** A condition as a resource or a property names it. */
export interface NamedCondition {
  readonly stack: Stack;
  readonly logicalId: string;
}

/** `WithNat of stack Shop` */
export function nameOf({ stack, logicalId }: NamedCondition): string {
  return `${logicalId} of stack ${stack.node.path}`;
}

/** What a condition says, in terms of what CloudFormation gets at deployment. */
type Expression =
  | { readonly kind: 'constant'; readonly value: boolean }
  /** A value that is known only to CloudFormation, such as a parameter, is this text. */
  | { readonly kind: 'is'; readonly variable: string; readonly value: string }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Expression[] };

/** The value of a variable other than each text that conditions compare it with. */
const OTHER = Symbol('other');
type Value = string | typeof OTHER;

/** Beyond this many steps, values are taken to be possible. */
const MAX_STEPS = 10_000;

/** Which conditions can be true together. */
export class Conditions {
  private readonly expressions = new Map<string, Expression>();
  /** The values that a parameter allows, by variable. */
  private readonly allowed = new Map<string, readonly string[]>();

  public constructor(private readonly declared: Declarations) {}

  /** Whether the parameters can have values with which each condition is as given. */
  public areConsistent(given: ReadonlyMap<NamedCondition, boolean>): boolean {
    const wanted = [...given].map(([condition, value]) => ({ expression: this.expression(condition), value }));
    const literals = new Map<string, Set<string>>();
    wanted.forEach(({ expression }) => collectLiterals(expression, literals));
    const variables = [...literals].map(([variable, texts]) => ({ variable, values: this.valuesOf(variable, texts) }));
    const assigned = new Map<string, Value>();
    let steps = 0;
    const search = (position: number): boolean => {
      if (++steps > MAX_STEPS) return true;
      const found = wanted.map(({ expression, value }) => ({ is: evaluate(expression, assigned), value }));
      if (found.some(({ is, value }) => is === !value)) return false;
      if (found.every(({ is }) => is !== undefined)) return true;
      const { variable, values } = variables[position];
      const isPossible = values.some(value => {
        assigned.set(variable, value);
        return search(position + 1);
      });
      assigned.delete(variable);
      return isPossible;
    };
    return search(0);
  }

  private valuesOf(variable: string, texts: ReadonlySet<string>): readonly Value[] {
    const allowed = this.allowed.get(variable);
    if (allowed === undefined) return [...texts, OTHER];
    const compared = [...texts].filter(text => allowed.includes(text));
    return compared.length < allowed.length ? [...compared, OTHER] : compared;
  }

  private expression(condition: NamedCondition, within: readonly string[] = []): Expression {
    const name = nameOf(condition);
    const known = this.expressions.get(name);
    if (known) return known;
    const element = this.declared.condition(condition.stack, condition.logicalId);
    const isReadable = element?.expression !== undefined && !within.includes(name);
    const expression = isReadable
      ? this.parse(resolveIdentities(element, element.expression), condition.stack, [...within, name])
      : opaque(name);
    this.expressions.set(name, expression);
    return expression;
  }

  private parse(value: unknown, stack: Stack, within: readonly string[]): Expression {
    const [name, argument] = Object.entries(value ?? {})[0] ?? [];
    const parts = () => (Array.isArray(argument) ? argument : []).map(part => this.parse(part, stack, within));
    switch (name) {
      case 'Condition': return this.expression({ stack, logicalId: String(argument) }, within);
      case 'Fn::And': return { kind: 'and', of: parts() };
      case 'Fn::Or': return { kind: 'or', of: parts() };
      case 'Fn::Not': return { kind: 'not', of: parts()[0] ?? opaque(textOf(value, stack)) };
      case 'Fn::Equals': return Array.isArray(argument) && argument.length === 2 ? this.equality(argument, stack) : opaque(textOf(value, stack));
      default: return opaque(textOf(value, stack));
    }
  }

  private equality(sides: readonly unknown[], stack: Stack): Expression {
    const [left, right] = sides.map(side => this.operand(side, stack));
    if ('literal' in left && 'literal' in right) return { kind: 'constant', value: left.literal === right.literal };
    if ('literal' in left) return { kind: 'is', variable: (right as Variable).variable, value: left.literal };
    if ('literal' in right) return { kind: 'is', variable: left.variable, value: right.literal };
    if (left.variable === right.variable) return { kind: 'constant', value: true };
    return opaque([left.variable, right.variable].sort().join(' equals '));
  }

  private operand(value: unknown, stack: Stack): { readonly literal: string } | Variable {
    if (typeof value === 'string' && !value.includes('${')) return { literal: value };
    if (typeof value === 'number' || typeof value === 'boolean') return { literal: String(value) };
    const { Ref: ref, 'Fn::Construct': marker } = (typeof value === 'object' && value !== null ? value : {}) as { [name: string]: unknown };
    const place = placeOf(ref, stack);
    if (place !== undefined) return { literal: place };
    const parameter = typeof ref === 'string'
      ? this.declared.parameter(stack, ref)
      : Array.isArray(marker) ? this.declared.parameterAt(String(marker[0])) : undefined;
    if (!parameter) return { variable: textOf(value, stack) };
    const variable = parameter.node.path;
    if (parameter.allowedValues) this.allowed.set(variable, parameter.allowedValues.map(String));
    return { variable };
  }
}

interface Variable {
  readonly variable: string;
}

/** The account or region of a stack, if the app says it. */
function placeOf(pseudoParameter: unknown, stack: Stack): string | undefined {
  const place = pseudoParameter === 'AWS::Region' ? stack.region : pseudoParameter === 'AWS::AccountId' ? stack.account : undefined;
  return place === undefined || isUnresolved(place) ? undefined : place;
}

/** An expression that is known only to CloudFormation as a whole. */
function opaque(text: string): Expression {
  return { kind: 'is', variable: text, value: 'true' };
}

function textOf(value: unknown, stack: Stack): string {
  return `${stack.node.path} ${JSON.stringify(value)}`;
}

function collectLiterals(expression: Expression, literals: Map<string, Set<string>>): void {
  switch (expression.kind) {
    case 'constant': return;
    case 'is':
      literals.set(expression.variable, (literals.get(expression.variable) ?? new Set()).add(expression.value));
      return;
    case 'not': return collectLiterals(expression.of, literals);
    default: expression.of.forEach(part => collectLiterals(part, literals));
  }
}

/** Undefined if variables without a value decide. */
function evaluate(expression: Expression, values: ReadonlyMap<string, Value>): boolean | undefined {
  switch (expression.kind) {
    case 'constant': return expression.value;
    case 'is': return values.has(expression.variable) ? values.get(expression.variable) === expression.value : undefined;
    case 'not': {
      const value = evaluate(expression.of, values);
      return value === undefined ? undefined : !value;
    }
    default: {
      const decisive = expression.kind === 'or';
      const parts = expression.of.map(part => evaluate(part, values));
      return parts.includes(decisive) ? decisive : parts.includes(undefined) ? undefined : !decisive;
    }
  }
}

/** An answer that a derivation has got. */
export interface Answer {
  readonly condition: NamedCondition;
  /** Whether the template cannot be deployed unless the condition is true. */
  readonly isRequired: boolean;
  readonly value: boolean;
}

/**
 * One case: what is assumed of each condition that is asked for. A condition that follows from earlier answers gets that value; any
 * other is a decision, which the script gives, or else true.
 */
export class Case {
  /** The conditions that this case decides, in the order in which they were asked for. */
  public readonly decisions: { readonly condition: NamedCondition; readonly value: boolean }[] = [];
  /** All answers so far, in order. */
  public readonly answers: Answer[] = [];
  /** False if a template with these conditions cannot be deployed. */
  public isPossible = true;

  private readonly known = new Map<NamedCondition, boolean>();

  public constructor(private readonly conditions: Conditions, private readonly script: readonly boolean[]) {}

  public answer(condition: NamedCondition, isRequired: boolean): boolean {
    const value = this.known.get(condition) ?? this.settle(condition, isRequired);
    this.known.set(condition, value);
    if (isRequired && !value) this.isPossible = false;
    this.answers.push({ condition, isRequired, value });
    return value;
  }

  private settle(condition: NamedCondition, isRequired: boolean): boolean {
    const canBe = (value: boolean) => this.conditions.areConsistent(new Map([...this.known, [condition, value]]));
    if (isRequired || !canBe(true)) return canBe(true);
    if (!canBe(false)) return true;
    const value = this.script[this.decisions.length] ?? true;
    this.decisions.push({ condition, value });
    return value;
  }
}

/** Values that were derived under conditions. A derivation asks in the same order as long as it gets the same answers. */
export class ConditionalMemo {
  private readonly entries = new Map<string, { readonly answers: readonly Answer[]; readonly value: unknown }[]>();

  /** The value that was derived with the same answers, which the case then has got, too. */
  public get<T>(key: string, inCase: Case, derive: () => T): T {
    const entries = this.entries.get(key) ?? [];
    const known = entries.find(({ answers }) => answers.every(({ condition, isRequired, value }) => inCase.answer(condition, isRequired) === value));
    if (known) return known.value as T;
    const before = inCase.answers.length;
    const value = derive();
    this.entries.set(key, [...this.entries.get(key) ?? [], { answers: withoutRepetitions(inCase.answers.slice(before)), value }]);
    return value;
  }
}

function withoutRepetitions(answers: readonly Answer[]): Answer[] {
  const seen = { asked: new Set<NamedCondition>(), required: new Set<NamedCondition>() };
  return answers.filter(({ condition, isRequired }) => {
    const known = isRequired ? seen.required : seen.asked;
    return !known.has(condition) && known.add(condition);
  });
}

/** What a derivation gives in one case. */
export interface CaseOf<T> {
  /** The decisions of the case, e.g. `condition WithNat of stack Shop is true`; empty if there is one case. */
  readonly when: string;
  readonly value: T;
}

/** More cases than are derived; the conditions that decide between them. */
export interface TooManyCases {
  readonly tooMany: readonly string[];
}

const MAX_CASES = 16;
/** Cases of templates that cannot be deployed count only here. */
const MAX_DERIVATIONS = 64;

/**
 * Derives a value in each case that the conditions allow: again for each other value of a decision.
 *
 * @param derive  asks the case for the conditions
 */
export function deriveCases<T>(conditions: Conditions, derive: (inCase: Case) => T): readonly CaseOf<T>[] | TooManyCases {
  const scripts: (readonly boolean[])[] = [[]];
  const found: CaseOf<T>[] = [];
  const deciding = new Set<string>();
  for (let derivations = 0; scripts.length > 0; derivations++) {
    const script = scripts.pop()!;
    const inCase = new Case(conditions, script);
    const value = derive(inCase);
    const { decisions } = inCase;
    if (inCase.isPossible) found.push({ when: decisions.map(({ condition, value: is }) => `condition ${nameOf(condition)} is ${is}`).join(' and '), value });
    decisions.forEach(({ condition }) => deciding.add(nameOf(condition)));
    const values = decisions.map(decision => decision.value);
    for (let position = script.length; position < values.length; position++) scripts.push([...values.slice(0, position), false]);
    if (found.length > MAX_CASES || derivations > MAX_DERIVATIONS) return { tooMany: [...deciding] };
  }
  return found;
}
