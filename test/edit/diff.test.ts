import * as fc from '../random';
import { COLLECTION, OTHER_COLLECTION, update } from './asked';
import { DESCRIBED, described, WITHOUT_AGENT } from './described';
import { answers } from './generated';
import { placesIn, replaced } from './places';
import { changesBetween, isSameJson, JsonObject, markedWith, parseJson, printJson, registrable, withAgent, withoutAgent, withoutKey } from '../../src/edit';

const bodies: fc.Arbitrary<JsonObject> = answers.map(text => registrable(parseJson(text)));
const json = (text: string) => parseJson(text);
const changes = (before: string, after: string) => JSON.parse(printJson(changesBetween(json(before), json(after)) as never));

describe('changes between two bodies', () => {
  test.each<[string, string, string, readonly object[]]>([
    ['a text', '{"a":{"b":"x"}}', '{"a":{"b":"y"}}', [{ path: 'a.b', before: 'x', after: 'y' }]],
    ['a new member', '{"a":1}', '{"a":1,"b":{"c":2}}', [{ path: 'b', after: { c: 2 } }]],
    ['a new member that is null', '{}', '{"a":null}', [{ path: 'a', after: null }]],
    ['a removed member', '{"a":1,"b":[2]}', '{"a":1}', [{ path: 'b', before: [2] }]],
    ['the type of a value', '{"a":1}', '{"a":"1"}', [{ path: 'a', before: 1, after: '1' }]],
    ['a list of texts, as a whole', '{"a":["x","y"]}', '{"a":["x","z"]}', [{ path: 'a', before: ['x', 'y'], after: ['x', 'z'] }]],
    ['a list of numbers, by index', '{"a":[1,2]}', '{"a":[1,3,4]}', [{ path: 'a[1]', before: 2, after: 3 }, { path: 'a[2]', after: 4 }]],
    ['a member of a container, by the container\'s name', '{"c":[{"name":"web","cpu":0},{"name":"x"}]}', '{"c":[{"name":"web","cpu":1},{"name":"x"}]}',
      [{ path: 'c[web].cpu', before: 0, after: 1 }]],
    ['a new container before another', '{"c":[{"name":"web"}]}', '{"c":[{"name":"x"},{"name":"web"}]}', [{ path: 'c[x]', after: { name: 'x' } }]],
    ['a removed container', '{"c":[{"name":"web"},{"name":"x"}]}', '{"c":[{"name":"x"}]}', [{ path: 'c[web]', before: { name: 'web' } }]],
    ['only the order', '{"c":[{"name":"a"},{"name":"b"}]}', '{"c":[{"name":"b"},{"name":"a"}]}',
      [{ path: 'c (order)', before: ['a', 'b'], after: ['b', 'a'] }]],
    ['tags, by their keys', '{"tags":[{"key":"a","value":"1"}]}', '{"tags":[{"key":"a","value":"2"},{"key":"b","value":"3"}]}',
      [{ path: 'tags[a].value', before: '1', after: '2' }, { path: 'tags[b]', after: { key: 'b', value: '3' } }]],
    ['items of which two have the same name, by index', '{"e":[{"name":"a","v":1},{"name":"a","v":2}]}',
      '{"e":[{"name":"a","v":1},{"name":"a","v":3}]}', [{ path: 'e[1].v', before: 2, after: 3 }]],
    ['items without names, by index', '{"p":[{"containerPort":80}]}', '{"p":[{"containerPort":80,"name":"api"}]}', [{ path: 'p[0].name', after: 'api' }]],
    ['a list that becomes an object', '{"a":[]}', '{"a":{}}', [{ path: 'a', before: [], after: {} }]],
    ['the last digit of a long number', '{"a":[9007199254740993]}', '{"a":[9007199254740994]}',
      [{ path: 'a[0]', before: 9007199254740993, after: 9007199254740994 }]],
    ['members with the names of inherited ones', '{"a":{}}', '{"a":{"constructor":"x","__proto__":"y"}}',
      [{ path: 'a.constructor', after: 'x' }, { path: 'a.__proto__', after: 'y' }]],
  ])('a change is reported: %s', (_, before, after, expected) => {
    expect(changes(before, after)).toEqual(expected);
  });

  test.each([
    ['the same text', '{"a":[1,{"b":null}]}', '{"a":[1,{"b":null}]}'],
    ['another order of members', '{"a":1,"b":2}', '{"b":2,"a":1}'],
    ['another spelling of a number', '{"a":1000}', '{"a":1e3}'],
  ])('%s is not a change', (_, before, after) => {
    expect(changes(before, after)).toEqual([]);
  });

  test('a whole document that is added or removed is one change without a path', () => {
    expect(changesBetween(undefined, { a: 1 })).toEqual([{ path: '', after: { a: 1 } }]);
    expect(changesBetween({ a: 1 }, undefined)).toEqual([{ path: '', before: { a: 1 } }]);
    expect(changesBetween(undefined, undefined)).toEqual([]);
  });

  test('in any generated definition, one changed value is reported with its path, before and after', () => {
    fc.assert(fc.property(bodies, fc.nat(), (body, choice) => {
      const places = placesIn(body);
      fc.pre(places.length > 0);
      const { path, value } = places[choice % places.length];
      const other = replaced(body, path, () => '*changed*');
      const reported = changesBetween(body, other);
      expect(JSON.stringify(reported)).toContain('*changed*');
      const member = path[path.length - 1];
      if (member === 'name' || member === 'key' || typeof member === 'number') return;
      expect(reported).toEqual([{ path: expect.stringContaining(member), before: value, after: '*changed*' }]);
    }), { numRuns: 300 });
  });

  test('a definition has no changes from itself', () => {
    for (const { text } of DESCRIBED) expect(changesBetween(json(text), json(text))).toEqual([]);
    fc.assert(fc.property(answers, text => {
      expect(changesBetween(json(text), json(text))).toEqual([]);
    }), { numRuns: 50 });
  });
});

describe('the changes of an edit', () => {
  test.each(WITHOUT_AGENT)('the only change of $name is the agent\'s container, if it is added and if it is removed', ({ body }) => {
    const after = withAgent(body, update());
    const label = `containerDefinitions[${(body.containerDefinitions as unknown[]).length}]`;
    const agent = expect.stringMatching(new RegExp(`^containerDefinitions\\[postman-lc-agent\\]$|^${label.replace(/[[\]]/g, '\\$&')}$`));
    expect(changesBetween(body, after)).toEqual([{ path: agent, after: expect.objectContaining({ name: 'postman-lc-agent' }) }]);
    expect(changesBetween(after, withoutAgent(after))).toEqual([{ path: agent, before: expect.objectContaining({ name: 'postman-lc-agent' }) }]);
  });

  test('the mark is a change of its own', () => {
    const before = described('tags-of-the-user');
    expect(changesBetween(before, markedWith(before, 7))).toEqual([{
      path: 'tags[postman:previous_revision]', after: { key: 'postman:previous_revision', value: '7' },
    }]);
  });

  test('an update changes only what it names', () => {
    const before = described('agent-of-this-library');
    const after = withAgent(before, update({ collectionId: OTHER_COLLECTION, image: 'mirror/postman-lc-agent' }, ['--collection', 'image']));
    const start = ['/postman-lc-agent', 'apidump', '--collection'];
    expect(changesBetween(before, after)).toEqual([
      { path: 'containerDefinitions[postman-lc-agent].image', before: 'docker.postman.com/postman-lc-agent:latest', after: 'mirror/postman-lc-agent' },
      { path: 'containerDefinitions[postman-lc-agent].entryPoint', before: [...start, COLLECTION], after: [...start, OTHER_COLLECTION] },
    ]);
  });
});

describe('a key in clear text', () => {
  const clear = (value: string, name = 'POSTMAN_API_KEY') => ({
    containerDefinitions: [{ name: 'a', environment: [{ name, value }, { name: 'OWN', value: '1' }] }],
  });
  const shown = (before: JsonObject, after: JsonObject) => JSON.stringify(changesBetween(before, after).map(change => ({
    ...change, before: withoutKey(change.before), after: withoutKey(change.after),
  })));

  test.each<[string, JsonObject, JsonObject]>([
    ['changes', clear('the-old-key'), clear('the-new-key')],
    ['changes under the Insights agent\'s name', clear('the-old-key', 'POSTMAN_INSIGHTS_API_KEY'), clear('the-new-key', 'POSTMAN_INSIGHTS_API_KEY')],
    ['changes its name', clear('the-old-key', 'POSTMAN_INSIGHTS_API_KEY'), clear('the-new-key')],
    ['is removed', clear('the-old-key'), { containerDefinitions: [{ name: 'a' }] }],
    ['is added', { containerDefinitions: [{ name: 'a', environment: [] }] }, clear('the-new-key')],
    ['is added with its container', {}, clear('the-new-key')],
    ['changes beside another of its name',
      { e: [...clear('x').containerDefinitions[0].environment, { name: 'POSTMAN_API_KEY', value: 'the-old-key' }] },
      { e: [...clear('x').containerDefinitions[0].environment, { name: 'POSTMAN_API_KEY', value: 'the-new-key' }] }],
    ['replaces another variable', { e: [{ name: 'B', value: '1' }, { name: 'B', value: '2' }] },
      { e: [{ name: 'B', value: '1' }, { name: 'POSTMAN_API_KEY', value: 'the-new-key' }] }],
  ])('the changes never show a key in clear text that %s', (_, before, after) => {
    const text = shown(before, after);
    expect(text).toContain('***');
    expect(text).not.toMatch(/the-(old|new)-key/);
    expect(text).not.toBe('[]');
  });

  test('a task definition is shown without its key in clear text', () => {
    const body = described('agent-of-upstream-with-the-key-in-clear');
    expect(JSON.stringify(body)).toContain('the-key-in-clear');
    expect(printJson(withoutKey(body))).toBe(printJson(body).replace('the-key-in-clear', '***'));
  });

  test('every key in clear text of the written definitions is hidden, also one for Akita\'s service, and all other values are shown unchanged', () => {
    const withKey = DESCRIBED.filter(({ text }) => /"name":"(POSTMAN|POSTMAN_INSIGHTS|AKITA)_API_KEY(_ID|_SECRET)?","value":/.test(text));
    expect(withKey.length).toBeGreaterThan(6);
    for (const { body } of DESCRIBED) {
      const hidden = printJson(body).replace(/("name":"(?:POSTMAN|POSTMAN_INSIGHTS|AKITA)_API_KEY(?:_ID|_SECRET)?","value":)"[^"]*"/g, '$1"***"');
      expect(printJson(withoutKey(body))).toBe(hidden);
    }
    expect(printJson(withoutKey(withKey.map(({ body }) => body)))).not.toMatch(/"value":"(not-a-key|not-an-id|the-key-in-clear)/);
    const [before, after] = ['one', 'two'].map(value => ({ environment: [{ name: 'AKITA_API_KEY_SECRET', value }] }));
    expect(JSON.stringify(withoutKey(changesBetween(before, after) as never))).not.toMatch(/one|two/);
    expect(withoutKey([undefined, null, 5, 'x'] as never)).toEqual([undefined, null, 5, 'x']);
    expect(withoutKey({ name: 'POSTMAN_API_KEY', valueFrom: 'arn' })).toEqual({ name: 'POSTMAN_API_KEY', valueFrom: 'arn' });
  });
});

test('two documents are the same JSON if they differ only in the order of members and the spelling of numbers', () => {
  expect(isSameJson(json('{"a":1,"b":[1.0,"x",null]}'), json('{"b":[1,"x",null],"a":1e0}'))).toBe(true);
  for (const other of [
    '{"a":1}', '{"a":1,"b":[1,"x"]}', '{"a":1,"b":["x",1,null]}', '{"a":1,"c":[1,"x",null]}', '[]', 'null', '{"a":1,"b":{"0":1}}',
    '{"a":true,"b":[1,"x",null]}',
  ]) {
    expect(isSameJson(json('{"a":1,"b":[1,"x",null]}'), json(other))).toBe(false);
    expect(isSameJson(json(other), json('{"a":1,"b":[1,"x",null]}'))).toBe(false);
  }
  expect(isSameJson(json('{"constructor":1}'), json('{"toString":1}'))).toBe(false);
});
