import * as fc from '../random';
import { update } from './asked';
import { DESCRIBED, described, WITHOUT_AGENT } from './described';
import {
  hasAgent, isMarked, Json, JsonObject, markedWith, previousRevision, printJson, withAgent, withMembers, withoutAgent, withoutMark,
} from '../../src/edit';
import { MARK } from '../../src/edit/mark';

const body = (tags?: unknown): JsonObject => withMembers({ family: 'web' }, { tags: tags as Json | undefined });
const mark = (value: Json) => ({ key: MARK, value });
const team = { key: 'team', value: 'web' };
const zone = { key: 'zone', value: 'a' };
const many = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `tag-${index}`, value: '' }));

describe('agents that a command has added', () => {
  test('a revision with the mark, or with the tag of Postman\'s own tool, is one to which a command has added the agent', () => {
    expect(isMarked(markedWith(body([team]), 7))).toBe(true);
    expect(isMarked(body([{ key: 'postman:created_by', value: 'x' }]))).toBe(true);
    expect(DESCRIBED.filter(({ name }) => name.startsWith('agent-of-upstream-insights')).every(one => isMarked(one.body))).toBe(true);
  });

  test.each([[undefined], [null], [[]], [[team]], [[{ key: 'postman:team', value: 'x' }]], [['text']], ['text']])('other tags do not say so: %j', tags => {
    expect(isMarked(body(tags))).toBe(false);
  });
});

describe('the mark of the previous revision', () => {
  test('the mark is a tag with the number of the revision', () => {
    expect(MARK).toBe('postman:previous_revision');
    expect(markedWith(body(), 7)).toEqual({ family: 'web', tags: [{ key: 'postman:previous_revision', value: '7' }] });
  });

  test.each<[string, unknown, unknown]>([
    ['comes after the user\'s tags', [team, zone], [team, zone, mark('7')]],
    ['replaces an older mark at its place', [team, mark('3'), zone], [team, mark('7'), zone]],
    ['replaces several older marks', [mark('1'), team, mark('2')], [mark('7'), team]],
    ['replaces a list that is null', null, [mark('7')]],
    ['is the fiftieth tag', many(49), [...many(49), mark('7')]],
    ['replaces an older mark among fifty tags', [mark('3'), ...many(49)], [mark('7'), ...many(49)]],
  ])('the mark %s', (_, before, after) => {
    expect(markedWith(body(before), 7).tags).toEqual(after);
  });

  test.each<[string, unknown]>([['there are fifty tags', many(50)], ['the tags are not a list', { team: 'web' }]])('no mark is added if %s', (_, tags) => {
    const given = body(tags);
    expect(markedWith(given, 7)).toBe(given);
  });

  test('the mark never makes more tags than ECS accepts, and all other tags stay', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(team, zone, mark('3')), { maxLength: 52 }), fc.integer({ min: 1, max: 1e6 }), (tags, revision) => {
      const others = tags.filter(({ key }) => key !== MARK);
      const marked = markedWith(body(tags), revision);
      expect((marked.tags as unknown[]).filter(tag => (tag as JsonObject).key !== MARK)).toEqual(others);
      if (others.length < 50) expect(previousRevision(marked)).toBe(revision);
      else expect(marked.tags).toBe(tags);
    }));
  });
});

describe('the previous revision', () => {
  test.each<[unknown, number | undefined]>([
    [undefined, undefined], [null, undefined], [[], undefined], [[team], undefined], [{ [MARK]: '7' }, undefined],
    [[team, mark('7')], 7], [[mark('12345')], 12345], [[mark(7)], undefined], [[mark('')], undefined], [[mark('0')], undefined], [[mark('07')], undefined],
    [[mark('-7')], undefined], [[mark('7.0')], undefined], [[mark('7 ')], undefined], [[mark('web:7')], undefined], [[mark('1'.repeat(16))], undefined],
    [[{ key: MARK }], undefined], [['x', null, mark('7')], 7],
    [[{ key: MARK.toUpperCase(), value: '7' }], undefined],
  ])('the previous revision in the tags %j is %j', (tags, expected) => {
    expect(previousRevision(body(tags))).toBe(expected);
  });

  test('the previous revision is read from a definition that this library registered', () => {
    expect(previousRevision(described('agent-of-this-library'))).toBe(6);
    expect(previousRevision(described('agent-of-this-library-insights'))).toBe(1);
    expect(DESCRIBED.filter(({ body: other }) => previousRevision(other) !== undefined).map(({ name }) => name))
      .toEqual(['agent-of-this-library', 'agent-of-this-library-insights']);
  });
});

describe('removal of the marks', () => {
  test.each(WITHOUT_AGENT)('removing the agent with its marks restores $name', ({ body: before }) => {
    const added = withAgent(before, update());
    expect(printJson(withoutAgent(markedWith(added, 7)))).toBe(printJson(before));
    const marked = markedWith(added, 7);
    const ofEarlierVersion = { key: 'postman:secret_access_granted', value: 'true' };
    expect(printJson(withoutAgent(withMembers(marked, { tags: [...marked.tags as Json[], ofEarlierVersion] })))).toBe(printJson(before));
  });

  test.each<[string, JsonObject, string]>([
    ['with the list, if nothing else is in it', body([mark('7')]), '{"family":"web"}'],
    ['and the user\'s tags stay', body([team, mark('7'), { key: 'postman:created_by', value: 'x' }]),
      printJson(body([team, { key: 'postman:created_by', value: 'x' }]))],
  ])('the mark is removed %s', (_, given, expected) => {
    expect(printJson(withoutMark(given))).toBe(expected);
  });

  test.each<[string, JsonObject]>([
    ['no tags', body()], ['tags without a mark', body([team])], ['tags that are not a list', body({ a: 1 })], ['an empty list', body([])],
  ])('removing the mark returns the same object for %s', (_, given) => {
    expect(withoutMark(given)).toBe(given);
  });

  test('the mark stays if there is no agent to remove', () => {
    const given = withMembers(described('fargate-plain'), { tags: [mark('7')] });
    expect(withoutAgent(given)).toBe(given);
  });
});

test('an update of the agent keeps the mark', () => {
  const before = described('agent-of-this-library');
  const after = withAgent(before, update({ rateLimitPerMinute: 100 }, ['--rate-limit']));
  expect(hasAgent(after)).toBe(true);
  expect(after).not.toBe(before);
  expect(after.tags).toBe(before.tags);
});
