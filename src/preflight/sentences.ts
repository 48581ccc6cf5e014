import { Mode } from './catalog';
import { FindingId, FindingValues } from './findings';
import { API_KEY_PREFIX, Generation, GenerationName, GENERATIONS, KEY_STORES, KeyStore, keyStoreOf } from '../agent';
import { capital, list } from '../egress';

/** What a sentence is written with. */
export interface Say {
  /** An option as the face calls it, in backticks. */
  option(prop: string): string;
  /** The options of each destination, as a choice. */
  choices(all: readonly (readonly string[])[]): string;
  /** What selects an agent in the face. */
  agent(name: GenerationName): string;
  /** What runs an agent on each container instance. */
  daemon(name: GenerationName): string;
  /** The options that a text names as «prop», as the face calls them. */
  inText(text: string): string;
  /** One text or the other, by the face. */
  either(texts: { readonly [mode in Mode]: string } & { readonly file?: string; readonly stack?: string }): string;
  /** A text only if the finding is an error: what to do about it, or how to allow it. */
  ifError(text: string): string;
}

export function generationOf(name: GenerationName): Generation {
  return GENERATIONS.find(generation => generation.name === name)!;
}

function titleOf(name: GenerationName): string {
  return generationOf(name).title;
}

/** What an API key has that no key has. */
const MALFORMED: { readonly [problem in FindingValues['apiKeyMalformed']['problem']]: string } = {
  placeholder: 'is a placeholder of the documentation, or a variable that was not replaced',
  lineBreak: 'has a line break',
  blank: 'has a blank',
  quote: 'has a quotation mark',
  character: 'has a character that no key has',
};

/** Where the API key is: in a secret or in a parameter. */
const noun = (store: KeyStore = 'secretsmanager') => KEY_STORES[store].noun;

/** Creates a parameter that is encrypted. The value is not an argument, which other users of the machine can see. */
const PUT_PARAMETER = '`aws ssm put-parameter --type SecureString --name <name> --value file://<file>`';

/** What removes an agent. */
const REMOVE = { construct: '`ecs remove`', commandLine: '`ecs remove`', file: '`ecs render --remove`' };

const again = ({ either }: Say) => `Remove it with ${either(REMOVE)}, then add it again.`;

/** What was found, why it matters, and the way out. */
export const SENTENCES: { readonly [Id in FindingId]: (values: FindingValues[Id], say: Say) => string } = {
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

  networkMode: ({ task, mode, generation }, { either, daemon }) => `${task} uses network mode ${mode}, in which `
    + `${mode === 'bridge' ? 'a sidecar sees only its own traffic' : 'a sidecar sees no traffic and has no way out'}. `
    + `Use ${either({ construct: 'NetworkMode.AWS_VPC', commandLine: 'network mode awsvpc' })}${mode === 'bridge' ? `, or run one agent on each container instance with ${daemon(generation)}` : ''}.`,
  windowsTask: ({ task, family }) => `${task} is for ${family}, but the agent runs only on Linux. Run the service on Linux, or leave the agent out.`,
  arm64Image: ({ task, image }, { option }) => `${task} is for ARM64, and it is not known whether the image ${image} exists for ARM64. If it does not, ECS cannot start the agent's container. `
    + `Check it with \`docker manifest inspect ${image}\`. Otherwise run the tasks on X86_64, or set ${option('image')} to an image for ARM64.`,
  containerName: ({ task, name, image }) =>
    `${task} has a container named ${name} that runs another image, ${image}. The agent uses that name: rename the other container.`,
  duplicateAgent: ({ task, containers }, { either }) => `${task} has ${containers.length} containers that run the agent, ${list(containers)}, so every request is recorded ${containers.length === 2 ? 'twice' : `${containers.length} times`}. `
    + either({ construct: 'The sidecar adds its own: remove the others.', commandLine: `Remove them with ${either(REMOVE)}, then add the agent again.` }),
  tooManyContainers: ({ task, others }) => `${task} has ${others} containers without the agent, and ECS allows 10 in all. Remove one to make room for the agent.`,
  dependsOnAgent: ({ task, containers, agent }, face) => `In ${lowerFirst(task)}, ${list(containers)} ${containers.length === 1 ? 'waits' : 'wait'} for ${agent}, so the application does not start without the agent. `
    + face.either({ construct: 'Remove that container dependency.', commandLine: again(face) }),
  imageNotRecognized: ({ container, image, agentName }, { either }) => `Container ${container} would no longer be recognized as the agent with image ${image}. `
    + `Use an image whose name ends in /${agentName}, or remove the container with ${either(REMOVE)}, then add it again.`,
  agentInShell: ({ container }, face) => `Container ${container} starts the agent through a shell, so its flags cannot be set. ${again(face)}`,
  agentEssential: ({ container }, face) => `Container ${container} is essential: the task stops if the agent stops. ${face.either({ construct: 'Remove the override of `Essential`.', commandLine: again(face) })}`,
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
    + `Run one agent on each instance (${either({ construct: '`PostmanInsightsDaemon` or `PostmanLiveCollectionDaemon`', commandLine: '`ecs daemon add`' })}), `
    + `or use ${either({ construct: 'NetworkMode.AWS_VPC', commandLine: 'network mode awsvpc' })}.`,
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
  externalInstances: ({ service }, { either }) => {
    const runs = `Service ${service} runs on`;
    return `${either({ construct: runs, commandLine: runs, file: `Task definition ${service} is only for` })} external instances (ECS Anywhere), `
      + 'whose network and traffic cannot be checked. A sidecar needs Fargate or EC2.';
  },
  managedByCloudFormation: ({ service, stack }, { either, ifError }) => `Service ${service} is managed by the CloudFormation stack ${stack}, and the stack's next deployment would remove the agent.`
    + ifError(` Add the agent in the stack (with the AWS CDK: the sidecar construct)${either({ construct: '', commandLine: ', or use `--allow-managed`', stack: '' })}.`),
  managedByOtherTool: ({ service, tool, tag }, { either }) => `Service ${service} has the tag ${tag}. If ${tool} sets its task definition, the next run of ${tool} removes the agent. `
    + either({
      construct: `If only this app manages the service, remove the tag. Otherwise add the agent's container in the configuration of ${tool}.`,
      commandLine: `Add the agent's container in the configuration of ${tool}, too.`,
    }),
  expressMode: ({ service }) => `Service ${service} is an Express Mode service: a later update of it may remove the agent.`,
  agentOfOthers: ({ owner }) => `The service has the agent already, which ${owner === undefined ? 'no stack has added. Remove it with `npx postman-live-collection ecs remove`.'
    : `another resource has added, of stack ${owner}. Keep one of the two. If the construct was renamed or moved, deploy once without it.`}`,
  rolloutInProgress: ({ service, revision }, { either }) => `A rollout of service ${service} is in progress${revision === undefined ? '' : ` (${revision})`}. `
    + `Wait until it ends${either({ construct: '', commandLine: ', or use `--wait-for-rollout`', stack: '' })}.`,
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

  noContainerInstances: ({ cluster, capacity, generation }, { either, agent }) => {
    const found = `Cluster ${cluster} has no container instances on which a daemon can run the agent`;
    if (capacity.length === 0) {
      return `${found}. Add an auto scaling group of EC2 instances${either({ construct: '. If something else adds instances, import the cluster with Cluster.fromClusterAttributes', commandLine: '' })}.`;
    }
    const sidecar = either({ construct: agent(generation), commandLine: '`ecs add`' });
    const wayOut = capacity.every(({ is }) => is === 'windows') ? 'Add EC2 instances with Linux.' : `Use a sidecar for each service (${sidecar}), or add EC2 instances with Linux.`;
    return `${found}: ${list(unfitCapacity(capacity))}. ${wayOut}`;
  },
  instancesNotWatched: ({ cluster, capacity }) => `The daemon runs on no instance of a part of cluster ${cluster}, so the agent does not see the requests there: ${list(unfitCapacity(capacity))}.`,
  secondDaemon: ({ daemon, cluster, others }, { option, either }) => {
    const ofConstruct = (prop: string) => either({ construct: `\`${prop}\``, commandLine: '' });
    const parts = [ofConstruct('ports'), option('bpfFilter'), option('hostAllow'), option('pathAllow'), ofConstruct('placementConstraints')];
    return `Cluster ${cluster} already has an agent on each container instance, ${list(others)}, and ${daemon} would record the same requests again. `
      + `Remove one of them, or give each its own part: ${alternatives(parts.filter(part => part !== ''))}.`;
  },
  requestsSeenTwice: ({ option, bridge, others }, { option: name }) => `${name(option)} has ${bridge} and ${list(others)}: a request to a container in network mode bridge passes both, so it is recorded twice. `
    + `Use only ${bridge} for services in network mode bridge, or only the interface of the instance for services in network mode host.`,
  daemonAndSidecars: ({ daemon, cluster, services }) => `On cluster ${cluster}, ${list(services)} ${services.length === 1 ? 'has a sidecar' : 'have sidecars'} in network mode host, which ${services.length === 1 ? 'sees' : 'see'} the traffic of the whole instance, `
    + `so ${daemon} records the same requests again. Remove the sidecar${services.length === 1 ? '' : 's'}, or the daemon.`,
  nothingToWatch: ({ daemon, cluster, interfaces, modes, generation }, { option, agent, either }) => {
    const ways = [
      ...modes.includes('host') ? [`To see network mode host, name the interface of the instances in ${option('networkInterfaces')}, such as eth0 or ens5.`] : [],
      ...modes.some(mode => mode !== 'host') ? [`Use sidecars in network mode awsvpc (${either({ construct: agent(generation), commandLine: '`ecs add`' })}).`] : [],
    ];
    return `Daemon ${daemon} listens on ${list(interfaces)} and sees no requests of the known services of cluster ${cluster}, which use network mode ${list(modes)}. ${ways.join(' ')}`;
  },

  serviceNotDaemon: ({ service, cluster, problem }) => `Service ${service} of cluster ${cluster} is ${problem === 'replica' ? 'not a daemon' : 'a daemon that does not run the agent'}. Name another service with \`--service\`.`,
  daemonCoverage: ({ cluster, bridge, host, seesHost, unseen }) => {
    const all = bridge + host + unseen;
    const count = (number: number, what: string) => number === 0 ? [] : [`${number} ${what}`];
    const seen = [...count(bridge, 'in network mode bridge'), ...seesHost ? count(host, 'in network mode host') : []];
    const others = [...count(unseen, 'with networks of their own (awsvpc, Fargate)'), ...seesHost ? [] : count(host, 'in network mode host')];
    const what = all === 0 ? `Cluster ${cluster} has no other services at the moment.`
      : `Cluster ${cluster} has ${all === 1 ? 'one other service' : `${all} other services`}: the daemon sees ${seen.length === 0 ? 'none' : list(seen)}${others.length === 0 ? '' : `, and does not see ${list(others)}`}.`;
    return `${what} One agent has one destination: what it sees is recorded together.`;
  },
  everyInterface: ({ daemon }, { option }) => `The agent of daemon ${daemon} listens on every interface, so a request to a container in network mode bridge is recorded up to three times. Limit it to the bridge with ${option('networkInterfaces')} docker0.`,
  keptOfDaemon: ({ kept }) => `${capital(list(kept))} ${kept.length === 1 ? 'stays' : 'stay'}. If nothing else uses ${kept.length === 1 ? 'it' : 'them'}, delete ${kept.length === 1 ? 'it' : 'them'} yourself.`,
  roleOfOthers: ({ role }) => `Role ${role} exists, and this program has not made it. Use it with \`--execution-role ${role}\`, or name another role.`,

  apiKeySecret: (values, { option }) => {
    switch (values.problem) {
      case 'notSecretsManager': return `${option('apiKeySecret')} must be a secret of Secrets Manager, got: ${values.secret}. Import it by its complete ARN with Secret.fromSecretCompleteArn, or pass a parameter as ${option('apiKeyParameter')}.`;
      case 'ambiguousName': return `${option('apiKeySecret')} is known only by the name ${values.secret}, which ends like a complete ARN, so Secrets Manager looks for another secret. `
        + 'Import it by its complete ARN with Secret.fromSecretCompleteArn.';
      case 'partialArn': return `${option('apiKeySecret')} ${values.secret} belongs to account ${values.account}, and a secret of another account can be read only by its complete ARN. `
        + 'Import it with Secret.fromSecretAttributes.';
      case 'defaultKey': return `${option('apiKeySecret')} ${values.secret} belongs to account ${values.account}, and Secrets Manager lets no other account read a secret under its default key. `
        + 'Encrypt it with a customer managed key, and import both with Secret.fromSecretAttributes.';
    }
  },
  apiKeySources: ({ options }, { option }) => `The API key comes from one place, but ${list(options.map(option))} name a secret and a parameter. Keep one of the two.`,
  apiKeyParameter: (values, { option, either }) => {
    const { parameter } = values;
    const name = option('apiKeyParameter');
    switch (values.problem) {
      case 'madeHere': return `${name} is made by ${values.resource} of this app, so the API key would be in clear text: CloudFormation cannot make a SecureString. `
        + `Create it with ${PUT_PARAMETER}, and import it with StringParameter.fromSecureStringParameterAttributes.`;
      case 'clearText': return `${name} ${parameter} is ${either({ construct: 'imported as a parameter', commandLine: 'a parameter' })} of type ${values.type}, which keeps the API key in clear text. ${either({
        construct: `Import a SecureString with StringParameter.fromSecureStringParameterAttributes. If it does not exist, create it with ${PUT_PARAMETER}.`,
        commandLine: `Create a SecureString with ${PUT_PARAMETER}, under another name, since the type of a parameter cannot be changed.`,
      })}`;
      case 'secretReference': return `${name} ${parameter} refers to the secret ${values.secret} of Secrets Manager, which needs other permissions. Name the secret itself with ${option('apiKeySecret')}.`;
      case 'defaultKey': return `${name} ${parameter} belongs to account ${values.account}, and a SecureString that the default key encrypts cannot be shared with another account. `
        + `Encrypt it with a customer managed key${either({ construct: ', and import it with this key as its `encryptionKey`', commandLine: '' })}, or use a parameter of this account.`;
    }
  },
  parameterOfOtherAccount: ({ parameter, account }) => `The parameter ${parameter} belongs to account ${account}. Tasks can read it only if it is of the advanced tier, is shared with this account by AWS RAM, `
    + 'and its key allows this account, too. Check that, or use a parameter of this account.',
  keyChangesElsewhere: ({ key, region, account, store }, { option }) => `${option('rotateTasks')}: the ${noun(store)} ${key} is in ${[account && `account ${account}`, region && `region ${region}`].filter(Boolean).join(' and ')}, and AWS announces its changes only there. `
    + `Use a ${noun(store)} of the service's account and region, or forward the event with a rule there to the default event bus of the service's account and region.`,
  tasksNotRotated: ({ service, controller }, { option }) => `${option('rotateTasks')}: service ${service} has the ${controller} deployment controller, so ECS does not start new tasks for it. `
    + `Leave ${option('rotateTasks')} out, and ${controller === 'CODE_DEPLOY' ? 'start a deployment in CodeDeploy' : 'start new tasks with its task sets'} after the key has changed.`,
  apiKeyMalformed: ({ problem }) => `The API key in the environment ${MALFORMED[problem]}. Set POSTMAN_API_KEY to the key as Postman shows it, without blanks, line breaks and quotes.`,
  apiKeyUnusual: () => `The API key in the environment does not begin with \`${API_KEY_PREFIX}\`, as Postman's API keys do. If it is another token, the agent starts, and Postman rejects it.`,
  partialSecretArn: ({ arn }) => `The secret of the API key is known by its name, so the task definition has its ARN without the last six characters${arn === undefined ? '' : ` (${arn})`}. `
    + 'AWS documents the complete ARN: import the secret with Secret.fromSecretCompleteArn to use it.',
  encryptionKeyNotGranted: ({ key, store }) => `The ${noun(store)}'s key ${key} is imported, so this app cannot change its key policy. The execution role gets kms:Decrypt, which is enough if the key policy `
    + 'leaves the decision to IAM, as the default key policy does. Otherwise allow the role in the key policy, or no task of the service starts.',
  secretUnknown: ({ secret, permission, store }) => `It is unknown whether the ${noun(store)} ${secret} exists: the permission ${permission} is missing. If it does not exist, no task starts.`,
  secretToBeCreated: ({ secret, from }) => `The secret ${secret} will be created from ${from === 'environment' ? 'POSTMAN_API_KEY' : 'the key that the agent has in clear text'}. `
    + 'The last six characters of its ARN are not known before.',
  keyNotCompared: ({ secret, store }) => `The agent has its API key in clear text, and will get the one in the ${noun(store)} ${secret}. The two were not compared. `
    + `If the ${noun(store)} has another key, put the right one into it with ${store === 'ssm' ? '`aws ssm put-parameter --overwrite`' : '`ecs key update`'}.`,
  logGroupMissing: ({ logGroup }, { either }) => `There is no log group ${logGroup}, and ECS cannot start a container whose log group does not exist. `
    + `Create it with \`aws logs create-log-group --log-group-name ${logGroup}\`, or name another with ${either({ construct: '`logGroup`', commandLine: '`--log-group`', stack: '`logGroup`' })}.`,
  logGroupUnknown: ({ logGroup, why }) => `It is unknown whether the log group ${logGroup} exists: ${why}. If it does not, ECS cannot start the agent's container.`,
  executionRole: ({ task }, { either }) => `${task} has no execution role, and ECS needs one to read the API key. ${either({
    construct: 'Remove the override of `ExecutionRoleArn`, or name a role in it.',
    commandLine: 'Add one (`executionRoleArn`), or use `--plaintext-api-key`, which puts the key into the task definition in clear text.',
    file: 'Add one (`executionRoleArn`) that can read it.',
    stack: 'Add one (`executionRoleArn`) that can read it.',
  })}`,
  executionRoleNotGranted: ({ role, container, statements }) => `This app does not write to the execution role ${role}, so the role does not get what the agent's container ${container} needs. `
    + `Without it no task of the service starts. Add these statements to the role, where it is defined:${linesOf(statements)}`,
  executionRoleCannotReadSecret: ({ why, isExplicit, store }, { either }) => `The execution role cannot read the ${noun(store)}, so no task would start: ${why}. ${isExplicit
    ? `Remove the Deny, or use another ${noun(store)} or role: no permission overrides a Deny.`
    : either({
      construct: `Allow it with \`grantRead\` of the ${noun(store)}.`,
      commandLine: 'Use `--grant-secret-access`, which adds that one statement to the role, or add it yourself.',
      stack: `Allow it before, such as with \`grantRead\` of the ${noun(store)} and \`Role.fromRoleArn\`.`,
    })}`,
  executionRoleUnknown: ({ why, store }) => `It is unknown whether the execution role can read the ${noun(store)}: ${why}. If it cannot, no task starts and the rollout fails.`,
  secretAccessNotGranted: values => values.problem === 'taskRole'
    ? `The execution role ${values.role} is also the task role of ${values.family}, so the permission would also give the application access to the API key. `
      + 'Use an execution role of its own, or add the permission yourself.'
    : `The ${noun(values.store)} is encrypted with ${values.alias}, and the key behind that alias was not found: ${values.why}. A permission must name the key. `
      + 'Get the permission `kms:DescribeKey` on the key, or leave out `--grant-secret-access` and allow '
      + `\`${KEY_STORES[values.store ?? 'secretsmanager'].read}\` on the ${noun(values.store)} and \`kms:Decrypt\` on the key yourself.`,
  secretAccessKept: ({ policy, role, secret }) => `The inline policy ${policy} of role ${role}, which allows it to read the ${noun(keyStoreOf(secret))} ${secret}, stays: scheduled tasks and tasks without a service may need it. `
    + 'To remove it if no service uses it, use `--revoke-secret-access`.',
  secretAccessToBeRevoked: ({ policy, role, secret }) => `The inline policy ${policy} of role ${role}, which allows it to read the ${noun(keyStoreOf(secret))} ${secret}, will be removed at the end `
    + 'if no service of the account in this region uses it. Scheduled tasks and tasks without a service are not read.',
  rolloutPaused: ({ service, detail }) => `The rollout of service ${service} was not followed to its end: it is ${detail}.`,
  secretAccessRevoked: ({ policy, role, secret }) => `Removed the inline policy ${policy} of role ${role}, which allowed it to read the ${noun(keyStoreOf(secret))} ${secret}.`,
  secretAccessNotRevoked: ({ policy, role, why }) => `The inline policy ${policy} of role ${role} was not removed: ${why}.`,

  operatorPolicyWidened: ({ policy, limit, allows }) => `To have at most ${limit} characters, as IAM asks, the policy ${policy} also allows: ${allows.join('; ')}. `
    + 'To keep it exact, make several policies, each for fewer services and roles.',
  operatorPolicyTooLong: ({ policy, limit, least }) => least > limit
    ? `The policy ${policy} has at least ${least} characters without white space, and IAM takes at most ${limit} in a managed policy. Make several policies, each for fewer services and roles.`
    : `The policy ${policy} has at least ${least} characters without white space, and may have more than the ${limit} that IAM takes in a managed policy: some names are known only to CloudFormation. `
      + 'Make several policies, each for fewer services and roles, if the deployment fails.',

  egressUnreachable: ({ tasks, host, evidence }, { either, ifError }) =>
    `The tasks of ${tasks} have no way out to the internet, so ECS cannot start them with the agent, or the agent cannot reach Postman at ${host}:${linesOf(evidence)}`
    + ifError(`\n  ${either({ construct: 'To deploy it nevertheless, set `egressCheck` to `EgressCheck.WARN`.', commandLine: 'To add it nevertheless, use `--allow-unreachable`.', stack: 'To add it nevertheless, set `egressCheck` to `EgressCheck.WARN`.' })}`),
  egressUnknown: ({ tasks, evidence }, { ifError }) =>
    `It is unknown whether the tasks of ${tasks} reach the internet:${linesOf(evidence)}`
    + ifError('\n  `EgressCheck.STRICT` makes this an error. To get a warning, set `egressCheck` to `EgressCheck.ERROR`.'),
};

/** Why no daemon runs on a part of a cluster. */
const UNFIT: { readonly [is in FindingValues['instancesNotWatched']['capacity'][number]['is']]: string } = {
  fargate: 'runs each task on a machine of its own',
  managed: 'is for Managed Instances, which take daemons only by an API of their own (CreateDaemon)',
  windows: 'runs Windows, and the agent runs only on Linux',
};

function unfitCapacity(capacity: FindingValues['instancesNotWatched']['capacity']): string[] {
  return capacity.map(({ name, is }) => `${name} ${UNFIT[is]}`);
}

function linesOf(evidence: readonly string[]): string {
  return evidence.map(line => `\n  - ${line}`).join('');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** `a, b or c` */
export function alternatives(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts[texts.length - 1]}`;
}
