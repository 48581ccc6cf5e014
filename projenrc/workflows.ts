import { awscdk, github } from 'projen';
import { UpgradeDependenciesSchedule } from 'projen/lib/javascript';
import { ACTIONS } from './actions';
import { COMMIT_TYPES, JAVA, PYTHON, WORKFLOW_NODE } from './release';

/** The workflows on GitHub, except the release: the tests, the matrix of CDK and Node, security scans, upgrades, the site. */

const { JobPermission } = github.workflows;
const READ = { contents: JobPermission.READ };
const RUNS_ON = ['ubuntu-latest'];
const MONDAY_MORNING = [{ cron: '17 4 * * 1' }];

const CHECKOUT: github.workflows.JobStep = { name: 'Checkout', uses: ACTIONS.ACTIONS_CHECKOUT, with: { 'persist-credentials': false } };
const SETUP_JAVA: github.workflows.JobStep = { name: 'Setup Java', uses: ACTIONS.ACTIONS_SETUP_JAVA, with: { 'distribution': 'corretto', 'java-version': JAVA } };
const SETUP_PYTHON: github.workflows.JobStep = { name: 'Setup Python', uses: ACTIONS.ACTIONS_SETUP_PYTHON, with: { 'python-version': PYTHON } };

function node(version: string): github.workflows.JobStep {
  return { name: 'Setup Node.js', uses: ACTIONS.ACTIONS_SETUP_NODE, with: { 'node-version': version, 'package-manager-cache': false } };
}

export const workflowOptions = {
  // `make test` checks more than projen's build. Authors run `npx projen` themselves, so no workflow pushes to a pull request.
  buildWorkflow: false,
  depsUpgrade: true,
  depsUpgradeOptions: {
    workflowOptions: { schedule: UpgradeDependenciesSchedule.WEEKLY },
    // Days. Malicious versions are usually found within a week.
    cooldown: 7,
  },
  githubOptions: {
    mergify: false,
    dependencyReview: true,
    dependencyReviewOptions: { commentSummaryInPr: 'never' },
    // The title of a pull request becomes the commit's subject. It decides the next version, and is in the changelog.
    pullRequestLintOptions: { semanticTitleOptions: { types: COMMIT_TYPES } },
  },
} satisfies Partial<awscdk.AwsCdkConstructLibraryOptions>;

export function addWorkflows(project: awscdk.AwsCdkConstructLibrary) {
  // A newer commit cancels the tests of an older one on the same branch. Publishing the site is not cancelled.
  const workflow = (name: string, cancelInProgress = true) => new github.GithubWorkflow(project.github!, name, {
    limitConcurrency: true,
    concurrencyOptions: { group: '${{ github.workflow }}-${{ github.ref }}', cancelInProgress },
  });

  testWorkflow(workflow('test'));
  compatibilityWorkflow(workflow('compatibility'));
  securityWorkflow(workflow('security'));
  siteWorkflow(workflow('site', false));

  // Upgrades the locks of the Python packages in the same pull request as those of npm.
  project.upgradeWorkflow!.postUpgradeTask.exec('checks/lock --upgrade');
}

function testWorkflow(workflow: github.GithubWorkflow) {
  workflow.on({ pullRequest: {}, push: { branches: ['main'] }, workflowDispatch: {} });
  workflow.addJobs({
    test: {
      name: 'make test',
      runsOn: RUNS_ON,
      permissions: READ,
      steps: [CHECKOUT, node(WORKFLOW_NODE), SETUP_JAVA, SETUP_PYTHON, { name: 'Test', run: 'make test' }],
    },
    api: {
      name: 'The API against the last release',
      runsOn: RUNS_ON,
      permissions: READ,
      steps: [CHECKOUT, node(WORKFLOW_NODE), { name: 'Install', run: 'npm ci' }, { name: 'Compile', run: 'npx projen compile' }, { name: 'Compare', run: 'npx projen compat' }],
    },
  });
}

function compatibilityWorkflow(workflow: github.GithubWorkflow) {
  workflow.on({ pullRequest: {}, schedule: MONDAY_MORNING, workflowDispatch: {} });
  workflow.addJobs({
    compatibility: {
      name: 'CDK ${{ matrix.cdk }}, Node ${{ matrix.node }}',
      runsOn: RUNS_ON,
      permissions: READ,
      strategy: { failFast: false, matrix: { domain: { cdk: ['floor', 'newest'], node: ['20', '22', '24'] } } },
      steps: [CHECKOUT, node('${{ matrix.node }}'), SETUP_JAVA, SETUP_PYTHON, { name: 'Test', run: 'make compatibility CDK=${{ matrix.cdk }}' }],
    },
  });
}

function securityWorkflow(workflow: github.GithubWorkflow) {
  workflow.on({ pullRequest: {}, push: { branches: ['main'] }, schedule: MONDAY_MORNING, workflowDispatch: {} });
  workflow.addJobs({
    codeql: {
      name: 'CodeQL, ${{ matrix.language }}',
      runsOn: RUNS_ON,
      permissions: { ...READ, securityEvents: JobPermission.WRITE },
      strategy: { failFast: false, matrix: { domain: { language: ['javascript-typescript', 'python', 'java-kotlin', 'actions'] } } },
      steps: [
        CHECKOUT,
        { name: 'Initialize', uses: ACTIONS.CODEQL_INIT, with: { 'languages': '${{ matrix.language }}', 'build-mode': 'none' } },
        { name: 'Analyze', uses: ACTIONS.CODEQL_ANALYZE, with: { category: '/language:${{ matrix.language }}' } },
      ],
    },
    audit: {
      name: 'Known vulnerabilities in what is shipped',
      runsOn: RUNS_ON,
      permissions: READ,
      steps: [CHECKOUT, node(WORKFLOW_NODE), { name: 'Install', run: 'npm ci' }, { name: 'Audit', run: 'npx projen audit' }],
    },
  });
}

function siteWorkflow(workflow: github.GithubWorkflow) {
  workflow.on({ push: { branches: ['main'], paths: ['docs/**', 'README.md', 'API.md'] }, workflowDispatch: {} });
  workflow.addJobs({
    build: {
      runsOn: RUNS_ON,
      permissions: READ,
      steps: [
        CHECKOUT, node(WORKFLOW_NODE), SETUP_PYTHON,
        { name: 'Build', run: 'make site BASE=/cdk-postman-live-collection/' },
        { name: 'Upload', uses: ACTIONS.UPLOAD_PAGES_ARTIFACT, with: { path: '.cache/site' } },
      ],
    },
    deploy: {
      needs: ['build'],
      runsOn: RUNS_ON,
      permissions: { pages: JobPermission.WRITE, idToken: JobPermission.WRITE },
      environment: { name: 'github-pages', url: '${{ steps.deployment.outputs.page_url }}' },
      steps: [{ id: 'deployment', name: 'Deploy', uses: ACTIONS.DEPLOY_PAGES }],
    },
  });
}
