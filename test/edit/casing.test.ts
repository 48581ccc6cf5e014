import { DESCRIBE_ANSWER, Shape } from './model';
import { inPascalCase } from '../../src/edit';

/** The members of a shape that are maps, at any depth. */
function mapsIn(shape: Shape, known = new Set<Shape>()): string[] {
  if (known.has(shape)) return [];
  known.add(shape);
  if ('item' in shape) return mapsIn(shape.item, known);
  if (!('members' in shape)) return [];
  return Object.entries(shape.members).flatMap(([name, member]) => [...member.kind === 'map' ? [name] : [], ...mapsIn(member, known)]);
}

test('the names in every map of the SDK\'s model are data, and keep their case; all other names do not', () => {
  const maps = [...new Set(mapsIn(DESCRIBE_ANSWER))];
  expect(maps.length).toBeGreaterThan(3);
  for (const name of [...maps, 'member']) {
    const shown = `${name[0].toUpperCase()}${name.slice(1)}`;
    expect(inPascalCase({ [name]: { keyName: [{ inner: 1 }] } })).toEqual({ [shown]: { [name === 'member' ? 'KeyName' : 'keyName']: [{ Inner: 1 }] } });
  }
});

test('no member of another kind has the name of a map', () => {
  const kinds = new Map<string, Set<string>>();
  const collect = (shape: Shape, known = new Set<Shape>()): void => {
    if (known.has(shape)) return;
    known.add(shape);
    if ('item' in shape) collect(shape.item, known);
    if (!('members' in shape)) return;
    for (const [name, member] of Object.entries(shape.members)) {
      kinds.set(name, (kinds.get(name) ?? new Set()).add(member.kind));
      collect(member, known);
    }
  };
  collect(DESCRIBE_ANSWER);
  for (const name of mapsIn(DESCRIBE_ANSWER)) expect([name, ...kinds.get(name)!]).toEqual([name, 'map']);
});
