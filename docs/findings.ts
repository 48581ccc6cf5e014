import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INSIGHTS, LIVE_COLLECTION } from '../src/agent';
import { capital, EgressFacts, EgressJudge, explainEgress, Fact, Route } from '../src/egress';
import { statementText } from '../src/permissions';
import {
  CATALOG, COMMAND_LINE_WORDS, CONSTRUCT_WORDS, Finding, FINDING_IDS, FindingId, FindingValues, messagesOf, Mode, Severity, severityOf, Words,
} from '../src/preflight';
import { subnet, task } from '../test/egress/build';

/** Writes docs/findings.md from the catalog: `ts-node -T docs/findings.ts`. With `--check` it only compares. */
const PAGE = join(__dirname, 'findings.md');

const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:postman/api-key-a1fp5a';
const GRANTED = { policy: 'postman-live-collection-postman-api-key-5f0c1d6b7a3e9248', role: 'execution', secret: SECRET };

/** A task on Fargate whose subnet has no route, or routes that are unknown. */
function networkOf(id: string, routes: Fact<readonly Route[]>): EgressFacts {
  return task(subnet(routes, { id }), { host: INSIGHTS.hosts.US, startup: {} });
}

const DENIED = { unknown: 'the route tables of subnet subnet-1 could not be read: the permission ec2:DescribeRouteTables is missing' };

/** Values with which the page shows each message. */
const EXAMPLES: { readonly [Id in FindingId]: FindingValues[Id] } = {
  invalidOption: { option: 'rateLimitPerMinute', wanted: 'a number above zero, in requests a minute', found: '0', wayOut: 'leave it out for the agent\'s own 1000' },
  destination: { problem: 'incomplete', options: ['workspaceId'], missing: ['systemEnvironmentId'] },
  otherGeneration: { option: 'dataRegion', generation: 'live-collection', ofGeneration: 'insights' },
  imageOfOtherGeneration: { image: 'public.ecr.aws/postman/postman-insights-agent:v0.40.1', generation: 'live-collection', ofGeneration: 'insights' },
  payloadsSent: { option: 'reproMode' },
  payloadsNotSent: { option: 'alwaysCapturePayloads', needs: 'reproMode' },
  unpinnedImage: { image: INSIGHTS.image },
  hostExpressionEndsBeforePort: { option: 'hostAllow', expression: '^api\\.example\\.com$' },
  proxyCredentialsInClear: { option: 'proxyUrl', proxy: 'http://***@proxy.example.com:3128' },
  agentMemoryLow: { limit: 512, need: 700, rate: 1000, isMeasured: false },
  networkMode: { task: 'The task definition', mode: 'bridge', generation: 'insights' },
  windowsTask: { task: 'The task definition', family: 'WINDOWS_SERVER_2022_CORE' },
  arm64Image: { task: 'The task definition', image: LIVE_COLLECTION.image },
  containerName: { task: 'The task definition', name: 'postman-lc-agent', image: 'public.ecr.aws/nginx/nginx:1.27' },
  duplicateAgent: { task: 'The task definition', containers: ['lca', 'postman-lc-agent'] },
  tooManyContainers: { task: 'The task definition', others: 10 },
  dependsOnAgent: { task: 'The task definition', containers: ['web'], agent: 'postman-lc-agent' },
  imageNotRecognized: { container: 'postman-lc-agent', image: 'example.com/mirror/agent:1.0', agentName: 'postman-lc-agent' },
  agentInShell: { container: 'postman-lc-agent' },
  agentEssential: { container: 'postman-lc-agent' },
  plaintextApiKey: { container: 'postman-lc-agent' },
  oldRevisionsKeepKey: { container: 'postman-insights-agent' },
  httpsCapture: { container: 'postman-insights-agent', flag: '--enable-https-capture' },
  stopTimeoutLow: { container: 'postman-lc-agent', stopTimeout: 2 },
  shortTask: { task: 'Shop/Report' },
  agentContainerOverridden: { task: 'Task definition Shop/Task', problem: 'merged', agent: 'postman-lc-agent', index: 1, found: 'worker' },
  proxyConfiguration: { task: 'The task definition' },
  tooLarge: { bytes: 65849 },
  sharedTaskDefinition: { runner: 'service Shop/Orders' },
  sharedHostNetwork: { service: 'orders', others: ['billing'] },
  nothingLeft: {},
  nothingEssential: {},
  taskMemoryFull: { task: 1024, limits: 1024 },
  taskMemoryLow: { task: 512, left: 256, silent: ['web'], need: 356, rate: 1000 },
  cpuOverTask: { own: 256, others: 128, task: 256 },
  agentMemoryOverTask: { option: 'memoryLimitMiB', own: 700, others: 512, task: 1024 },
  serviceNotActive: { service: 'orders', status: 'DRAINING' },
  codeDeployNotRolledOut: { service: 'orders' },
  otherTaskDefinition: { service: 'Shop/Service', found: 'orders:7', wanted: 'Shop/Task' },
  taskDefinitionUnknown: { service: 'Shop/Service', found: '<Shop/Definition>', wanted: 'Shop/Task' },
  latestRevisionNotRolledOut: { service: 'Shop/Service', found: 'orders' },
  externalController: { service: 'orders', controller: 'EXTERNAL' },
  externalInstances: { service: 'orders' },
  managedByCloudFormation: { service: 'orders', stack: 'orders-stack' },
  managedByOtherTool: { service: 'orders', tool: 'Terraform', tag: 'ManagedBy=Terraform' },
  expressMode: { service: 'orders' },
  agentOfOthers: { owner: 'agents' },
  rolloutInProgress: { service: 'orders', revision: 'orders:7' },
  revisionInactive: { service: 'orders', revision: 'orders:1' },
  serviceConnect: { service: 'orders' },
  tlsInContainer: { service: 'orders', targetGroup: 'orders-tls', protocol: 'HTTPS' },
  assignPublicIp: { service: 'orders' },
  platformVersion: { runner: 'service orders', version: '1.3.0' },
  noContainerInstances: { cluster: 'shop', capacity: [{ name: 'FARGATE', is: 'fargate' }], generation: 'insights' },
  instancesNotWatched: { cluster: 'shop', capacity: [{ name: 'Shop/Windows', is: 'windows' }] },
  secondDaemon: { daemon: 'agents', cluster: 'shop', others: ['other-agents'] },
  requestsSeenTwice: { option: 'networkInterfaces', bridge: 'docker0', others: ['ens5'] },
  daemonAndSidecars: { daemon: 'agents', cluster: 'shop', services: ['orders'] },
  nothingToWatch: { daemon: 'agents', cluster: 'shop', interfaces: ['docker0'], modes: ['awsvpc'], generation: 'insights' },
  serviceNotDaemon: { service: 'orders', cluster: 'shop', problem: 'replica' },
  daemonCoverage: { cluster: 'shop', bridge: 3, host: 1, seesHost: false, unseen: 2 },
  everyInterface: { daemon: 'agents' },
  keptOfDaemon: { kept: ['role shop-eu-west-1-postman-insights-daemon', 'log group /ecs/shop/postman-insights-daemon'] },
  roleOfOthers: { role: 'shop-eu-west-1-postman-insights-daemon' },
  apiKeySecret: { problem: 'ambiguousName', secret: 'postman-secret' },
  apiKeySources: { options: ['apiKeySecret', 'apiKeyParameter'] },
  apiKeyParameter: { problem: 'clearText', parameter: '/postman/api-key', type: 'String' },
  keyChangesElsewhere: { key: 'postman/api-key', region: 'us-east-1' },
  tasksNotRotated: { service: 'Shop/Orders', controller: 'CODE_DEPLOY' },
  parameterOfOtherAccount: { parameter: '/postman/api-key', account: '444455556666' },
  apiKeyMalformed: { problem: 'lineBreak' },
  apiKeyUnusual: {},
  partialSecretArn: { arn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:postman/api-key' },
  encryptionKeyNotGranted: { key: 'Shop/Key' },
  secretUnknown: { secret: SECRET, permission: 'secretsmanager:DescribeSecret' },
  secretToBeCreated: { secret: 'postman/api-key', from: 'environment' },
  keyNotCompared: { secret: 'postman/api-key' },
  logGroupMissing: { logGroup: '/ecs/agent' },
  logGroupUnknown: { logGroup: '/ecs/agent', why: 'the permission logs:DescribeLogGroups is missing' },
  executionRole: { task: 'The task definition' },
  executionRoleNotGranted: {
    role: 'Shop/ExecutionRole',
    container: 'postman-lc-agent',
    statements: [statementText({ actions: ['secretsmanager:GetSecretValue'], resources: [SECRET] }), statementText({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: ['arn:aws:logs:eu-west-1:111122223333:log-group:<Shop/Task/PostmanAgentLogGroup>:*'] })],
  },
  executionRoleCannotReadSecret: { why: `role execution is not allowed secretsmanager:GetSecretValue on ${SECRET} (IAM: implicitDeny)` },
  executionRoleUnknown: { why: 'the permissions of role execution could not be read: the permission iam:SimulatePrincipalPolicy is missing, and the permission iam:ListRolePolicies is missing' },
  secretAccessNotGranted: { problem: 'taskRole', role: 'execution', family: 'orders' },
  secretAccessKept: GRANTED,
  secretAccessToBeRevoked: GRANTED,
  rolloutPaused: { service: 'orders', detail: 'paused by a hook at POST_TEST_TRAFFIC_SHIFT: call ContinueServiceDeployment to continue' },
  secretAccessRevoked: GRANTED,
  secretAccessNotRevoked: { policy: GRANTED.policy, role: GRANTED.role, why: 'web in cluster shop uses it' },
  operatorPolicyWidened: { policy: 'Shop/Operators', limit: 6144, allows: ['reading the policies of all roles'] },
  operatorPolicyTooLong: { policy: 'Shop/Operators', limit: 6144, least: 7012 },
  egressUnreachable: { tasks: 'service orders', host: INSIGHTS.hosts.US, evidence: explainEgress(new EgressJudge().judge(networkOf('subnet-2', []))) },
  egressUnknown: { tasks: 'service orders', evidence: explainEgress(new EgressJudge().judge(networkOf('subnet-1', DENIED))) },
};

const FACES: readonly (readonly [title: string, words: Words])[] = [['construct', CONSTRUCT_WORDS], ['command line', COMMAND_LINE_WORDS]];

/** How each mode calls its severities. */
const SEVERITIES: { readonly [mode in Mode]: { readonly [severity in Severity]: string } } = {
  construct: { error: 'error', warning: 'warning', info: 'note' },
  commandLine: { error: 'refused', warning: 'warning', info: 'note' },
};

const INTRODUCTION = `# Findings

Everything that the construct reports at synthesis and the command line reports of a plan, by id. Both follow the same rules, so the same facts give the same ids.
Each message ends with the address of its section here.

| | construct | command line |
|---|---|---|
| error, refused | synthesis fails | the service is refused: exit code 5, nothing is written |
| warning | an annotation with the id \`cdk-postman-live-collection:<id>\`, which can be acknowledged | shown with the plan, and the command continues |
| note | shown once for each app | shown with the plan |

A message is shown as it is printed for a service \`orders\`. Names and numbers are those of your service.
`;

function page(): string {
  return [INTRODUCTION, index(), ...FINDING_IDS.map(section)].join('\n');
}

function index(): string {
  return ['| id | |', '|---|---|', ...FINDING_IDS.map(id => `| [\`${id}\`](#${id.toLowerCase()}) | ${CATALOG[id].title} |`), ''].join('\n');
}

function section(id: FindingId): string {
  const { title, onlyIn, help } = CATALOG[id];
  const faces = FACES.filter(([, { mode }]) => onlyIn === undefined || onlyIn === mode);
  const severities = faces.map(([name, { mode }]) => `${name}: ${severityName(id, mode)}`).join('; ');
  const messages = faces.map(([name, words]) => [name, messageOf(id, words)] as const);
  const isOne = new Set(messages.map(([, message]) => message)).size === 1;
  const blocks = isOne ? [block(messages[0][1])] : messages.map(([name, message]) => `The ${name} prints:\n\n${block(message)}`);
  return [`## ${id}`, '', `${title}. *${capital(severities)}.*`, '', blocks.join('\n\n'), '', help, ''].join('\n');
}

function block(message: string): string {
  return ['```text', message, '```'].join('\n');
}

/** What is wrong with the arguments or the environment ends the command line before there is a service to refuse. */
const WRONG_USAGE: readonly FindingId[] = ['invalidOption', 'destination', 'otherGeneration', 'imageOfOtherGeneration', 'apiKeySources', 'apiKeyMalformed'];

function severityName(id: FindingId, mode: Mode): string {
  return mode === 'commandLine' && WRONG_USAGE.includes(id) ? 'usage error, exit code 2' : SEVERITIES[mode][severityOf(id, mode)];
}

/** Without the address, which is that of the section itself. */
function messageOf(id: FindingId, words: Words): string {
  const [{ message }] = messagesOf([{ id, values: EXAMPLES[id] } as Finding], words);
  return message.replace(/\s+See https:\S+$/, '');
}

const text = page();
if (!process.argv.includes('--check')) {
  writeFileSync(PAGE, text);
} else if (readFileSync(PAGE, 'utf8') !== text) {
  console.error('docs/findings.md is not the page of the catalog: run `npx ts-node -T docs/findings.ts` and commit it.');
  process.exitCode = 1;
}
