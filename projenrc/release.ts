import { Component, ReleasableCommits, awscdk, github } from 'projen';
import { ReleaseTrigger } from 'projen/lib/release';
import { ACTIONS } from './actions';

/** How the packages are made, versioned and published. docs/releasing.md tells what a maintainer registers and presses. */

/** The publisher of all three registries, which package.json and the workflow name alike. */
export const PUBLIB = '0.2.1061';

/** npm takes a workflow's identity in place of a token from Node 22.14 and npm 11.5.1 on: Node 24 brings both. */
export const WORKFLOW_NODE = '24';
export const PYTHON = '3.11';
export const JAVA = '17';

/** 1.0.0 is a decision, and not the next breaking change. */
const MAJOR = 0;

/** The first version of a major. Later ones follow from the commits. */
const FIRST_VERSION = MAJOR === 0 ? '0.1.0' : `${MAJOR}.0.0`;

/** What a release is made for, with the heading in its changelog. Other types stand in the list of commits alone. */
const RELEASED: Readonly<Record<string, string>> = {
  feat: 'New',
  fix: 'Mended',
  perf: 'Faster',
  revert: 'Taken back',
};
const UNRELEASED = ['docs', 'test', 'refactor', 'build', 'ci', 'chore'];

/** The types that a pull request's title may have. */
export const COMMIT_TYPES = [...Object.keys(RELEASED), ...UNRELEASED];

/** The one GitHub environment that may publish: it has the reviewers, the branch and the secrets. */
const ENVIRONMENT = 'release';

/**
 * A publishing job runs nothing that the lock file does not name by its hash, and no install script. `npx` then takes the publisher from
 * here and asks no registry.
 */
const PUBLISHER: github.workflows.JobStep[] = [
  {
    name: 'Checkout',
    uses: ACTIONS.ACTIONS_CHECKOUT,
    with: { 'path': '.repo', 'persist-credentials': false },
  },
  {
    name: 'Install the publisher',
    run: ['cd .repo', 'npm ci --ignore-scripts --no-audit --no-fund', 'mv package.json package-lock.json node_modules ..'].join('\n'),
  },
];

/** The publisher installs twine without a version: what is there already, by its hash, is all that it can find. */
const PYTHON_PUBLISHER: github.workflows.JobStep = {
  name: "Install the publisher's Python packages",
  run: ['python3 -m pip install --user --require-hashes --requirement .repo/checks/publishing.txt', 'echo "PIP_NO_INDEX=1" >> "$GITHUB_ENV"'].join('\n'),
};

export const releaseOptions = {
  keywords: [
    // Construct Hub lists packages that carry `awscdk`, an open licence and a jsii assembly.
    'awscdk', 'aws-cdk', 'cdk', 'constructs', 'jsii',
    'aws', 'ecs', 'fargate', 'sidecar', 'nat-gateway', 'postman', 'live-collections', 'api', 'observability',
  ],
  workflowNodeVersion: WORKFLOW_NODE,
  jsiiReleaseVersion: PUBLIB,

  // Nothing is published before a maintainer asks for it. See docs/decisions/13-released-by-hand.md.
  releaseTrigger: ReleaseTrigger.workflowDispatch(),
  releasableCommits: ReleasableCommits.ofType(Object.keys(RELEASED)),
  majorVersion: MAJOR,
  nextVersionCommand: `node -p "process.env.LATEST_TAG ? '' : '${FIRST_VERSION}'"`,
  versionrcOptions: {
    types: [
      ...Object.entries(RELEASED).map(([type, section]) => ({ type, section })),
      ...UNRELEASED.map(type => ({ type, hidden: true })),
    ],
  },
  releaseWorkflowSetupSteps: [
    { name: 'Setup Java', uses: ACTIONS.ACTIONS_SETUP_JAVA, with: { 'distribution': 'corretto', 'java-version': JAVA } },
    { name: 'Setup Python', uses: ACTIONS.ACTIONS_SETUP_PYTHON, with: { 'python-version': PYTHON } },
  ],
  postBuildSteps: [{ name: 'Compare the API with that of the last release', run: 'npx projen compat' }],

  // `publishToRegistries` publishes to npm: projen's own way names the registry's host in the workflow.
  releaseToNpm: false,
  publishToPypi: {
    distName: 'cdk-postman-live-collection',
    module: 'cdk_postman_live_collection',
    trustedPublishing: true,
    githubEnvironment: ENVIRONMENT,
    prePublishSteps: [...PUBLISHER, PYTHON_PUBLISHER],
  },
  publishToMaven: {
    javaPackage: 'io.github.cdkpostman.livecollection',
    mavenGroupId: 'io.github.cdkpostman',
    mavenArtifactId: 'cdk-postman-live-collection',
    mavenServerId: 'central-ossrh',
    githubEnvironment: ENVIRONMENT,
    prePublishSteps: PUBLISHER,
  },
} satisfies Partial<awscdk.AwsCdkConstructLibraryOptions>;

export function publishToRegistries(project: awscdk.AwsCdkConstructLibrary) {
  project.release!.publisher.publishToNpm({
    trustedPublishing: true,
    npmProvenance: true,
    githubEnvironment: ENVIRONMENT,
    prePublishSteps: PUBLISHER,
  });
  project.tryFindObjectFile('package.json')!.addOverride('jsii.targets.python.classifiers', ['Framework :: AWS CDK', 'Framework :: AWS CDK :: 2']);

  project.addTask('audit', { description: 'Look for known vulnerabilities in what the package carries', exec: 'ts-node -T checks/audit.ts', receiveArgs: true });
  // A release is built from a fresh clone, which `make setup` has not been run in.
  project.testTask.prependExec('make --no-print-directory --assume-old=.cache/stamps/npm links');
  packageEverything(project);
  explainTheChangelog(project);
  compareTheApi(project);
  new NoMoreThanNeeded(project);
}

/**
 * projen packages Python and Java in the jobs that publish. Here the job without permissions does, after the samples have been translated,
 * so that those that publish run nothing but the publisher, and the README of a Python package shows Python.
 */
function packageEverything(project: awscdk.AwsCdkConstructLibrary) {
  const everyLanguage = 'process.env.RELEASE || !process.env.CI';
  project.packageTask.reset();
  project.packageTask.spawn(project.tasks.tryFind('package-all')!, { condition: `node -e "process.exit(${everyLanguage} ? 0 : 1)"` });
  project.packageTask.spawn(project.tasks.tryFind('package:js')!, { condition: `node -e "process.exit(${everyLanguage} ? 1 : 0)"` });
}

/** What has no type, or one that is not released, is not lost: the changelog says how many there are and where they stand. */
function explainTheChangelog(project: awscdk.AwsCdkConstructLibrary) {
  project.tasks.tryFind('bump')!.exec(`node projenrc/complete-changelog.mjs ${Object.keys(RELEASED).join(' ')}`);
}

/** projen's task asks npm to install the last release, which leaves the CDK out, an optional peer, and takes any failure for a package that does not exist. */
function compareTheApi(project: awscdk.AwsCdkConstructLibrary) {
  project.tasks.tryFind('compat')!.reset('ts-node -T checks/api.ts', { receiveArgs: true });
}

/** What the options of projen's release workflow leave open. */
class NoMoreThanNeeded extends Component {
  preSynthesize() {
    const workflow = this.project.components.find(
      (component): component is github.GithubWorkflow => component instanceof github.GithubWorkflow && component.name === 'release',
    )!;
    const change = (id: string, how: (job: github.workflows.Job) => Partial<github.workflows.Job>) => {
      const job = workflow.getJob(id) as github.workflows.Job;
      workflow.updateJob(id, { ...job, ...how(job) });
    };

    // The tag is made with the GitHub release, by the last job: this one reads. A run by hand may be started on any branch.
    change('release', () => ({ if: "github.ref == 'refs/heads/main'", permissions: { contents: github.workflows.JobPermission.READ } }));
    // The Central Portal has no staging profiles.
    change('release_maven', ({ steps }) => ({ steps: steps.map(step => without(step, 'MAVEN_STAGING_PROFILE_ID')) }));
    // The hashes in checks/publishing.txt are those that this Python takes.
    change('release_pypi', ({ tools }) => ({ tools: { ...tools, python: { version: PYTHON } } }));
  }
}

function without(step: github.workflows.JobStep, variable: string): github.workflows.JobStep {
  if (!step.env) return step;
  return { ...step, env: Object.fromEntries(Object.entries(step.env).filter(([name]) => name !== variable)) };
}
