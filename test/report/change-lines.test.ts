import { changesBetween, JsonObject } from '../../src/edit';
import { changeLines } from '../../src/report';

/** The lines of all changes between two definitions, each as its sign and its text. */
function between(before: JsonObject, after: JsonObject): string[] {
  return changesBetween(before, after).flatMap(changeLines).map(({ sign, text }) => `${sign} ${text}`);
}

test('an added container is shown member by member, its variables and secrets one per line', () => {
  const agent = {
    name: 'agent', image: 'agent:1', essential: false, command: ['apidump', '--filter', "it's"], links: [],
    environment: [{ name: 'A', value: '1' }, { name: 'B', value: '2' }], secrets: [{ name: 'KEY', valueFrom: 'arn' }],
    ulimits: [{ name: 'nofile', softLimit: 1, hardLimit: 2 }],
  };
  expect(between({ containerDefinitions: [] }, { containerDefinitions: [agent] })).toEqual([
    '+ containerDefinitions[agent]',
    '+     image        agent:1',
    '+     essential    false',
    "+     command      apidump --filter 'it'\\''s'",
    '+     links        []',
    '+     environment  A=1',
    '+                  B=2',
    '+     secrets      KEY from arn',
    '+     ulimits      [{"name":"nofile","softLimit":1,"hardLimit":2}]',
  ]);
});

test.each<[string, JsonObject, JsonObject, string[]]>([
  ['a removed container by its image',
    { containerDefinitions: [{ name: 'agent', image: 'agent:1' }] }, { containerDefinitions: [] }, ['- containerDefinitions[agent]  agent:1']],
  ['a removed container without an image whole',
    { containerDefinitions: [{ name: 'agent' }] }, { containerDefinitions: [] }, ['- containerDefinitions[agent]  {"name":"agent"}']],
  ['a removed text', { cpu: '256' }, {}, ['- cpu  256']],
  ['a changed text', { cpu: '256' }, { cpu: '512' }, ['- cpu  256', '+ cpu  512']],
  ['an added variable', { containerDefinitions: [{ name: 'web', environment: [] }] },
    { containerDefinitions: [{ name: 'web', environment: [{ name: 'A', value: '1' }] }] }, ['+ containerDefinitions[web].environment[A]  A=1']],
  ['an added tag', { tags: [] }, { tags: [{ key: 'team', value: 'a' }] }, ['+ tags[team]  team=a']],
  ['added tags', {}, { tags: [{ key: 'team', value: 'a' }, { key: 'stage', value: 'b' }] }, ['+ tags  team=a stage=b']],
])('%s', (_, before, after, lines) => {
  expect(between(before, after)).toEqual(lines);
});

test('a changed key is not shown, and said to be new', () => {
  const withKey = (value: string) => ({ containerDefinitions: [{ name: 'web', environment: [{ name: 'POSTMAN_API_KEY', value }] }] });
  const lines = between(withKey('one'), withKey('two'));
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^- containerDefinitions\[web\]\.environment\[POSTMAN_API_KEY\]/);
  expect(lines[1].slice(1)).toBe(`${lines[0].slice(1)} (new value)`);
  expect(lines.join()).not.toMatch(/one|two/);
});
