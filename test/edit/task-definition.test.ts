import * as fc from '../random';
import { DESCRIBED, described } from './described';
import { answers } from './generated';
import { DESCRIBE_ANSWER, NOT_REGISTRABLE, REGISTER_REQUEST, structuresIn } from './model';
import { itemsOf, memberOf, membersOf, objectOf } from './text';
import { containersOf, nameOf, parseJson, printJson, registrable } from '../../src/edit';
import { OUTPUT_ONLY } from '../../src/edit/task-definition';

/** The body without any loss, composed of the answer's own text. */
function expectedBody(answer: string): string {
  const members = membersOf(memberOf(answer, 'taskDefinition')!).filter(([name]) => !NOT_REGISTRABLE.includes(name));
  const own = itemsOf(memberOf(answer, 'tags') ?? '[]').filter(tag => !/^"aws:/i.test(memberOf(tag, 'key') ?? ''));
  return objectOf([...members, ...own.length === 0 ? [] : [['tags', `[${own.join()}]`] as const]]);
}

describe('members that cannot be registered', () => {
  test('exactly the members that the SDK\'s model has in TaskDefinition and not in RegisterTaskDefinition are left out', () => {
    expect([...OUTPUT_ONLY].sort()).toEqual([...NOT_REGISTRABLE].sort());
  });

  test('an answer has nothing beside the task definition except the tags, which move into the body', () => {
    expect(Object.keys(DESCRIBE_ANSWER.members)).toEqual(['taskDefinition', 'tags']);
    expect(Object.keys(REGISTER_REQUEST.members)).toContain('tags');
  });

  // The comparisons treat an empty structure as absent.
  test('no structure has a meaning if it is empty', () => {
    const structures = [...structuresIn(DESCRIBE_ANSWER).values()];
    expect(structures.filter(({ members }) => Object.keys(members).length === 0)).toEqual([]);
    const chosen = structures.filter(({ kind }) => kind === 'union').flatMap(({ members }) => Object.values(members));
    expect(chosen.filter(shape => 'members' in shape && shape.required === 0)).toEqual([]);
  });
});

describe('members that are kept', () => {
  test.each(DESCRIBED)('no other member of $name is lost', ({ text }) => {
    expect(printJson(registrable(parseJson(text)))).toBe(expectedBody(text));
  });

  test('no other member is lost of any answer that the SDK\'s model allows, nor of unknown members', () => {
    fc.assert(fc.property(answers, text => {
      expect(printJson(registrable(parseJson(text)))).toBe(expectedBody(text));
    }), { numRuns: 300 });
  });

  test('tags that are not a list of keys and values stay as they are', () => {
    expect(registrable({ taskDefinition: { family: 'f' }, tags: { team: 'web' } })).toEqual({ family: 'f', tags: { team: 'web' } });
    expect(registrable({ taskDefinition: { family: 'f' }, tags: ['team=web'] })).toEqual({ family: 'f', tags: ['team=web'] });
  });
});

describe('tags of AWS', () => {
  test('tags of AWS are left out, in upper or lower case, and other tags keep their order', () => {
    expect(described('tags-of-aws-between-others').tags).toEqual([
      { key: 'team', value: 'web' }, { key: 'awsome', value: 'stays' }, { key: 'zone', value: 'a' },
    ]);
  });

  test.each([
    'tags-only-of-aws', 'fargate-plain', 'tags-not-asked-for',
  ])('the body of %s has no empty list of tags, which RegisterTaskDefinition rejects', name => {
    expect(described(name)).not.toHaveProperty('tags');
  });

  test('a list of tags that is null is left out', () => {
    expect(registrable({ taskDefinition: { family: 'f' }, tags: null })).toEqual({ family: 'f' });
  });
});

test.each<[unknown]>([[null], [[]], [{}], [{ taskDefinition: null }], ['text']])('an answer without a task definition throws: %j', answer => {
  expect(() => registrable(answer as never)).toThrow('The answer of DescribeTaskDefinition has no task definition.');
});

test('only objects of the list are containers, and a container without a name is shown as such', () => {
  expect(containersOf({ containerDefinitions: [null, { name: 'web' }, 'x', { image: 'i' }] }).map(nameOf)).toEqual(['web', '(no name)']);
  expect(containersOf({})).toEqual([]);
});
