import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { installationPages, RELEASED } from '../../docs/install';
import { withInstallation, withoutInstallation } from '../../docs/site/install';

const ROOT = resolve(__dirname, '../..');
const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');

/** A maintainer runs the commands of this page after a release. */
const FOR_MAINTAINERS = 'docs/releasing.md';

/** The commands of a page outside its blocks that install this package. */
function installations(page: string): string[] {
  const commands = [
    /\b(npm (i|install)|pip install|npx)\b[^\n`]*postman-live-collection[^\n`]*/,
    /pip install (-r|--requirement)\b.*/,
    /<artifactId>cdk-postman-live-collection.*/,
  ];
  return withoutInstallation(page).match(new RegExp(commands.map(({ source }) => source).join('|'), 'g')) ?? [];
}

describe('how to install the package', () => {
  const pages = installationPages();

  test.each(pages)('%s says how to install the package only in the blocks that docs/install.ts writes', page => {
    expect(page === FOR_MAINTAINERS ? [] : installations(read(page))).toEqual([]);
  });

  test.each(pages)('%s says how to install the current release', page => {
    expect(withInstallation(read(page), RELEASED)).toBe(read(page));
  });

  test('every page that a new user starts with says how to install the package', () => {
    const starts = ['README.md', 'docs/command-line.md', 'docs/quick-start/typescript.md', 'docs/quick-start/python.md', 'docs/quick-start/java.md'];
    for (const page of starts) expect(withoutInstallation(read(page))).not.toBe(read(page));
  });

  test.each([
    'npm install cdk-postman-live-collection',
    'npm i -D aws-cdk-lib cdk-postman-live-collection',
    'pip install cdk-postman-live-collection',
    'pip install -r requirements.txt',
    'npx cdk-postman-live-collection ecs plan',
    '`npx postman-live-collection`',
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
      'npm install -g cdk-postman-live-collection',
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
