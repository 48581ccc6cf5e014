import { checkWords } from '../../checks/words';

function found(file: string, ...lines: string[]): string[] {
  return checkWords(file, lines.join('\n')).map(({ line, found: phrase, instead }) => `${line} ${phrase} -> ${instead}`);
}

describe('the check of words', () => {
  test('the check of words finds a phrase in Markdown, also across a line break and in a code block', () => {
    const page = ['# Title', '', 'See that the subnet has a route. Use it where', 'there is one.', '', '```text', 'This mends both.', '```'];
    expect(found('page.md', ...page)).toEqual([
      '3 See that -> check that', '3 where there is -> if there is', '7 mends -> fix',
    ]);
  });

  test('the check of words finds a phrase in a string and in each part of a template', () => {
    expect(found('file.ts', "const a = 'Nobody knows.';", 'const b = `${a} is none`;', 'const c = `without a word ${a} alone ${b}`;')).toEqual([
      '1 Nobody -> the user, another deployment, …', '2 is none -> is not one, does not exist, …', '3 without a word -> silently', '3 alone -> only',
    ]);
  });

  test('the check of words finds a phrase in a docstring, also across a line break', () => {
    const file = ['interface Props {', '  /**', '   * ECS registered it otherwise', '   * than planned.', '   */', '  readonly a: string;', '}'];
    expect(found('file.ts', ...file)).toEqual(['3 otherwise than -> differently from']);
  });

  test('the check of words does not read code and other comments', () => {
    expect(found('file.ts', '// Nobody sees that.', 'const remark = nobody => mend(whoever);', "import { remarks } from './other';")).toEqual([]);
  });

  test('the check of words accepts plain sentences', () => {
    const sentences = [
      'Check that the subnet has a route to the internet.',
      'The name is undefined if there is none.',
      'If there is no secret, the command creates it.',
      'The rollout is left alone.',
      'A process stands in for each container.',
      'The port must be 1-65535.',
      'The amendment is recommended.',
      'Run `ecs status` to check it.',
    ];
    expect(found('page.md', ...sentences)).toEqual([]);
    expect(found('file.ts', ...sentences.map(sentence => `say(\`${sentence.replace(/`/g, '\\`')}\`);`))).toEqual([]);
  });
});
