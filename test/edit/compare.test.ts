import * as fc from 'fast-check';
import { updates } from './asked';
import { DESCRIBED } from './described';
import { answers } from './generated';
import { placesIn, replaced } from './places';
import { spelledOut } from './spelled-out';
import { isSameTask, JsonObject, missingFrom, parseJson, registrable, withAgent } from '../../src/edit';

const bodies: fc.Arbitrary<JsonObject> = answers.map(text => registrable(parseJson(text)));
const json = (text: string) => parseJson(text) as JsonObject;
const container = (more: object, networkMode = 'awsvpc'): JsonObject => ({ networkMode, containerDefinitions: [{ name: 'web', image: 'i', ...more }] });

describe('nothing is missing', () => {
  test.each(DESCRIBED)('from what AWS spells out of $name', ({ body }) => {
    expect(missingFrom(spelledOut(body), body)).toEqual([]);
    expect(missingFrom(body, body)).toEqual([]);
  });

  test('from what AWS spells out, whatever the definition, with the agent and without', () => {
    fc.assert(fc.property(bodies, updates, (body, update) => {
      for (const planned of [body, withAgent(body, update)]) expect(missingFrom(spelledOut(planned), planned)).toEqual([]);
    }), { numRuns: 100 });
  });

  test.each<[string, string, string]>([
    ['where more was found', '{"a":1,"b":[],"c":{"d":0}}', '{"a":1}'],
    ['where what was empty is left out', '{}', '{"a":[],"b":{},"c":null,"d":{"e":[],"f":{"g":null}}}'],
    ['where what was null comes empty', '{"a":[],"b":{"c":[]}}', '{"a":null,"b":null}'],
    ['where what was empty comes as null', '{"a":null}', '{"a":[]}'],
    ['where numbers are spelled otherwise', '{"a":1000,"b":9007199254740993}', '{"a":1e3,"b":9007199254740993.0}'],
    ['where named things come in another order', '{"l":[{"name":"b","v":1},{"name":"a"}],"t":[{"key":"y"},{"key":"x"}]}', '{"l":[{"name":"a"},{"name":"b","v":1}],"t":[{"key":"x"},{"key":"y"}]}'],
    ['where a member is named like one of every object', '{"constructor":"a","__proto__":"b"}', '{"__proto__":"b","constructor":"a"}'],
  ])('%s', (_, found, wanted) => {
    expect(missingFrom(json(found), json(wanted))).toEqual([]);
  });
});

describe('what is missing is named by its path', () => {
  test.each<[string, string, string, readonly string[]]>([
    ['a member', '{}', '{"family":"f"}', ['family']],
    ['a member of a container', '{"containerDefinitions":[{"name":"web","portMappings":[{"containerPort":80}]}]}', '{"containerDefinitions":[{"name":"web","portMappings":[{"containerPort":80,"appProtocol":"http"}]}]}', ['containerDefinitions[web].portMappings[0].appProtocol']],
    ['a whole structure', '{"a":{}}', '{"a":{"b":{"c":{"d":1}}}}', ['a.b']],
    ['a container', '{"containerDefinitions":[{"name":"web"},{"name":"x"}]}', '{"containerDefinitions":[{"name":"web"},{"name":"agent"}]}', ['containerDefinitions[agent]']],
    ['an entry of a list', '{"a":[1]}', '{"a":[1,2]}', ['a']],
    ['an entry that is too many', '{"a":[1,2]}', '{"a":[1]}', ['a']],
    ['an entry of an empty list', '{"a":[1]}', '{"a":[]}', ['a']],
    ['entries in another order', '{"a":["x","y"]}', '{"a":["y","x"]}', ['a[0]', 'a[1]']],
    ['named things of one name, by place', '{"a":[{"name":"x","v":1},{"name":"x","v":2}]}', '{"a":[{"name":"x","v":2},{"name":"x","v":1}]}', ['a[0].v', 'a[1].v']],
    ['things of which one has no name, by place', '{"a":[{"name":"x"},{"name":"y"}]}', '{"a":[{"name":"x"},{"v":1}]}', ['a[1].v']],
    ['a changed text', '{"a":"x"}', '{"a":"y"}', ['a']],
    ['a changed truth', '{"a":true}', '{"a":false}', ['a']],
    ['a number in its last digit', '{"a":9007199254740992}', '{"a":9007199254740993}', ['a']],
    ['a number that became text', '{"a":"1"}', '{"a":1}', ['a']],
    ['text that became a number', '{"a":1}', '{"a":"1"}', ['a']],
    ['zero, which is not nothing', '{}', '{"swappiness":0}', ['swappiness']],
    ['false, which is not nothing', '{}', '{"a":false}', ['a']],
    ['empty text, which is not nothing', '{}', '{"a":""}', ['a']],
    ['a list of empty things, which is not nothing', '{}', '{"a":[{}]}', ['a']],
    ['a list that became null', '{"a":null}', '{"a":[1]}', ['a']],
    ['a structure that became null', '{"a":null}', '{"a":{"b":1}}', ['a']],
    ['a structure that became a list', '{"a":[]}', '{"a":{"b":1}}', ['a']],
    ['a list that became a structure', '{"a":{}}', '{"a":[1]}', ['a']],
    ['a number that became a structure', '{"a":{}}', '{"a":1}', ['a']],
    ['null that became a text', '{"a":"x"}', '{"a":null}', ['a']],
    ['a member named like one of every object', '{}', '{"constructor":"x","__proto__":{"a":1}}', ['constructor', '__proto__']],
    ['several', '{"a":{"b":1}}', '{"a":{"b":2,"c":3},"d":4}', ['a.b', 'a.c', 'd']],
  ])('%s', (_, found, wanted, paths) => {
    expect(missingFrom(json(found), json(wanted))).toEqual(paths);
  });

  test('wherever one value changes or goes, in whatever definition', () => {
    fc.assert(fc.property(bodies, fc.nat(), fc.boolean(), (body, choice, drops) => {
      const places = placesIn(body).filter(({ value, path }) => value !== null && typeof path[path.length - 1] === 'string');
      fc.pre(places.length > 0);
      const { path } = places[choice % places.length];
      const found = replaced(body, path, value => drops ? undefined : typeof value === 'boolean' ? !value : typeof value === 'string' ? `${value}x` : '?');
      const missing = missingFrom(found, body);
      expect(missing.length).toBeGreaterThan(0);
      const member = path[path.length - 1];
      // Another name makes another thing, which is named as a whole.
      if (member !== 'name' && member !== 'key') {
        expect(missing).toHaveLength(1);
        expect(missing[0].endsWith(String(member))).toBe(true);
      }
    }), { numRuns: 300 });
  });
});

describe('two task definitions are the same', () => {
  test.each(DESCRIBED)('$name, and what AWS spells out of it', ({ body }) => {
    expect(isSameTask(body, spelledOut(body))).toBe(true);
    expect(isSameTask(spelledOut(body), body)).toBe(true);
  });

  test('and what AWS spells out, whatever the definition, with the agent and without', () => {
    fc.assert(fc.property(bodies, updates, (body, update) => {
      for (const planned of [body, withAgent(body, update)]) expect(isSameTask(planned, spelledOut(planned))).toBe(true);
    }), { numRuns: 100 });
  });

  test.each<[string, JsonObject, JsonObject]>([
    ['a host port that follows from the container\'s', container({ portMappings: [{ containerPort: 80, hostPort: 80 }] }), container({ portMappings: [{ containerPort: 80 }] })],
    ['the same on the instance\'s network', container({ portMappings: [{ containerPort: 80, hostPort: 80 }] }, 'host'), container({ portMappings: [{ containerPort: 80 }] }, 'host')],
    ['a host port of the instance\'s choice', container({ portMappings: [{ containerPort: 80, hostPort: 0 }] }, 'bridge'), container({ portMappings: [{ containerPort: 80 }] }, 'bridge')],
  ])('but for %s', (_, a, b) => {
    expect(isSameTask(a, b)).toBe(true);
    expect(isSameTask(b, a)).toBe(true);
  });
});

describe('two task definitions are not the same', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['no swapping, and the default', container({ linuxParameters: { swappiness: 0 } }), container({})],
    ['no swap, and the instance\'s own', container({ linuxParameters: { maxSwap: 0 } }), container({})],
    ['a container that is not essential, and one that is', container({ essential: false }), container({})],
    ['a fixed port of the instance, and a free one', container({ portMappings: [{ containerPort: 80, hostPort: 80 }] }, 'bridge'), container({ portMappings: [{ containerPort: 80 }] }, 'bridge')],
    ['a port that is none, and the container\'s own', container({ portMappings: [{ containerPort: 80, hostPort: 0 }] }), container({ portMappings: [{ containerPort: 80 }] })],
    ['a limit of zero, and none', container({ ulimits: [{ name: 'core', softLimit: 0, hardLimit: 0 }] }), container({ ulimits: [{ name: 'core' }] })],
    ['empty text, and none', container({ user: '' }), container({})],
    ['a default where it is none', { ...container({}), cpu: 0 }, container({})],
    ['arguments in another order', container({ command: ['a', 'b'] }), container({ command: ['b', 'a'] })],
    ['a name in use for a container of another', container({ name: 'a' }), container({ name: 'b' })],
    ['with a tag, and without', { ...container({}), tags: [{ key: 'a', value: 'b' }] }, container({})],
    ['a member that nobody knows, and none', container({ futureFlag: false }), container({})],
  ])('%s', (_, a, b) => {
    expect(isSameTask(a, b)).toBe(false);
    expect(isSameTask(b, a)).toBe(false);
  });

  test('of the written ones, but for those that differ in what AWS spells out or in what is not registrable', () => {
    const anonymous = DESCRIBED.map(({ name, body }) => ({ name, body: { ...body, family: '' } }));
    const same = anonymous.flatMap(({ name, body }, index) => anonymous.slice(index + 1).filter(other => isSameTask(body, other.body)).map(other => `${name}, ${other.name}`));
    expect(same).toEqual([
      'agent-essential, agent-essential-by-omission',
      'inactive-and-to-be-deleted, tags-not-asked-for',
      'inactive-and-to-be-deleted, tags-of-aws-alone',
      'tags-not-asked-for, tags-of-aws-alone',
    ]);
  });

  test('where one value has changed, in whatever definition', () => {
    fc.assert(fc.property(bodies, fc.nat(), (body, choice) => {
      const places = placesIn(body).filter(({ value }) => value !== null);
      fc.pre(places.length > 0);
      const { path } = places[choice % places.length];
      const other = replaced(body, path, value => typeof value === 'boolean' ? !value : typeof value === 'string' ? `${value}x` : '?');
      expect(isSameTask(body, other)).toBe(false);
    }), { numRuns: 300 });
  });
});
