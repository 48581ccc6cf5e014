import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { run } from './run';
import { FLOOR, Language, NEWEST, NEWEST_CONSTRUCTS, ROOT } from './versions';

/** A user's project: the examples of a language, with the package of `dist/` and one aws-cdk-lib installed. */
export interface Consumer {
  readonly language: Language;
  /** The version of aws-cdk-lib. */
  readonly cdk: string;
  /** Contains a folder for each example, with its `cdk.json`. */
  readonly folder: string;
  /** With these variables, the commands of `cdk.json` find the language's tools. */
  readonly environment: NodeJS.ProcessEnv;
}

/** Files that the languages' tools write into a project. */
const MADE = /^(node_modules|target|cdk\.out|__pycache__|\.(venv|mypy_cache|pytest_cache))$/;
const CONSUMERS = join(ROOT, '.cache/consumers');
/** What the tests and the types of the Python examples are checked with, at fixed versions. */
const PYTHON_TOOLS = join(ROOT, 'checks/examples.txt');
/** Maven's local repository. The user's own may have the package of an earlier build. */
export const MAVEN_REPOSITORY = join(ROOT, '.cache/maven');
export const PACKAGE = 'cdk-postman-live-collection';

/** The consumer of an aws-cdk-lib: `floor`, `newest`, or a version. `install` must have installed it. */
export function consumer(language: Language, cdk: string): Consumer {
  const version = versionOf(language, cdk);
  const folder = join(CONSUMERS, `${language}-${version}`);
  return { language, cdk: version, folder, environment: INSTALLERS[language].environment(folder) };
}

export function versionOf(language: Language, cdk: string): string {
  return cdk === 'floor' ? FLOOR.cdk : cdk === 'newest' ? NEWEST[language] : cdk;
}

/** Installs a consumer if it is missing or has changed. The stamp is written last, so an interrupted installation starts again. */
export function install(language: Language, cdk: string): Consumer {
  const made = consumer(language, cdk);
  const constructs = made.cdk === FLOOR.cdk ? FLOOR.constructs : NEWEST_CONSTRUCTS;
  const artifact = artifactOf(language);
  const stamp = join(made.folder, 'stamp');
  const wanted = digest(artifact, examplesOf(language), PYTHON_TOOLS, __filename) + constructs;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return made;
  console.log(`Installing ${PACKAGE} for ${language}, beside aws-cdk-lib ${made.cdk}`);
  mkdirSync(made.folder, { recursive: true });
  rmSync(stamp, { force: true });
  cpSync(examplesOf(language), made.folder, { recursive: true, filter: path => !MADE.test(basename(path)) });
  INSTALLERS[language].install({ folder: made.folder, cdk: made.cdk, constructs, artifact });
  writeFileSync(stamp, wanted);
  return made;
}

interface Installation {
  readonly folder: string;
  readonly cdk: string;
  readonly constructs: string;
  /** The package: a file, or Maven's folder. */
  readonly artifact: string;
}

interface Installer {
  environment(folder: string): NodeJS.ProcessEnv;
  install(installation: Installation): void;
}

const INSTALLERS: { readonly [language in Language]: Installer } = {
  typescript: {
    environment: () => ({}),
    install({ folder, cdk, constructs, artifact }) {
      // npm keeps an installed or locked package if its name and version are the same, so remove both.
      rmSync(join(folder, 'node_modules', PACKAGE), { recursive: true, force: true });
      rmSync(join(folder, 'package-lock.json'), { force: true });
      run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', `aws-cdk-lib@${cdk}`, `constructs@${constructs}`, artifact], { cwd: folder });
    },
  },
  python: {
    environment: folder => ({
      PATH: `${join(folder, 'venv/bin')}${delimiter}${process.env.PATH}`,
      VIRTUAL_ENV: join(folder, 'venv'),
      // Without this cache, each process unpacks aws-cdk-lib, which takes longer than the app.
      JSII_RUNTIME_PACKAGE_CACHE: 'enabled',
    }),
    install({ folder, cdk, constructs, artifact }) {
      const python = join(folder, 'venv/bin/python');
      if (!existsSync(python)) run('python3', ['-m', 'venv', join(folder, 'venv')]);
      const constraints = join(folder, 'constraints.txt');
      writeFileSync(constraints, `aws-cdk-lib==${cdk}\nconstructs==${constructs}\n${PACKAGE} @ file://${artifact}\n`);
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input'];
      run(python, [...pip, '--requirement', join(folder, 'requirements.txt'), '--constraint', constraints]);
      // pip does not install a file whose version is installed already, even if its content has changed.
      run(python, [...pip, '--force-reinstall', '--no-deps', artifact]);
      run(python, [...pip, '--require-hashes', '--requirement', PYTHON_TOOLS]);
    },
  },
  java: {
    environment: () => ({ MAVEN_OPTS: mavenOptions() }),
    install({ folder, cdk, constructs, artifact }) {
      cpSync(artifact, MAVEN_REPOSITORY, { recursive: true, force: true });
      mkdirSync(join(folder, '.mvn'), { recursive: true });
      writeFileSync(join(folder, '.mvn/maven.config'), `-B\n-Dcdk.version=${cdk}\n-Dconstructs.version=${constructs}\n`);
      rmSync(join(folder, 'target'), { recursive: true, force: true });
      // Downloads the plugins and libraries for compiling and running. Surefire downloads what runs the tests only for a class that has tests.
      run('mvn', ['-q', 'test', 'exec:help', `-Dtest=${NO_TEST}`, '-Dsurefire.failIfNoSpecifiedTests=false'], { cwd: folder, env: { MAVEN_OPTS: mavenOptions() } });
    },
  },
};

/** Selects a class of tests and none of its tests. */
const NO_TEST = 'HelloTest#none';

/** Maven's local repository in this folder, and options with which the JVM starts faster. */
export function mavenOptions(): string {
  return `-Dmaven.repo.local=${MAVEN_REPOSITORY} -XX:+TieredCompilation -XX:TieredStopAtLevel=1`;
}

export function examplesOf(language: Language): string {
  return join(ROOT, 'examples', language);
}

/** @throws Error if the packages have not been built */
export function artifactOf(language: Language): string {
  const folder = join(ROOT, 'dist', language === 'typescript' ? 'js' : language);
  const found = existsSync(folder) ? readdirSync(folder) : [];
  if (language === 'java' && found.length > 0) return folder;
  const file = found.find(name => language === 'python' ? name.endsWith('.whl') : name.startsWith(PACKAGE) && name.endsWith('.tgz'));
  if (file === undefined) throw new Error(`There is no package for ${language} in ${folder}: run \`make packages\` first.`);
  return join(folder, file);
}

function digest(...paths: string[]): string {
  const hash = createHash('sha256');
  const add = (path: string) => {
    if (!statSync(path).isDirectory()) hash.update(path).update(readFileSync(path));
    else readdirSync(path).filter(name => !MADE.test(name)).forEach(name => add(join(path, name)));
  };
  paths.forEach(add);
  return hash.digest('hex');
}
