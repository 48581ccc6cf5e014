import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { installationPages, RELEASED } from '../../docs/install';
import { withInstallation, withoutInstallation } from '../../docs/site/install';
import { program } from '../../src/cli/program';

const ROOT = resolve(__dirname, '../..');
const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');

/** A maintainer runs the commands of this page after a release. */
const FOR_MAINTAINERS = 'docs/releasing.md';

/** The commands of a page outside its blocks that install this package. */
function installations(page: string): string[] {
  const commands = [
    // `npx postman-live-collection` runs the command line, also if it is installed.
    /\b(npm (i|install)|pip install)\b[^\n`]*postman-live-collection[^\n`]*/,
    /\bnpx cdk-postman-live-collection\b.*/,
    /pip install (-r|--requirement)\b.*/,
    /<artifactId>cdk-postman-live-collection.*/,
  ];
  return withoutInstallation(page).match(new RegExp(commands.map(({ source }) => source).join('|'), 'g')) ?? [];
}

/** The commands of a page that run the command line by the name of its program. This needs an installation, and `npx` does not. */
function withoutNpx(page: string): string[] {
  return page.match(/^.*(?<!npx )(?<![\w-])postman-live-collection ecs\b.*$/gm) ?? [];
}

function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}

describe('how to install the package', () => {
  const pages = installationPages();

  test.each(pages)('%s runs the command line with npx', page => {
    expect(withoutNpx(read(page))).toEqual([]);
  });

  test('every example in the help of a verb runs the command line with npx', () => {
    const verbs = commandsOf(program());
    const helps = verbs.map(verb => {
      let help = '';
      verb.configureOutput({ writeOut: text => { help += text; } }).outputHelp();
      return /\nExamples:\n[^]*/.exec(help)?.[0] ?? '';
    });
    expect(helps.filter(help => help.includes('npx postman-live-collection ecs ')).length).toBeGreaterThan(5);
    expect(helps.flatMap(withoutNpx)).toEqual([]);
  });

  test('the check of a page finds a command without npx', () => {
    expect(withoutNpx('npx postman-live-collection ecs add\nPOSTMAN_API_KEY=<key> postman-live-collection ecs plan')).toHaveLength(1);
  });

  test('every page that runs the command line says how to install it, or links to its guide', () => {
    const using = pages.filter(page => read(page).includes('npx postman-live-collection ecs'));
    expect(using.length).toBeGreaterThan(4);
    expect(using.filter(page => !/<!-- install: command-line -->|command-line\.md/.test(read(page)))).toEqual([]);
  });

  test.each(pages)('%s says how to install the package only in the blocks that docs/install.ts writes', page => {
    expect(page === FOR_MAINTAINERS ? [] : installations(read(page))).toEqual([]);
  });

  test.each(pages)('%s says how to install the current release', page => {
    expect(withInstallation(read(page), RELEASED)).toBe(read(page));
  });

  test('every page that a new user starts with says how to install the package', () => {
    const quickStarts = ['typescript', 'python', 'java'].map(language => `docs/quick-start/${language}.md`);
    const starts = ['README.md', 'docs/index.md', 'packages/command-line/README.md', 'docs/command-line.md', ...quickStarts];
    for (const page of starts) expect(withoutInstallation(read(page))).not.toBe(read(page));
  });

  test.each([
    'npm install cdk-postman-live-collection',
    'npm i -D aws-cdk-lib cdk-postman-live-collection',
    'pip install cdk-postman-live-collection',
    'pip install -r requirements.txt',
    'pip install -r requirements-dev.txt',
    'npx cdk-postman-live-collection ecs plan',
    'npm install -g postman-live-collection',
    '<artifactId>cdk-postman-live-collection</artifactId>',
  ])('the check of a page finds `%s` outside a block', command => {
    expect(installations(`Text.\n\n\`\`\`sh\n${command}\n\`\`\`\n`)).toHaveLength(1);
  });

  test('a page says how to build from the sources before the first release, and how to install from the registries after it', () => {
    const page = ['npm', 'pip', 'maven', 'command-line'].map(block => `<!-- install: ${block} -->\n<!-- /install -->`).join('\n\n');
    expect(withInstallation(page, undefined).match(/Not released yet/g)).toHaveLength(4);
    const released = withInstallation(page, '1.2.3');
    expect(released).not.toMatch(/Not released yet|git clone/);
    expect(released.split('\n')).toEqual(expect.arrayContaining([
      'npm install cdk-postman-live-collection',
      'pip install cdk-postman-live-collection',
      '  <version>1.2.3</version>',
      'npm install -g postman-live-collection',
    ]));
    expect(withInstallation(released, undefined)).toBe(withInstallation(page, undefined));
  });

  test('a block in a list keeps its indentation', () => {
    const lines = withInstallation('   <!-- install: npm -->\n   <!-- /install -->', '1.2.3').split('\n');
    expect(lines.filter(line => line !== '' && !line.startsWith('   '))).toEqual([]);
  });

  test('a block with an unknown name is an error that lists the known ones', () => {
    expect(() => withInstallation('<!-- install: nmp -->\n<!-- /install -->', undefined)).toThrow('`<!-- install: nmp -->` is not one of: npm, pip, maven, ');
  });
});
