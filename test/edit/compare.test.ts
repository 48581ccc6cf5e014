import * as fc from '../random';
import { updates } from './asked';
import { DESCRIBED } from './described';
import { answers } from './generated';
import { placesIn, replaced } from './places';
import { spelledOut } from './spelled-out';
import { isSameTask, JsonObject, missingFrom, parseJson, registrable, withAgent } from '../../src/edit';

const bodies: fc.Arbitrary<JsonObject> = answers.map(text => registrable(parseJson(text)));
const json = (text: string) => parseJson(text) as JsonObject;
const container = (more: object, networkMode = 'awsvpc'): JsonObject => ({ networkMode, containerDefinitions: [{ name: 'web', image: 'i', ...more }] });

describe('what is not missing', () => {
  test.each(DESCRIBED)('nothing is missing from $name with the members that AWS adds', ({ body }) => {
    expect(missingFrom(spelledOut(body), body)).toEqual([]);
    expect(missingFrom(body, body)).toEqual([]);
  });

  test('nothing is missing from any generated definition with the members that AWS adds, with and without the agent', () => {
    fc.assert(fc.property(bodies, updates, (body, update) => {
      for (const planned of [body, withAgent(body, update)]) expect(missingFrom(spelledOut(planned), planned)).toEqual([]);
    }), fc.runs(100));
  });

  test.each<[string, string, string]>([
    ['more was found', '{"a":1,"b":[],"c":{"d":0}}', '{"a":1}'],
    ['an empty member is left out', '{}', '{"a":[],"b":{},"c":null,"d":{"e":[],"f":{"g":null}}}'],
    ['null becomes an empty collection', '{"a":[],"b":{"c":[]}}', '{"a":null,"b":null}'],
    ['an empty collection becomes null', '{"a":null}', '{"a":[]}'],
    ['a number is spelled differently', '{"a":1000,"b":9007199254740993}', '{"a":1e3,"b":9007199254740993.0}'],
    ['named items come in another order', '{"l":[{"name":"b","v":1},{"name":"a"}],"t":[{"key":"y"},{"key":"x"}]}',
      '{"l":[{"name":"a"},{"name":"b","v":1}],"t":[{"key":"x"},{"key":"y"}]}'],
    ['a member has the name of an inherited one', '{"constructor":"a","__proto__":"b"}', '{"__proto__":"b","constructor":"a"}'],
  ])('nothing is missing if %s', (_, found, wanted) => {
    expect(missingFrom(json(found), json(wanted))).toEqual([]);
  });
});

describe('the path of what is missing', () => {
  test.each<[string, string, string, readonly string[]]>([
    ['a member', '{}', '{"family":"f"}', ['family']],
    ['a member of a container', '{"containerDefinitions":[{"name":"web","portMappings":[{"containerPort":80}]}]}',
      '{"containerDefinitions":[{"name":"web","portMappings":[{"containerPort":80,"appProtocol":"http"}]}]}',
      ['containerDefinitions[web].portMappings[0].appProtocol']],
    ['a whole structure', '{"a":{}}', '{"a":{"b":{"c":{"d":1}}}}', ['a.b']],
    ['a container', '{"containerDefinitions":[{"name":"web"},{"name":"x"}]}', '{"containerDefinitions":[{"name":"web"},{"name":"agent"}]}',
      ['containerDefinitions[agent]']],
    ['an entry of a list', '{"a":[1]}', '{"a":[1,2]}', ['a']],
    ['one entry too many', '{"a":[1,2]}', '{"a":[1]}', ['a']],
    ['an entry of an empty list', '{"a":[1]}', '{"a":[]}', ['a']],
    ['entries in another order', '{"a":["x","y"]}', '{"a":["y","x"]}', ['a[0]', 'a[1]']],
    ['named items of which two have the same name, by index', '{"a":[{"name":"x","v":1},{"name":"x","v":2}]}',
      '{"a":[{"name":"x","v":2},{"name":"x","v":1}]}', ['a[0].v', 'a[1].v']],
    ['items of which one has no name, by index', '{"a":[{"name":"x"},{"name":"y"}]}', '{"a":[{"name":"x"},{"v":1}]}', ['a[1].v']],
    ['a changed text', '{"a":"x"}', '{"a":"y"}', ['a']],
    ['a changed boolean', '{"a":true}', '{"a":false}', ['a']],
    ['a number in its last digit', '{"a":9007199254740992}', '{"a":9007199254740993}', ['a']],
    ['a number that became text', '{"a":"1"}', '{"a":1}', ['a']],
    ['text that became a number', '{"a":1}', '{"a":"1"}', ['a']],
    ['zero, which is not empty', '{}', '{"swappiness":0}', ['swappiness']],
    ['false, which is not empty', '{}', '{"a":false}', ['a']],
    ['empty text, which is not an empty collection', '{}', '{"a":""}', ['a']],
    ['a list of empty structures, which is not empty', '{}', '{"a":[{}]}', ['a']],
    ['a list that became null', '{"a":null}', '{"a":[1]}', ['a']],
    ['a structure that became null', '{"a":null}', '{"a":{"b":1}}', ['a']],
    ['a structure that became a list', '{"a":[]}', '{"a":{"b":1}}', ['a']],
    ['a list that became a structure', '{"a":{}}', '{"a":[1]}', ['a']],
    ['a number that became a structure', '{"a":{}}', '{"a":1}', ['a']],
    ['null that became a text', '{"a":"x"}', '{"a":null}', ['a']],
    ['members with the names of inherited ones', '{}', '{"constructor":"x","__proto__":{"a":1}}', ['constructor', '__proto__']],
    ['several members', '{"a":{"b":1}}', '{"a":{"b":2,"c":3},"d":4}', ['a.b', 'a.c', 'd']],
  ])('the path names what is missing: %s', (_, found, wanted, paths) => {
    expect(missingFrom(json(found), json(wanted))).toEqual(paths);
  });

  test('in any generated definition, the path of one value that changes or is removed is named', () => {
    fc.assert(fc.property(bodies, fc.nat(), fc.boolean(), (body, choice, drops) => {
      const places = placesIn(body).filter(({ value, path }) => value !== null && typeof path[path.length - 1] === 'string');
      fc.pre(places.length > 0);
      const { path } = places[choice % places.length];
      const found = replaced(body, path, value => drops ? undefined : typeof value === 'boolean' ? !value : typeof value === 'string' ? `${value}x` : '?');
      const missing = missingFrom(found, body);
      expect(missing.length).toBeGreaterThan(0);
      const member = path[path.length - 1];
      // An item with another name is another item, whose own path is given.
      if (member !== 'name' && member !== 'key') {
        expect(missing).toHaveLength(1);
        expect(missing[0].endsWith(String(member))).toBe(true);
      }
    }), fc.runs(300));
  });
});

describe('the same task definition', () => {
  test.each(DESCRIBED)('$name is the same task definition with and without the members that AWS adds', ({ body }) => {
    expect(isSameTask(body, spelledOut(body))).toBe(true);
    expect(isSameTask(spelledOut(body), body)).toBe(true);
  });

  test('any generated definition is the same with and without the members that AWS adds, with and without the agent', () => {
    fc.assert(fc.property(bodies, updates, (body, update) => {
      for (const planned of [body, withAgent(body, update)]) expect(isSameTask(planned, spelledOut(planned))).toBe(true);
    }), fc.runs(100));
  });

  test.each<[string, JsonObject, JsonObject]>([
    ['a host port that follows from the container port', container({ portMappings: [{ containerPort: 80, hostPort: 80 }] }),
      container({ portMappings: [{ containerPort: 80 }] })],
    ['that host port in network mode host', container({ portMappings: [{ containerPort: 80, hostPort: 80 }] }, 'host'),
      container({ portMappings: [{ containerPort: 80 }] }, 'host')],
    ['a host port that the instance chooses', container({ portMappings: [{ containerPort: 80, hostPort: 0 }] }, 'bridge'),
      container({ portMappings: [{ containerPort: 80 }] }, 'bridge')],
  ])('two task definitions are the same if they differ only in %s', (_, a, b) => {
    expect(isSameTask(a, b)).toBe(true);
    expect(isSameTask(b, a)).toBe(true);
  });
});

describe('different task definitions', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['a swappiness of zero', container({ linuxParameters: { swappiness: 0 } }), container({})],
    ['a swap size of zero', container({ linuxParameters: { maxSwap: 0 } }), container({})],
    ['whether a container is essential', container({ essential: false }), container({})],
    ['whether the host port is fixed', container({ portMappings: [{ containerPort: 80, hostPort: 80 }] }, 'bridge'),
      container({ portMappings: [{ containerPort: 80 }] }, 'bridge')],
    ['a host port of zero in network mode awsvpc', container({ portMappings: [{ containerPort: 80, hostPort: 0 }] }),
      container({ portMappings: [{ containerPort: 80 }] })],
    ['a ulimit of zero', container({ ulimits: [{ name: 'core', softLimit: 0, hardLimit: 0 }] }), container({ ulimits: [{ name: 'core' }] })],
    ['an empty text', container({ user: '' }), container({})],
    ['a value that is a default only elsewhere', { ...container({}), cpu: 0 }, container({})],
    ['the order of arguments', container({ command: ['a', 'b'] }), container({ command: ['b', 'a'] })],
    ['the name of a container', container({ name: 'a' }), container({ name: 'b' })],
    ['a tag', { ...container({}), tags: [{ key: 'a', value: 'b' }] }, container({})],
    ['an unknown member', container({ futureFlag: false }), container({})],
  ])('two task definitions are different if they differ in %s', (_, a, b) => {
    expect(isSameTask(a, b)).toBe(false);
    expect(isSameTask(b, a)).toBe(false);
  });

  test('the written definitions are different, except those that differ only in what AWS adds or in what cannot be registered', () => {
    const anonymous = DESCRIBED.map(({ name, body }) => ({ name, body: { ...body, family: '' } }));
    const same = anonymous.flatMap(({ name, body }, index) =>
      anonymous.slice(index + 1).filter(other => isSameTask(body, other.body)).map(other => `${name}, ${other.name}`));
    expect(same).toEqual([
      'agent-essential, agent-essential-by-omission',
      'inactive-and-to-be-deleted, tags-not-asked-for',
      'inactive-and-to-be-deleted, tags-only-of-aws',
      'tags-not-asked-for, tags-only-of-aws',
    ]);
  });

  test('any generated definition is different if one value changes', () => {
    fc.assert(fc.property(bodies, fc.nat(), (body, choice) => {
      const places = placesIn(body).filter(({ value }) => value !== null);
      fc.pre(places.length > 0);
      const { path } = places[choice % places.length];
      const other = replaced(body, path, value => typeof value === 'boolean' ? !value : typeof value === 'string' ? `${value}x` : '?');
      expect(isSameTask(body, other)).toBe(false);
    }), fc.runs(300));
  });
});
