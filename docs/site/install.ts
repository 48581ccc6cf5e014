/** How to install the package, as the marked blocks of the pages say it: from the registries after a release, else from a build of the sources. */

const NAME = 'cdk-postman-live-collection';
/** The npm package with only the command line. */
const COMMAND_LINE = 'postman-live-collection';
const SOURCES = `https://github.com/cdkpostman/${NAME}.git`;
const TOOLS = 'The build needs Node 20.12, Python 3.11, a JDK 17, Maven 3.6 and make.';
const PYTHON_TOOLS = `${TOOLS} If the Python of your virtual environment is older, run \`make\` outside of it.`;
const COMMAND_LINE_TOOLS = 'The build needs Node 20.12, Python 3.11 and make.';

/** A text for each block. `version` is the version to name; before the first release it is that of a build from the sources. */
interface Texts {
  readonly released: (version: string) => string;
  readonly unreleased: string;
}

/** The version of a package that is built from the sources. */
const BUILT = '0.0.0';

const TEXTS: { readonly [block: string]: Texts } = {
  'npm': {
    released: () => shell(`npm install ${NAME}`),
    unreleased: `${notReleased('in the folder of your app')}\n\n${shell(...build('..'), `npm install ../${NAME}/dist/js/${NAME}@*.tgz`)}`,
  },
  'pip': {
    released: () => `${shell(`pip install ${NAME}`)}\n\nand add it to the app's \`requirements.txt\`.`,
    unreleased: `${notReleased('in the folder of your app, in its virtual environment', PYTHON_TOOLS)}\n\n${shell(...build('..'), `pip install ../${NAME}/dist/python/*.whl`)}`,
  },
  'maven': {
    released: version => `In the app's \`pom.xml\`:\n\n${xml(...dependency(version))}`,
    unreleased: [
      notReleased('in the folder of your app'), shell(...build('..')), "In the app's `pom.xml`, the folder of the build as a repository, and the dependency:",
      xml('<repositories>', '  <repository>', `    <id>${NAME}</id>`, `    <url>file://\${project.basedir}/../${NAME}/dist/java</url>`, '  </repository>', '</repositories>'),
      xml(...dependency(BUILT)),
    ].join('\n\n'),
  },
  'command-line': {
    released: () => [
      `There is nothing to install: \`npx ${COMMAND_LINE}\` downloads the newest version when you use it. To install it, so \`npx\` runs this version:`,
      shell(`npm install -g ${COMMAND_LINE}`),
    ].join('\n\n'),
    unreleased: [
      notReleased('in any folder', COMMAND_LINE_TOOLS),
      shell(...build('.', 'command-line'), `npm install -g ./${NAME}/dist/js/${COMMAND_LINE}-*.tgz`),
      `\`npx ${COMMAND_LINE}\` then runs the installed command line.`,
    ].join('\n\n'),
  },
  'pip-example': {
    released: () => shell(...environment(), 'pip install -r requirements-dev.txt'),
    unreleased: `${notReleased('in this folder of a clone')}\n\n${shell('make -C ../.. packages', ...environment(), 'pip install -r requirements-dev.txt --find-links ../../dist/python')}`,
  },
  'maven-example': {
    released: version => `Set the version of the library in \`pom.xml\`:\n\n${xml(`<postman-live-collection.version>${version}</postman-live-collection.version>`)}`,
    unreleased: `${notReleased("in this folder of a clone, to copy the package into Maven's local repository")}\n\n${shell('make -C ../.. packages', 'mkdir -p ~/.m2/repository', 'cp -R ../../dist/java/. ~/.m2/repository/')}`,
  },
};

const BLOCK = /^( *)<!-- install: ([\w-]+) -->\n[^]*?^ *<!-- \/install -->$/gm;

/**
 * A page with its blocks as they must be.
 *
 * @param version the released version to name; undefined before the first release
 * @throws if a block has a name that is not known
 */
export function withInstallation(page: string, version: string | undefined): string {
  return page.replace(BLOCK, (_, indent: string, name: string) => {
    const texts = TEXTS[name];
    if (texts === undefined) throw new Error(`\`<!-- install: ${name} -->\` is not one of: ${Object.keys(TEXTS).join(', ')}.`);
    const text = version === undefined ? texts.unreleased : texts.released(version);
    return [`<!-- install: ${name} -->`, ...text.split('\n'), '<!-- /install -->'].map(line => line === '' ? '' : indent + line).join('\n');
  });
}

/** A page without its blocks: the rest must not say how to install. */
export function withoutInstallation(page: string): string {
  return page.replace(BLOCK, '');
}

function notReleased(place: string, tools = TOOLS): string {
  return `**Not released yet:** build the package from the sources. ${tools} Run this ${place}:`;
}

function build(folder: string, target = 'packages'): string[] {
  return [`git clone ${SOURCES} ${folder}/${NAME}`, `make -C ${folder}/${NAME} ${target}`];
}

function environment(): string[] {
  return ['python3 -m venv .venv', 'source .venv/bin/activate'];
}

function dependency(version: string): string[] {
  return ['<dependency>', '  <groupId>io.github.cdkpostman</groupId>', `  <artifactId>${NAME}</artifactId>`, `  <version>${version}</version>`, '</dependency>'];
}

function shell(...lines: string[]): string {
  return ['```sh', ...lines, '```'].join('\n');
}

function xml(...lines: string[]): string {
  return ['```xml', ...lines, '```'].join('\n');
}
