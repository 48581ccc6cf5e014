import { DESCRIBED } from './described';
import { DESCRIBE_ANSWER, pathsIn, Shape } from './model';
import { parseJson } from '../../src/edit';

/** The members of a definition, by path: those that the model has, those that it does not have, and those of another type. */
function readBy(shape: Shape, value: unknown, path: string, found: { known: Set<string>; unknown: string[]; ofOtherType: string[] }): void {
  if (value === null) return;
  if (shape.kind === 'list') {
    if (!Array.isArray(value)) found.ofOtherType.push(path);
    else value.forEach(item => readBy(shape.item, item, `${path}[]`, found));
  } else if ('members' in shape) {
    for (const [name, member] of Object.entries(value as object)) {
      const at = path === '' ? name : `${path}.${name}`;
      if (!Object.hasOwn(shape.members, name)) {
        found.unknown.push(at);
        continue;
      }
      found.known.add(at);
      readBy(shape.members[name], member, at, found);
    }
  } else if (shape.kind === 'map') {
    if (Object.values(value as object).some(item => typeof item !== 'string')) found.ofOtherType.push(path);
  } else if (typeof value !== (shape.kind === 'timestamp' ? 'number' : shape.kind)) {
    found.ofOtherType.push(path);
  }
}

const found = { known: new Set<string>(), unknown: [] as string[], ofOtherType: [] as string[] };
for (const { text } of DESCRIBED) readBy(DESCRIBE_ANSWER, JSON.parse(text), '', found);

describe('the written task definitions', () => {
  test('there are at least 60 written definitions, and no two are alike', () => {
    expect(DESCRIBED.length).toBeGreaterThanOrEqual(60);
    const anonymous = DESCRIBED.map(({ text }) => text.replace(/"(taskDefinitionArn|family)":"[^"]*"|"(revision|registeredAt)":[\d.]+/g, ''));
    expect(new Set(anonymous).size).toBe(DESCRIBED.length);
  });

  test('the written definitions have every member that the SDK knows of a task definition, at every depth', () => {
    expect(pathsIn(DESCRIBE_ANSWER).filter(path => !found.known.has(path))).toEqual([]);
  });

  test('members that the SDK knows have the SDK\'s type, and names of all others begin with future', () => {
    expect(found.ofOtherType).toEqual([]);
    expect(found.unknown.filter(path => !/(^|\.)future[A-Z]\w*$/.test(path))).toEqual([]);
  });

  test('unknown members are at the top, in containers, and in lists and structures within them', () => {
    const places = found.unknown.map(path => path.replace(/\.?future\w+$/, ''));
    expect(places).toEqual(expect.arrayContaining([
      '', 'taskDefinition', 'taskDefinition.containerDefinitions[]', 'taskDefinition.containerDefinitions[].linuxParameters.capabilities',
      'taskDefinition.containerDefinitions[].portMappings[]', 'taskDefinition.containerDefinitions[].secrets[]', 'taskDefinition.volumes[]', 'tags[]',
    ]));
  });

  test('some of the written definitions have numbers that JavaScript would change', () => {
    const changed = DESCRIBED.flatMap(({ text }) => JSON.stringify(JSON.parse(text)) === text ? [] : [text]);
    expect(changed.join()).toContain(':9007199254740993,');
    expect(changed.join()).toContain('1E+2');
  });

  test('every written definition can be parsed', () => {
    for (const { text } of DESCRIBED) expect(() => parseJson(text)).not.toThrow();
  });
});
