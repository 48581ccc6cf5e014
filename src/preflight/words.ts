import { CATALOG, Mode, Severity, severityOf } from './catalog';
import { choicesIn } from './destination';
import { Finding, FindingId, FindingValues } from './findings';
import { Generation, GenerationName, GENERATIONS, OPTIONS, OptionRow } from '../agent';
import { capital, list } from '../egress';

/** The page that explains every finding. */
const PAGE = 'https://github.com/cdkpostman/cdk-postman-live-collection/blob/main/docs/findings.md';

/** How one face of the product speaks: the construct to people who write an app, the command line to people who type. */
export interface Words {
  readonly mode: Mode;
  /** How the face calls an option, by the construct's property. */
  option(prop: string): string;
  /** What selects an agent in the face: its construct, or the options of its destinations. */
  agent(generation: Generation): string;
}

/** Options that are not the agent's own, by property. */
const OTHER_FLAGS: { readonly [prop: string]: string } = { apiKeySecret: '--api-key-secret', apiKeySecretField: '--api-key-secret-field' };

export const CONSTRUCT_WORDS: Words = { mode: 'construct', option: prop => prop, agent: ({ sidecar }) => `\`${sidecar}\`` };

export const COMMAND_LINE_WORDS: Words = commandLineWords();

/** @param rows the table of options */
export function commandLineWords(rows: readonly OptionRow[] = OPTIONS): Words {
  const option = (prop: string) => rows.find(row => row.prop === prop)?.flag ?? OTHER_FLAGS[prop] ?? prop;
  return { mode: 'commandLine', option, agent: ({ name }) => choices(choicesIn(rows.filter(({ generations }) => generations.includes(name))), option) };
}

/** The options of each destination, as a choice. */
function choices(all: readonly (readonly string[])[], option: (prop: string) => string): string {
  return alternatives(all.map(props => props.map(prop => `\`${option(prop)}\``).join(' with ')));
}

/** `a, b or c` */
function alternatives(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts[texts.length - 1]}`;
}

/** A finding as it is reported. */
export interface Message {
  readonly severity: Severity;
  readonly id: FindingId;
  /** The sentences, without the address. */
  readonly text: string;
  /** Where the finding is explained. */
  readonly address: string;
  /** The sentences with the address at their end. */
  readonly message: string;
}

/** What a user's choice makes of findings, e.g. `EgressCheck.WARN` or `--allow-managed`. */
export type Severities = { readonly [id in FindingId]?: Severity };

/** The findings in the words of a face, each with the address of its explanation at the end. */
export function messagesOf(findings: readonly Finding[], words: Words, severities: Severities = {}): Message[] {
  return findings.map(found => {
    const severity = severities[found.id] ?? severityOf(found.id, words.mode);
    const sentence = SENTENCES[found.id] as unknown as (values: unknown, say: Say) => string;
    const text = sentence(found.values, say(words, severity));
    const address = addressOf(found.id);
    return { severity, id: found.id, text, address, message: `${text}${text.includes('\n') ? '\n  ' : ' '}See ${address}` };
  });
}

/** Where a finding is explained. */
export function addressOf(id: FindingId): string {
  return `${PAGE}#${id.toLowerCase()}`;
}

/** What a sentence is written with. */
interface Say {
  /** An option as the face calls it, in backticks. */
  option(prop: string): string;
  /** The options of each destination, as a choice. */
  choices(all: readonly (readonly string[])[]): string;
  /** What selects an agent in the face. */
  agent(name: GenerationName): string;
  /** The options that a text names as «prop», as the face calls them. */
  inText(text: string): string;
  /** One text or the other, by the face. */
  either(texts: { readonly [mode in Mode]: string }): string;
  /** A text only if the finding is an error: what to do about it, or how to allow it. */
  ifError(text: string): string;
}

function say({ mode, option, agent }: Words, severity: Severity): Say {
  return {
    option: prop => `\`${option(prop)}\``,
    choices: all => choices(all, option),
    agent: name => agent(generationOf(name)),
    inText: text => text.replace(/«(\w+)»/g, (_, prop: string) => `\`${option(prop)}\``),
    either: texts => texts[mode],
    ifError: text => severity === 'error' ? text : '',
  };
}

function generationOf(name: GenerationName): Generation {
  return GENERATIONS.find(generation => generation.name === name)!;
}

function titleOf(name: GenerationName): string {
  return generationOf(name).title;
}

const AGAIN = 'Remove it with `ecs remove`, then add it again.';

/** What was found, why it matters, and the way out. */
const SENTENCES: { readonly [Id in FindingId]: (values: FindingValues[Id], say: Say) => string } = {
  invalidOption: ({ option, wanted, found, wayOut }, { option: name, inText }) =>
    `${name(option)} must be ${inText(wanted)}, got: ${found}${wayOut === undefined ? '.' : `; ${inText(wayOut)}.`}`,
  destination: (values, { option, choices: choicesOf }) => {
    const named = (props: readonly string[]) => list(props.map(option));
    switch (values.problem) {
      case 'none': return `The agent needs a destination. Set ${choicesOf(values.choices)}.`;
      case 'several': return `The agent has one destination, but ${named(values.options)} name more than one. Keep one of them.`;
      case 'incomplete': return `${named(values.options)} needs ${named(values.missing)}, too: a workspace is named by both of these UUIDs. Postman shows both in the command that it offers for the agent.`;
      case 'part': return `${option(values.option)} has a meaning only with ${option(values.needs)}. Set ${option(values.needs)}, or leave ${option(values.option)} out.`;
    }
  },
  otherGeneration: ({ option, generation, ofGeneration }, { option: name, agent }) =>
    `${name(option)} is an option of the ${titleOf(ofGeneration)}, and this is the ${titleOf(generation)}. Leave it out, or use the ${titleOf(ofGeneration)}: ${agent(ofGeneration)}.`,
  imageOfOtherGeneration: ({ image, generation, ofGeneration }, { option, agent }) =>
    `${option('image')} ${image} holds the ${titleOf(ofGeneration)}, not the ${titleOf(generation)}. `
    + `Leave ${option('image')} out, or use the ${titleOf(ofGeneration)}: ${agent(ofGeneration)}.`,
  payloadsSent: ({ option }, { option: name }) => `With ${name(option)} the agent sends headers and bodies of requests and responses to Postman, after it has redacted `
    + `what it recognizes as sensitive. Check that your rules for data allow this, or leave ${name(option)} out.`,
  payloadsNotSent: ({ option, needs }, { option: name }) => `${name(option)} has no effect without ${name(needs)}. Set ${name(needs)}, too, or leave ${name(option)} out.`,
  unpinnedImage: ({ image }, { option }) =>
    `${image} names no version, so tasks that start later may run another agent. Set ${option('image')} to a digest (…@sha256:…) or a version to run the same agent everywhere.`,
  hostExpressionEndsBeforePort: ({ option, expression }, { option: name }) =>
    `${name(option)} has ${expression}, which matches no host that carries a port, such as api.example.com:8080: the agent compares the Host header with its port. `
    + 'End it with `(:\\d+)?$`, or remove the `$`.',
  proxyCredentialsInClear: ({ option, proxy }, { option: name }) =>
    `${name(option)} has a user or a password (${proxy}), which everyone who may describe the task definition can read. Use a proxy that admits the tasks by their address.`,
  agentMemoryLow: ({ limit, need, rate, isMeasured }, { option }) =>
    `${option('memoryLimitMiB')} is ${limit} MiB, but ${isMeasured ? `the agent was measured to use ${need} MB` : `Postman asks for at least ${need} MiB`} at ${rate} captured requests a minute. `
    + `ECS kills the agent if it uses more than its limit. Raise the limit, or lower ${option('rateLimitPerMinute')}.`,

  networkMode: ({ task, mode }, { either }) => `${task} uses network mode ${mode}, in which ${mode === 'bridge' ? 'a sidecar sees only its own traffic' : 'a sidecar sees no traffic and has no way out'}. `
    + `Use ${either({ construct: 'NetworkMode.AWS_VPC', commandLine: 'network mode awsvpc' })}${mode === 'bridge' ? ', or run one agent on each container instance in host mode (a daemon service)' : ''}.`,
  windowsTask: ({ task, family }) => `${task} is for ${family}, but the agent runs only on Linux. Run the service on Linux, or leave the agent out.`,
  arm64Image: ({ task, image }, { option }) => `${task} is for ARM64, and it is not known whether the image ${image} exists for ARM64. If it does not, ECS cannot start the agent's container. `
    + `Check it with \`docker manifest inspect ${image}\`. Otherwise run the tasks on X86_64, or set ${option('image')} to an image for ARM64.`,
  containerName: ({ task, name, image }) =>
    `${task} has a container named ${name} that runs another image, ${image}. The agent uses that name: rename the other container.`,
  duplicateAgent: ({ task, containers }, { either }) => `${task} has ${containers.length} containers that run the agent, ${list(containers)}, so every request is recorded ${containers.length === 2 ? 'twice' : `${containers.length} times`}. `
    + either({ construct: 'The sidecar adds its own: remove the others.', commandLine: 'Remove them with `ecs remove`, then add the agent again.' }),
  tooManyContainers: ({ task, others }) => `${task} has ${others} containers without the agent, and ECS allows 10 in all. Remove one to make room for the agent.`,
  dependsOnAgent: ({ task, containers, agent }, { either }) => `In ${lowerFirst(task)}, ${list(containers)} ${containers.length === 1 ? 'waits' : 'wait'} for ${agent}, so the application does not start without the agent. `
    + either({ construct: 'Remove that container dependency.', commandLine: AGAIN }),
  imageNotRecognized: ({ container, image, agentName }) => `Container ${container} would no longer be recognized as the agent with image ${image}. `
    + `Use an image whose name ends in /${agentName}, or remove the container with \`ecs remove\`, then add it again.`,
  agentInShell: ({ container }) => `Container ${container} starts the agent through a shell, so its flags cannot be set. ${AGAIN}`,
  agentEssential: ({ container }, { either }) => `Container ${container} is essential: the task stops if the agent stops. ${either({ construct: 'Remove the override of `Essential`.', commandLine: AGAIN })}`,
  plaintextApiKey: ({ container }, { option }) => `Container ${container} has the API key in clear text, which everyone who may describe the task definition can read. `
    + `Name a secret with ${option('apiKeySecret')} to move it to Secrets Manager.`,
  oldRevisionsKeepKey: ({ container }) => `The API key of container ${container} moves to a secret, but old revisions of the task definition keep it in clear text. `
    + 'Create a new key in Postman, put it into the secret with `ecs key update`, and revoke the old one.',
  httpsCapture: ({ container, flag }) => `Container ${container} captures HTTPS (\`${flag}\`), which Fargate cannot: it needs eBPF, with the capabilities CAP_BPF and CAP_PERFMON and the host's /proc and /sys/fs/bpf. `
    + 'Remove the flag, and let the load balancer end TLS, so the agent sees HTTP.',
  stopTimeoutLow: ({ container, stopTimeout }) => `ECS kills container ${container} ${stopTimeout} seconds after it stops the task, and the agent needs about 5 seconds to send what it has. `
    + 'Set its `stopTimeout` to 10 seconds or more, or leave it out for 30 seconds.',
  shortTask: ({ task }) => `Task definition ${task} runs tasks that end by themselves. The agent sees only the requests that arrive while it runs, and it sends what it has every 30 seconds and when the task stops. `
    + 'A task that ends in its first seconds may send nothing.',
  agentContainerOverridden: values => {
    switch (values.problem) {
      case 'missing': return `${values.task} has no container ${values.agent} in the template, so the service would run without the agent: its list of containers is replaced, or was resolved before the sidecar was added. `
        + 'Add containers with `addContainer`, and override only single members of them.';
      case 'merged': return `In ${lowerFirst(values.task)}, an override of ContainerDefinitions.${values.index} is merged into the container ${values.agent}, which is then named ${values.found} and gets the API key. `
        + 'The agent is always the last container. Add the other container with `addContainer`, or use the index of the container that is meant.';
      case 'changed': return `In ${lowerFirst(values.task)}, an override of ContainerDefinitions.${values.index} changes ${values.member} of the container ${values.agent}, so it does not ${values.member === 'Secrets' ? 'get the API key' : 'run the agent'}. `
        + 'Remove the override, and use the options of the construct.';
    }
  },
  proxyConfiguration: ({ task }) => `${task} has a proxy configuration (App Mesh). The agent's own traffic goes through that proxy unless its user or port is exempt `
    + '(`IgnoredUID`, `EgressIgnoredPorts`), and the agent sees each request twice.',
  tooLarge: ({ bytes }) => `With the agent the task definition has ${bytes} bytes, and ECS allows 65536. Move environment variables to a file (\`environmentFiles\`) or to parameters.`,
  sharedTaskDefinition: ({ runner }) => `${capital(runner)} runs the same task definition, so its tasks also run the agent, but its network is not checked, and it does not wait for the grant on the secret. `
    + 'Add a sidecar with the same options to the service, or a task sidecar to the task definition.',
  sharedHostNetwork: ({ service, others }, { either }) => `Service ${service} uses network mode host on the same cluster as ${list(others)}, and each has an agent. `
    + 'On an instance that runs tasks of several of them, each agent sees the traffic of all, so requests are recorded more than once, and for the wrong service. '
    + `Run one agent on each instance (a daemon service), or use ${either({ construct: 'NetworkMode.AWS_VPC', commandLine: 'network mode awsvpc' })}.`,
  nothingLeft: () => 'The agent is the only container of the task definition. Delete the service instead.',
  nothingEssential: () => 'Without the agent no container of the task definition is essential, and ECS does not accept such a task definition. Make another container essential first.',

  taskMemoryFull: ({ task, limits }) => `The task has ${task} MiB, and the hard limits of its containers use ${limits} MiB, so nothing is left for the agent. Give the task at least 300 MiB more.`,
  taskMemoryLow: ({ task, left, silent, need, rate }, { option }) => `The task has ${task} MiB, and ${left} MiB are left for the agent`
    + `${silent.length === 0 ? '' : `: ${list(silent)} ${silent.length === 1 ? 'sets no memory limit' : 'set no memory limits'} and may use half of the task's memory`}. `
    + `The agent needs about ${need} MB at ${rate} captured requests a minute. Give the task more memory, or lower ${option('rateLimitPerMinute')}.`,
  cpuOverTask: ({ own, others, task }, { option }) => `${option('cpu')} asks for ${own} CPU units, the other containers for ${others}, but the task has ${task}. ECS refuses such a task definition. `
    + `Leave ${option('cpu')} out, so the agent shares the task's CPU, or give the task more CPU.`,
  agentMemoryOverTask: ({ option, own, others, task }, { option: name }) => others === undefined
    ? `${name(option)} is ${own} MiB, but the task has ${task} MiB. ECS refuses a container whose limit is above its task's memory. Set it to ${task} or less, leave it out, or give the task more memory.`
    : `${name(option)} asks for ${own} MiB, the other containers for ${others} MiB, but the task has ${task} MiB. ECS refuses such a task definition. `
      + `Leave ${name(option)} out, so the agent shares the task's memory, or give the task more memory.`,

  serviceNotActive: ({ service, status }) => `Service ${service} is ${status}: it ${status === 'DRAINING' ? 'is being deleted' : 'has been deleted'}. Create it again, or select another service.`,
  codeDeployNotRolledOut: ({ service }, { either }) => `Service ${service} is deployed by CodeDeploy${either({
    construct: ': CloudFormation registers the task definition with the agent, but tasks get it only with the next CodeDeploy deployment. Start one after this stack is deployed.',
    commandLine: '; ECS does not allow other deployments. Register a task definition with the agent, and deploy it with CodeDeploy.',
  })}`,
  otherTaskDefinition: ({ service, found, wanted }) => `Service ${service} does not run the task definition ${wanted}, which has the agent, but ${found}. `
    + 'Remove the override of `TaskDefinition` or `taskDefinitionRevision`, or add the agent to the other task definition.',
  taskDefinitionUnknown: ({ service, found, wanted }) => `It is unknown whether service ${service} runs the task definition ${wanted}, which has the agent: an override of \`TaskDefinition\` names ${found}. `
    + 'Remove the override, or check its value.',
  latestRevisionNotRolledOut: ({ service, found }) => `Service ${service} names only the family ${found} (TaskDefinitionRevision.LATEST), so CloudFormation starts no deployment if the task definition changes: tasks get the agent with the next deployment. `
    + 'Leave `taskDefinitionRevision` out, or start a deployment after this stack is deployed.',
  externalController: ({ service, controller }) =>
    `Service ${service} has the ${controller} deployment controller: its task sets decide what runs. Add the agent to the task definition of the task sets.`,
  externalInstances: ({ service }) => `Service ${service} runs on external instances (ECS Anywhere), whose network and traffic cannot be checked. A sidecar needs Fargate or EC2.`,
  managedByCloudFormation: ({ service, stack }, { ifError }) => `Service ${service} is managed by the CloudFormation stack ${stack}, and the stack's next deployment would remove the agent.`
    + ifError(' Add the agent in the stack (with the AWS CDK: the sidecar construct), or use `--allow-managed`.'),
  managedByOtherTool: ({ service, tool, tag }, { either }) => `Service ${service} has the tag ${tag}. If ${tool} sets its task definition, the next run of ${tool} removes the agent. `
    + either({
      construct: `If only this app manages the service, remove the tag. Otherwise add the agent's container in the configuration of ${tool}.`,
      commandLine: `Add the agent's container in the configuration of ${tool}, too.`,
    }),
  expressMode: ({ service }) => `Service ${service} is an Express Mode service: a later update of it may remove the agent.`,
  rolloutInProgress: ({ service, revision }) => `A rollout of service ${service} is in progress${revision === undefined ? '' : ` (${revision})`}. Wait until it ends, or use \`--wait-for-rollout\`.`,
  revisionInactive: ({ service, revision }) => `Service ${service} runs ${revision}, which has been deregistered. To go back, a copy of it would be registered.`,
  serviceConnect: ({ service }, { option }) => `Service ${service} publishes a port by Service Connect: a proxy in the task takes the incoming requests and passes them on to the container, `
    + `so the agent may see each request twice. If requests are recorded twice, limit the agent to one interface with ${option('networkInterfaces')}, or filter packets with ${option('bpfFilter')}.`,
  tlsInContainer: ({ service, targetGroup, protocol }) => `Target group ${targetGroup} of service ${service} has the protocol ${protocol}: requests reach the task encrypted, and the agent reads only plain HTTP. `
    + 'It sees them only if a container of the task ends TLS and passes them on as HTTP. '
    + `Otherwise let the load balancer end TLS: use the protocol ${protocol === 'HTTPS' ? 'HTTP' : 'TCP'} for the target group.`,
  assignPublicIp: ({ service }, { either }) => `Service ${service} sets assignPublicIp, which ECS rejects for tasks on EC2. `
    + `Remove it${either({ construct: '', commandLine: ' from the service' })}, and place the tasks in private subnets with a NAT gateway.`,
  platformVersion: ({ runner, version }, { either }) => `${capital(runner)} uses Fargate platform version ${version}, which has no container restart policies. `
    + `Use 1.4.0 or later${either({ construct: ', or set `enableRestartPolicy: false`', commandLine: ': `aws ecs update-service --platform-version LATEST`' })}.`,

  apiKeySecret: (values, { option }) => {
    switch (values.problem) {
      case 'notSecretsManager': return `${option('apiKeySecret')} must be a secret of Secrets Manager, got: ${values.secret}. Import it by its complete ARN with Secret.fromSecretCompleteArn.`;
      case 'ambiguousName': return `${option('apiKeySecret')} is known only by the name ${values.secret}, which ends like a complete ARN, so Secrets Manager looks for another secret. `
        + 'Import it by its complete ARN with Secret.fromSecretCompleteArn.';
      case 'partialArn': return `${option('apiKeySecret')} ${values.secret} belongs to account ${values.account}, and a secret of another account can be read only by its complete ARN. `
        + 'Import it with Secret.fromSecretAttributes.';
      case 'defaultKey': return `${option('apiKeySecret')} ${values.secret} belongs to account ${values.account}, and Secrets Manager lets no other account read a secret under its default key. `
        + 'Encrypt it with a customer managed key, and import both with Secret.fromSecretAttributes.';
    }
  },
  partialSecretArn: ({ arn }) => `The secret of the API key is known by its name, so the task definition has its ARN without the last six characters${arn === undefined ? '' : ` (${arn})`}. `
    + 'AWS documents the complete ARN: import the secret with Secret.fromSecretCompleteArn to use it.',
  encryptionKeyNotGranted: ({ key }) => `The secret's key ${key} is imported, so this app cannot change its key policy. The execution role gets kms:Decrypt, which is enough if the key policy `
    + 'leaves the decision to IAM, as the default key policy does. Otherwise allow the role in the key policy, or no task of the service starts.',
  secretUnknown: ({ secret, permission }) => `It is unknown whether the secret ${secret} exists: the permission ${permission} is missing. If it does not exist, no task starts.`,
  secretToBeCreated: ({ secret, from }) => `The secret ${secret} will be created from ${from === 'environment' ? 'POSTMAN_API_KEY' : 'the key that the agent has in clear text'}. `
    + 'The last six characters of its ARN are not known before.',
  keyNotCompared: ({ secret }) => `The agent has its API key in clear text, and will get the one in the secret ${secret}. The two were not compared. `
    + 'If the secret has another key, put the right one into it with `ecs key update`.',
  logGroupMissing: ({ logGroup }) => `There is no log group ${logGroup}, and ECS cannot start a container whose log group does not exist. `
    + `Create it with \`aws logs create-log-group --log-group-name ${logGroup}\`, or name another with \`--log-group\`.`,
  logGroupUnknown: ({ logGroup, why }) => `It is unknown whether the log group ${logGroup} exists: ${why}. If it does not, ECS cannot start the agent's container.`,
  executionRole: ({ task }, { either }) => `${task} has no execution role, and ECS needs one to read the secret of the API key. ${either({
    construct: 'Remove the override of `ExecutionRoleArn`, or name a role in it.',
    commandLine: 'Add one (`executionRoleArn`), or use `--plaintext-api-key`, which puts the key into the task definition in clear text.',
  })}`,
  executionRoleNotGranted: ({ role, container, statements }) => `This app does not write to the execution role ${role}, so the role does not get what the agent's container ${container} needs. `
    + `Without it no task of the service starts. Add these statements to the role, where it is defined:${linesOf(statements)}`,
  executionRoleCannotReadSecret: ({ why }) => `The execution role cannot read the secret, so no task would start: ${why}. Use \`--grant-secret-access\`, which adds that one statement to the role, or add it yourself.`,
  executionRoleUnknown: ({ why }) => `It is unknown whether the execution role can read the secret: ${why}. If it cannot, no task starts and the rollout fails.`,

  egressUnreachable: ({ tasks, host, evidence }, { either, ifError }) =>
    `The tasks of ${tasks} have no way out to the internet, so ECS cannot start them with the agent, or the agent cannot reach Postman at ${host}:${linesOf(evidence)}`
    + ifError(`\n  ${either({ construct: 'To deploy it nevertheless, set `egressCheck` to `EgressCheck.WARN`.', commandLine: 'To add it nevertheless, use `--allow-unreachable`.' })}`),
  egressUnknown: ({ tasks, evidence }, { ifError }) =>
    `It is unknown whether the tasks of ${tasks} reach the internet:${linesOf(evidence)}`
    + ifError('\n  `EgressCheck.STRICT` makes this an error. To get a warning, set `egressCheck` to `EgressCheck.ERROR`.'),
};

function linesOf(evidence: readonly string[]): string {
  return evidence.map(line => `\n  - ${line}`).join('');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The ids of the catalog, in its order. */
export const FINDING_IDS = Object.keys(CATALOG) as FindingId[];
