import * as fc from '../random';
import { DESCRIBE_ANSWER, Shape, TASK_DEFINITION } from './model';
import { objectOf } from './text';

/**
 * Task definitions made from the SDK's model, as JSON text. Any member may be absent, members come in any order, and unknown
 * members are at any depth. They are text, because a JavaScript value would already have changed the numbers.
 */

const words = fc.oneof(
  { weight: 6, arbitrary: fc.string({ maxLength: 6 }) },
  { weight: 2, arbitrary: fc.string({ maxLength: 4, unit: 'grapheme' }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '', ' ', 'a', 'b', 'web', 'tcp', 'awsvpc', 'aws:', '${A}', '"', '\\', '\u0000', '\u2028', '{"a":1}', '0', 'null', 'constructor', '__proto__',
    ),
  },
).map(word => JSON.stringify(word));

const numbers = fc.oneof(
  { weight: 4, arbitrary: fc.integer().map(String) },
  { weight: 2, arbitrary: fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).map(String) },
  { weight: 2, arbitrary: fc.constantFrom('0', '-0', '1.0', '1e3', '1E+2', '0.10', '9007199254740993', '18446744073709551615', '1e400', '30', '300') },
);

/** Names that are whole numbers are left out: JavaScript puts them first. */
const names = fc.oneof(
  fc.string({ minLength: 1, maxLength: 5 }),
  fc.constantFrom('', 'constructor', '__proto__', 'toString', 'toJSON', 'isLosslessNumber', 'name', 'key', 'a b', 'é'),
)
  .filter(name => !/^\d+$/.test(name));

const unknownValue: fc.Arbitrary<string> = fc.letrec<{ value: string }>(tie => ({
  value: fc.oneof({ maxDepth: 3, depthSize: 'small' },
    words, numbers, fc.constantFrom('true', 'false', 'null', '[]', '{}'),
    fc.array(tie('value'), { maxLength: 3 }).map(list => `[${list.join()}]`),
    fc.uniqueArray(fc.tuple(names, tie('value')), { maxLength: 3, selector: ([name]) => name }).map(objectOf)),
})).value;

const unknownNames = fc.constantFrom('futureA', 'futureB', 'futureC', '$future', 'constructor');
const unknownMembers = fc.uniqueArray(fc.tuple(unknownNames, unknownValue), { maxLength: 2, selector: ([name]) => name });

/** JSON text of a shape of the model. */
export function textOf(shape: Shape, isTop = true): fc.Arbitrary<string> {
  if (shape.kind === 'list') return fc.array(textOf(shape.item, false), { maxLength: 3 }).map(list => `[${list.join()}]`);
  if (shape.kind === 'map') return fc.uniqueArray(fc.tuple(names, words), { maxLength: 3, selector: ([name]) => name }).map(objectOf);
  if ('members' in shape) return structure(shape, isTop);
  if (shape.kind === 'boolean') return fc.constantFrom('true', 'false');
  return shape.kind === 'string' ? words : numbers;
}

function structure({ members }: Shape & { members: object }, isTop: boolean): fc.Arbitrary<string> {
  const weight = isTop ? 3 : 1;
  const known = Object.entries(members).map(([name, member]) => fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight, arbitrary: textOf(member, false).map(text => [name, text] as const) },
  ));
  const order = fc.array(fc.nat(), { minLength: 8, maxLength: 8 });
  return fc.tuple(
    fc.tuple(...known), fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: unknownMembers }), order,
  ).map(([own, unknown, places]) => {
    const all = [...own.flatMap(member => member ? [member] : []), ...unknown];
    const placed = all.map((member, index) => ({ member, place: places[index % places.length] % 50 + index }));
    return objectOf(placed.sort((a, b) => a.place - b.place).map(({ member }) => member));
  });
}

/** A task definition as DescribeTaskDefinition returns it, without the agent. */
const taskDefinition = textOf(TASK_DEFINITION);
const tags = textOf(DESCRIBE_ANSWER.members.tags);

export const answers: fc.Arbitrary<string> = fc.tuple(taskDefinition, fc.option(tags), unknownMembers).map(([definition, tagList, unknown]) => objectOf([
  ['taskDefinition', definition],
  ...tagList === null ? [] : [['tags', tagList] as const],
  ...unknown,
]));
