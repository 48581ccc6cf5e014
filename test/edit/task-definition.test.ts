import * as fc from 'fast-check';
import { DESCRIBED, described } from './described';
import { answers } from './generated';
import { DESCRIBE_ANSWER, NOT_REGISTRABLE, REGISTER_REQUEST, structuresIn } from './model';
import { itemsOf, memberOf, membersOf, objectOf } from './text';
import { containersOf, nameOf, parseJson, printJson, registrable } from '../../src/edit';
import { OUTPUT_ONLY } from '../../src/edit/task-definition';

/** The body that nothing is lost in, put together from the answer's own text. */
function expectedBody(answer: string): string {
  const members = membersOf(memberOf(answer, 'taskDefinition')!).filter(([name]) => !NOT_REGISTRABLE.includes(name));
  const own = itemsOf(memberOf(answer, 'tags') ?? '[]').filter(tag => !/^"aws:/i.test(memberOf(tag, 'key') ?? ''));
  return objectOf([...members, ...own.length === 0 ? [] : [['tags', `[${own.join()}]`] as const]]);
}

describe('what is left out of a task definition', () => {
  test('is exactly what the SDK\'s model has in TaskDefinition and not in RegisterTaskDefinition', () => {
    expect([...OUTPUT_ONLY].sort()).toEqual([...NOT_REGISTRABLE].sort());
  });

  test('is nothing that stands beside the task definition, but the tags that move into it', () => {
    expect(Object.keys(DESCRIBE_ANSWER.members)).toEqual(['taskDefinition', 'tags']);
    expect(Object.keys(REGISTER_REQUEST.members)).toContain('tags');
  });

  // The comparisons take a structure that says nothing for one that is absent.
  test('may be empty structures, since none means something by being there', () => {
    const structures = [...structuresIn(DESCRIBE_ANSWER).values()];
    expect(structures.filter(({ members }) => Object.keys(members).length === 0)).toEqual([]);
    const chosen = structures.filter(({ kind }) => kind === 'union').flatMap(({ members }) => Object.values(members));
    expect(chosen.filter(shape => 'members' in shape && shape.required === 0)).toEqual([]);
  });
});

describe('nothing else is lost', () => {
  test.each(DESCRIBED)('of $name', ({ text }) => {
    expect(printJson(registrable(parseJson(text)))).toBe(expectedBody(text));
  });

  test('of whatever the SDK\'s model allows, and of members that it does not have', () => {
    fc.assert(fc.property(answers, text => {
      expect(printJson(registrable(parseJson(text)))).toBe(expectedBody(text));
    }), { numRuns: 300 });
  });

  test('not even of tags in a form that nobody knows', () => {
    expect(registrable({ taskDefinition: { family: 'f' }, tags: { team: 'web' } })).toEqual({ family: 'f', tags: { team: 'web' } });
    expect(registrable({ taskDefinition: { family: 'f' }, tags: ['team=web'] })).toEqual({ family: 'f', tags: ['team=web'] });
  });
});

describe('the tags of AWS', () => {
  test('cannot be registered and are left out, however they are written; others keep their order', () => {
    expect(described('tags-of-aws-between-others').tags).toEqual([{ key: 'team', value: 'web' }, { key: 'awsome', value: 'stays' }, { key: 'zone', value: 'a' }]);
  });

  test.each(['tags-of-aws-alone', 'fargate-plain', 'tags-not-asked-for'])('leave no empty list, which RegisterTaskDefinition does not take: %s', name => {
    expect(described(name)).not.toHaveProperty('tags');
  });

  test('are none where the list is null', () => {
    expect(registrable({ taskDefinition: { family: 'f' }, tags: null })).toEqual({ family: 'f' });
  });
});

test.each<[unknown]>([[null], [[]], [{}], [{ taskDefinition: null }], ['text']])('an answer without a task definition is no task definition: %j', answer => {
  expect(() => registrable(answer as never)).toThrow('The answer of DescribeTaskDefinition has no task definition.');
});

test('containers are found whatever else stands in their list, and a container without a name is called so', () => {
  expect(containersOf({ containerDefinitions: [null, { name: 'web' }, 'x', { image: 'i' }] }).map(nameOf)).toEqual(['web', '(no name)']);
  expect(containersOf({})).toEqual([]);
});
