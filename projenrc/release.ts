import { Component, ReleasableCommits, awscdk, github } from 'projen';
import { ReleaseTrigger } from 'projen/lib/release';
import { ACTIONS } from './actions';

/** How the packages are built, versioned and published. docs/releasing.md has the steps of a maintainer. */

/** The tool that publishes to all three registries. package.json and the workflow name the same version. */
export const PUBLIB = '0.2.1061';

/** npm accepts a workflow's identity in place of a token from Node 22.14 and npm 11.5.1. Node 24 has both. */
export const WORKFLOW_NODE = '24';
export const PYTHON = '3.11';
export const JAVA = '17';

/** A breaking change does not release 1.0.0; the maintainers decide that. */
const MAJOR = 0;

/** The first version of a major. Commits decide the later ones. */
const FIRST_VERSION = MAJOR === 0 ? '0.1.0' : `${MAJOR}.0.0`;

/** The commit types that cause a release, with their headings in the changelog. Other types are only counted. */
const RELEASED: Readonly<Record<string, string>> = {
  feat: 'Features',
  fix: 'Bug fixes',
  perf: 'Performance',
  revert: 'Reverts',
};
const UNRELEASED = ['docs', 'test', 'refactor', 'build', 'ci', 'chore'];

/** The types that a pull request's title may have. */
export const COMMIT_TYPES = [...Object.keys(RELEASED), ...UNRELEASED];

/** The only GitHub environment that may publish. It has the reviewers, the branch and the secrets. */
const ENVIRONMENT = 'release';

/**
 * A publishing job runs only packages that the lock file names with their hash, and no install scripts. `npx` then finds the publisher
 * here and does not ask a registry.
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

/** The publisher installs twine without a version. With PIP_NO_INDEX it finds only the packages installed here, which are checked by hash. */
const PYTHON_PUBLISHER: github.workflows.JobStep = {
  name: "Install the publisher's Python packages",
  run: ['python3 -m pip install --user --require-hashes --requirement .repo/checks/publishing.txt', 'echo "PIP_NO_INDEX=1" >> "$GITHUB_ENV"'].join('\n'),
};

export const releaseOptions = {
  keywords: [
    // Construct Hub lists packages that have the keyword `awscdk`, an open source licence and a jsii assembly.
    'awscdk', 'aws-cdk', 'cdk', 'constructs', 'jsii',
    'aws', 'ecs', 'fargate', 'sidecar', 'nat-gateway', 'postman', 'insights', 'live-collections', 'api', 'observability',
  ],
  workflowNodeVersion: WORKFLOW_NODE,
  jsiiReleaseVersion: PUBLIB,

  // A maintainer starts each release. See docs/decisions/13-released-by-hand.md.
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

  // `publishToRegistries` publishes to npm: projen's own option writes the registry's host into the workflow.
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
  // A release is built from a fresh clone, without `make setup`.
  project.testTask.prependExec('make --no-print-directory --assume-old=.cache/stamps/npm links');
  packageEverything(project);
  explainTheChangelog(project);
  nameTheReleasedVersion(project);
  compareTheApi(project);
  new NoMoreThanNeeded(project);
}

/**
 * projen packages Python and Java in the publishing jobs. Here the job without permissions packages them, after the samples are translated.
 * So publishing jobs run only the publisher, and the README of the Python package shows Python.
 */
function packageEverything(project: awscdk.AwsCdkConstructLibrary) {
  const everyLanguage = 'process.env.RELEASE || !process.env.CI';
  project.packageTask.reset();
  project.packageTask.spawn(project.tasks.tryFind('package-all')!, { condition: `node -e "process.exit(${everyLanguage} ? 0 : 1)"` });
  project.packageTask.spawn(project.tasks.tryFind('package:js')!, { condition: `node -e "process.exit(${everyLanguage} ? 1 : 0)"` });
}

/** The changelog also says how many commits it does not list, and how to see them. */
function explainTheChangelog(project: awscdk.AwsCdkConstructLibrary) {
  project.tasks.tryFind('bump')!.exec(`node projenrc/complete-changelog.mjs ${Object.keys(RELEASED).join(' ')}`);
}

/** The packages contain the README: a release writes into it how to install this version, and restores it afterwards, as with package.json. */
function nameTheReleasedVersion(project: awscdk.AwsCdkConstructLibrary) {
  project.tasks.tryFind('bump')!.exec('ts-node -T docs/install.ts --version "$(cat dist/version.txt)"');
  project.tasks.tryFind('unbump')!.exec('ts-node -T docs/install.ts');
}

/** projen's own task installs the last release without the CDK, an optional peer, and treats any failure as "no such package". */
function compareTheApi(project: awscdk.AwsCdkConstructLibrary) {
  project.tasks.tryFind('compat')!.reset('ts-node -T checks/api.ts', { receiveArgs: true });
}

/** Restrictions that the options of projen's release workflow do not cover. */
class NoMoreThanNeeded extends Component {
  preSynthesize() {
    const workflow = this.project.components.find(
      (component): component is github.GithubWorkflow => component instanceof github.GithubWorkflow && component.name === 'release',
    )!;
    const change = (id: string, how: (job: github.workflows.Job) => Partial<github.workflows.Job>) => {
      const job = workflow.getJob(id) as github.workflows.Job;
      workflow.updateJob(id, { ...job, ...how(job) });
    };

    // The last job creates the tag, with the GitHub release; this one only reads. A manual run can be started on any branch, hence the condition.
    change('release', () => ({ if: "github.ref == 'refs/heads/main'", permissions: { contents: github.workflows.JobPermission.READ } }));
    // The Central Portal has no staging profiles.
    change('release_maven', ({ steps }) => ({ steps: steps.map(step => without(step, 'MAVEN_STAGING_PROFILE_ID')) }));
    // Users find the bill of materials beside the release.
    change('release_github', ({ steps }) => ({ steps: steps.map(attachTheSbom) }));
    // The hashes in checks/publishing.txt are for this Python version.
    change('release_pypi', ({ tools }) => ({ tools: { ...tools, python: { version: PYTHON } } }));
  }
}

function attachTheSbom(step: github.workflows.JobStep): github.workflows.JobStep {
  const create = 'gh release create "$tag"';
  return step.run?.includes(create) ? { ...step, run: step.run.replace(create, `${create} dist/sbom.cdx.json`) } : step;
}

function without(step: github.workflows.JobStep, variable: string): github.workflows.JobStep {
  if (!step.env) return step;
  return { ...step, env: Object.fromEntries(Object.entries(step.env).filter(([name]) => name !== variable)) };
}
