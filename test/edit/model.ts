import { DescribeTaskDefinition$, RegisterTaskDefinition$, TaskDefinition$ } from '@aws-sdk/client-ecs';

/** A shape of the ECS API, as the schemas of the installed SDK describe it. */
export type Shape =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'timestamp' }
  | { readonly kind: 'list' | 'map'; readonly item: Shape }
  | { readonly kind: 'structure' | 'union'; readonly name: string; readonly members: { readonly [name: string]: Shape }; readonly required: number };

/** The SDK's numbers for the simple types that ECS uses. */
const SIMPLE: { readonly [schema: number]: Shape } = { 0: { kind: 'string' }, 1: { kind: 'number' }, 2: { kind: 'boolean' }, 4: { kind: 'timestamp' } };
const A_LIST_OF = 64;
const A_MAP_OF = 128;

/** @throws Error if the SDK describes a shape in an unknown way, so no member goes untested */
export function shapeOf(schema: unknown): Shape {
  if (typeof schema === 'function') return shapeOf(schema());
  if (typeof schema === 'number') {
    if (schema in SIMPLE) return SIMPLE[schema];
    if (schema >= A_MAP_OF) return { kind: 'map', item: shapeOf(schema - A_MAP_OF) };
    if (schema >= A_LIST_OF) return { kind: 'list', item: shapeOf(schema - A_LIST_OF) };
  }
  if (Array.isArray(schema)) {
    // A member: a schema with its traits.
    if (typeof schema[0] === 'function' || Array.isArray(schema[0])) return shapeOf(schema[0]);
    const [id, , name, , fourth, fifth, required = 0] = schema;
    if (id === 1) return { kind: 'list', item: shapeOf(fourth) };
    if (id === 2) return { kind: 'map', item: shapeOf(fifth) };
    if (id === 3 || id === 4) {
      return {
        kind: id === 3 ? 'structure' : 'union', name,
        members: Object.fromEntries((fourth as string[]).map((member, index) => [member, shapeOf(fifth[index])])), required,
      };
    }
  }
  throw new Error(`The SDK describes a shape as ${JSON.stringify(schema) ?? String(schema)}, which the tests do not know.`);
}

function structureOf(schema: unknown): Shape & { readonly kind: 'structure' | 'union' } {
  const shape = shapeOf(schema);
  if (shape.kind !== 'structure') throw new Error(`Not a structure: ${shape.kind}`);
  return shape;
}

export const TASK_DEFINITION = structureOf(TaskDefinition$);
export const REGISTER_REQUEST = structureOf(RegisterTaskDefinition$[4]);
export const DESCRIBE_ANSWER = structureOf(DescribeTaskDefinition$[5]);

/** The members that DescribeTaskDefinition returns and RegisterTaskDefinition does not accept. */
export const NOT_REGISTRABLE = Object.keys(TASK_DEFINITION.members).filter(name => !(name in REGISTER_REQUEST.members));

/** Every structure and union within a shape, itself included, once. */
export function structuresIn(shape: Shape, known = new Map<string, Shape & { readonly kind: 'structure' | 'union' }>()): typeof known {
  if ('item' in shape) structuresIn(shape.item, known);
  if ('members' in shape && !known.has(shape.name)) {
    known.set(shape.name, shape);
    Object.values(shape.members).forEach(member => structuresIn(member, known));
  }
  return known;
}

/** The paths of all members within a shape, such as `containerDefinitions[].portMappings[].name`. */
export function pathsIn(shape: Shape, path = ''): string[] {
  if (shape.kind === 'list') return pathsIn(shape.item, `${path}[]`);
  if (!('members' in shape)) return [];
  return Object.entries(shape.members).flatMap(([name, member]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return [at, ...pathsIn(member, at)];
  });
}
