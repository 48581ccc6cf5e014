import { DESCRIBED } from './described';
import { DESCRIBE_ANSWER, pathsIn, Shape } from './model';
import { parseJson } from '../../src/edit';

/** What a definition has of the model: paths of known members, and members that the model does not have, or has otherwise. */
function readBy(shape: Shape, value: unknown, path: string, found: { known: Set<string>; unknown: string[]; otherwise: string[] }): void {
  if (value === null) return;
  if (shape.kind === 'list') {
    if (!Array.isArray(value)) found.otherwise.push(path);
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
    if (Object.values(value as object).some(item => typeof item !== 'string')) found.otherwise.push(path);
  } else if (typeof value !== (shape.kind === 'timestamp' ? 'number' : shape.kind)) {
    found.otherwise.push(path);
  }
}

const found = { known: new Set<string>(), unknown: [] as string[], otherwise: [] as string[] };
for (const { text } of DESCRIBED) readBy(DESCRIBE_ANSWER, JSON.parse(text), '', found);

describe('the written task definitions', () => {
  test('are at least 60, and no two are alike', () => {
    expect(DESCRIBED.length).toBeGreaterThanOrEqual(60);
    expect(new Set(DESCRIBED.map(({ text }) => text.replace(/"(taskDefinitionArn|family)":"[^"]*"|"(revision|registeredAt)":[\d.]+/g, ''))).size).toBe(DESCRIBED.length);
  });

  test('have every member that the SDK knows of a task definition, at every depth', () => {
    expect(pathsIn(DESCRIBE_ANSWER).filter(path => !found.known.has(path))).toEqual([]);
  });

  test('have what the SDK knows as the SDK knows it, and name everything else for the future', () => {
    expect(found.otherwise).toEqual([]);
    expect(found.unknown.filter(path => !/(^|\.)future[A-Z]\w*$/.test(path))).toEqual([]);
  });

  test('have members that nobody knows at the top, in containers, in lists and in maps within them', () => {
    const places = found.unknown.map(path => path.replace(/\.?future\w+$/, ''));
    expect(places).toEqual(expect.arrayContaining(['', 'taskDefinition', 'taskDefinition.containerDefinitions[]', 'taskDefinition.containerDefinitions[].linuxParameters.capabilities',
      'taskDefinition.containerDefinitions[].portMappings[]', 'taskDefinition.containerDefinitions[].secrets[]', 'taskDefinition.volumes[]', 'tags[]']));
  });

  test('hold numbers that JavaScript would change', () => {
    const changed = DESCRIBED.flatMap(({ text }) => JSON.stringify(JSON.parse(text)) === text ? [] : [text]);
    expect(changed.join()).toContain(':9007199254740993,');
    expect(changed.join()).toContain('1E+2');
  });

  test('are read without a complaint', () => {
    for (const { text } of DESCRIBED) expect(() => parseJson(text)).not.toThrow();
  });
});
