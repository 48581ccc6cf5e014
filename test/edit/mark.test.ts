import * as fc from 'fast-check';
import { update } from './asked';
import { DESCRIBED, described, WITHOUT_AGENT } from './described';
import {
  hasAgent, isGranted, Json, JsonObject, markedAsGranted, markedWith, previousRevision, printJson, withAgent, withMembers, withoutAgent, withoutMark,
} from '../../src/edit';
import { MARK } from '../../src/edit/mark';

const body = (tags?: unknown): JsonObject => withMembers({ family: 'web' }, { tags: tags as Json | undefined });
const mark = (value: Json) => ({ key: MARK, value });
const team = { key: 'team', value: 'web' };
const zone = { key: 'zone', value: 'a' };
const many = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `tag-${index}`, value: '' }));

describe('the mark of the previous revision', () => {
  test('is a tag of this project with the revision\'s number', () => {
    expect(MARK).toBe('postman:previous_revision');
    expect(markedWith(body(), 7)).toEqual({ family: 'web', tags: [{ key: 'postman:previous_revision', value: '7' }] });
  });

  test.each<[string, unknown, unknown]>([
    ['comes behind the user\'s tags', [team, zone], [team, zone, mark('7')]],
    ['replaces one that is there, where it stands', [team, mark('3'), zone], [team, mark('7'), zone]],
    ['replaces all that are there', [mark('1'), team, mark('2')], [mark('7'), team]],
    ['takes the place of a list that is null', null, [mark('7')]],
    ['is the fiftieth tag', many(49), [...many(49), mark('7')]],
    ['is replaced among fifty', [mark('3'), ...many(49)], [mark('7'), ...many(49)]],
  ])('%s', (_, before, after) => {
    expect(markedWith(body(before), 7).tags).toEqual(after);
  });

  test.each<[string, unknown]>([['is no fifty-first tag', many(50)], ['is not put into tags of a form that nobody knows', { team: 'web' }]])('%s', (_, tags) => {
    const given = body(tags);
    expect(markedWith(given, 7)).toBe(given);
  });

  test('never makes more tags than ECS takes, and keeps all others', () => {
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
    [[mark('-7')], undefined], [[mark('7.0')], undefined], [[mark('7 ')], undefined], [[mark('web:7')], undefined], [[mark('1'.repeat(16))], undefined], [[{ key: MARK }], undefined], [['x', null, mark('7')], 7],
    [[{ key: MARK.toUpperCase(), value: '7' }], undefined],
  ])('in tags %j is %j', (tags, expected) => {
    expect(previousRevision(body(tags))).toBe(expected);
  });

  test('is read in what this library has registered', () => {
    expect(previousRevision(described('agent-of-this-library'))).toBe(6);
    expect(DESCRIBED.filter(({ body: other }) => previousRevision(other) !== undefined).map(({ name }) => name)).toEqual(['agent-of-this-library']);
  });
});

describe('the mark that the role was given access', () => {
  test('is a tag of its own beside the other', () => {
    const granted = markedAsGranted(markedWith(body([team]), 7));
    expect(granted.tags).toEqual([team, mark('7'), { key: 'postman:secret_access_granted', value: 'true' }]);
    expect([isGranted(granted), isGranted(body([team])), isGranted(body())]).toEqual([true, false, false]);
  });

  test('is made once', () => {
    const granted = markedAsGranted(body());
    expect(markedAsGranted(granted)).toBe(granted);
  });

  test.each<[string, unknown]>([['no fifty-first tag', many(50)], ['not put into tags of a form that nobody knows', 'team=web']])('is %s', (_, tags) => {
    const given = body(tags);
    expect(markedAsGranted(given)).toBe(given);
    expect(isGranted(given)).toBe(false);
  });
});

describe('removal takes the marks away', () => {
  test.each(WITHOUT_AGENT)('and gives $name back', ({ body: before }) => {
    const added = withAgent(before, update());
    expect(printJson(withoutAgent(markedWith(added, 7)))).toBe(printJson(before));
    expect(printJson(withoutAgent(markedAsGranted(markedWith(added, 7))))).toBe(printJson(before));
  });

  test.each<[string, JsonObject, string]>([
    ['with the list, where nothing else is in it', body([mark('7')]), '{"family":"web"}'],
    ['and leaves the user\'s tags', body([team, mark('7'), { key: 'postman:created_by', value: 'x' }]), printJson(body([team, { key: 'postman:created_by', value: 'x' }]))],
  ])('%s', (_, given, expected) => {
    expect(printJson(withoutMark(given))).toBe(expected);
  });

  test.each<[string, JsonObject]>([['no tags', body()], ['tags without a mark', body([team])], ['tags of a form that nobody knows', body({ a: 1 })], ['an empty list', body([])]])('and leaves %s as they are', (_, given) => {
    expect(withoutMark(given)).toBe(given);
  });

  test('but not where there is no agent to remove', () => {
    const given = withMembers(described('fargate-plain'), { tags: [mark('7')] });
    expect(withoutAgent(given)).toBe(given);
  });
});

test('an update of the agent keeps the mark that is there', () => {
  const before = described('agent-of-this-library');
  const after = withAgent(before, update({ rateLimitPerMinute: 100 }, ['--rate-limit']));
  expect(hasAgent(after)).toBe(true);
  expect(after).not.toBe(before);
  expect(after.tags).toBe(before.tags);
});
