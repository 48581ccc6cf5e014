import { Attachment } from './attachment';
import { checkImage, Finding, isAgentImage, judgeHeadroom, judgeSizes } from '../agent';
import { hostKind } from './network/host-kind';
import { isCfnResource, isRole, isUnresolved, Token, TokenComparison } from './tree/loaded';
import { ServiceInTree } from './tree/services';
import { StageIndex } from './tree/stage-index';

/** ECS takes ten containers in a task definition. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const MOST_CONTAINERS = 10;

/** Everything but egress that can be known to be wrong, or worth a word, once the tree is finished. */
export function checkService(index: StageIndex, at: ServiceInTree, attachment: Attachment): Finding[] {
  const [first] = attachment.services.keys();
  const ofService = [...checkPlatform(index, at, attachment), ...checkController(at)];
  // What holds for the task definition is said once, however many services run it.
  return at.service === first ? [...ofService, ...checkTaskDefinition(index, at, attachment)] : ofService;
}

function checkTaskDefinition(index: StageIndex, at: ServiceInTree, attachment: Attachment): Finding[] {
  return [
    ...checkNetworkMode(at),
    ...checkContainers(at, attachment),
    ...checkMemory(at, attachment),
    ...checkGrants(attachment),
    ...checkProxy(at),
    ...checkSharing(index, at, attachment),
    ...checkImageName(index, attachment),
    ...attachment.apiKey.findings,
  ];
}

const error = (id: string, message: string): Finding => ({ severity: 'error', id, message });
const warning = (id: string, message: string): Finding => ({ severity: 'warning', id, message });

function checkNetworkMode(at: ServiceInTree): Finding[] {
  const mode = at.taskDefinition.NetworkMode ?? 'bridge';
  if (mode === 'bridge') {
    return [error('networkMode', `Task definition ${at.service.taskDefinition.node.path} uses network mode bridge, in which a sidecar sees its own traffic alone. `
      + 'Use NetworkMode.AWS_VPC, or run one agent on each container instance in host mode (a daemon service).')];
  }
  if (mode === 'none') {
    return [error('networkMode', `Task definition ${at.service.taskDefinition.node.path} uses network mode none, which has no traffic to see and no way out. Use NetworkMode.AWS_VPC.`)];
  }
  return [];
}

function checkPlatform(index: StageIndex, at: ServiceInTree, attachment: Attachment): Finding[] {
  const findings: Finding[] = [];
  const family = at.taskDefinition.RuntimePlatform?.OperatingSystemFamily;
  if (typeof family === 'string' && family.startsWith('WINDOWS')) {
    findings.push(error('windows', `Task definition ${at.service.taskDefinition.node.path} is for ${family}; the agent runs on Linux alone.`));
  }
  const kind = hostKind(index, at.resource, at.properties);
  if (kind === 'EXTERNAL') {
    findings.push(error('external', `Service ${at.service.node.path} runs on external instances (ECS Anywhere), whose network and traffic cannot be judged here. `
      + 'A sidecar needs Fargate or EC2.'));
  }
  if (kind === 'EC2' && at.properties.NetworkConfiguration?.AwsvpcConfiguration?.AssignPublicIp === 'ENABLED') {
    findings.push(error('assignPublicIp', `Service ${at.service.node.path} sets assignPublicIp, which ECS rejects for tasks on EC2. `
      + 'Remove it and place the tasks in private subnets with a NAT gateway.'));
  }
  if (/^1\.[0-3]\./.test(at.properties.PlatformVersion ?? '') && attachment.options.agent.restartPolicy !== false) {
    findings.push(error('platformVersion', `Service ${at.service.node.path} uses Fargate platform version ${at.properties.PlatformVersion}, which has no container restart policies. `
      + 'Use 1.4.0 or later, or set `restartPolicy: false`.'));
  }
  return findings;
}

function checkController(at: ServiceInTree): Finding[] {
  const type = at.properties.DeploymentController?.Type;
  if (type === 'EXTERNAL') {
    return [error('externalController', `Service ${at.service.node.path} has the EXTERNAL deployment controller: its task sets, not this template, say what runs. `
      + 'Add the agent where the task sets are made.')];
  }
  if (type === 'CODE_DEPLOY') {
    return [warning('codeDeployNotRolledOut', `Service ${at.service.node.path} is deployed by CodeDeploy: CloudFormation registers the task definition with the agent, `
      + 'but the tasks get it with the next CodeDeploy deployment only. Start one after this stack is deployed.')];
  }
  return [];
}

function checkContainers(at: ServiceInTree, attachment: Attachment): Finding[] {
  const findings: Finding[] = [];
  const path = at.service.taskDefinition.node.path;
  const others = otherContainers(at, attachment);
  const { containerName } = attachment.container;
  for (const other of others) {
    if (other.Name === containerName) {
      findings.push(error('containerName', `Task definition ${path} has another container named ${containerName}, from image ${describeImage(other.Image)}. `
        + 'The agent uses that name: rename the other container, or remove it where it is the agent added by hand.'));
    } else if (typeof other.Image === 'string' && isAgentImage(other.Image)) {
      findings.push(error('agentTwice', `Container ${other.Name} of task definition ${path} runs the agent already (${other.Image}). `
        + 'Two agents would record every request twice: remove that container, the sidecar adds its own.'));
    }
    if (dependsOn(other, containerName)) {
      findings.push(error('dependsOnAgent', `Container ${other.Name} of task definition ${path} waits for ${containerName}. `
        + 'The application must start without the agent: remove that container dependency.'));
    }
  }
  if (others.length >= MOST_CONTAINERS) {
    findings.push(error('tooManyContainers', `Task definition ${path} has ${others.length} containers without the agent, and ECS takes ${MOST_CONTAINERS}. Remove one to make room for the agent.`));
  }
  return findings;
}

function describeImage(image: unknown): string {
  return typeof image === 'string' ? image : 'known only to CloudFormation';
}

function dependsOn(container: any, name: string): boolean {
  return Array.isArray(container.DependsOn) && container.DependsOn.some((dependency: any) => dependency.ContainerName === name);
}

/** The task definition's containers but for the agent's, which is the last of its name and image. */
function otherContainers(at: ServiceInTree, attachment: Attachment): readonly any[] {
  const all: readonly any[] = Array.isArray(at.taskDefinition.ContainerDefinitions) ? at.taskDefinition.ContainerDefinitions : [];
  const { containerName } = attachment.container;
  const ours = all.map(container => container.Name).lastIndexOf(containerName);
  return all.filter((_, index) => index !== ours);
}

function checkMemory(at: ServiceInTree, attachment: Attachment): Finding[] {
  const { agent } = attachment.options;
  const known = (value: unknown) => typeof value === 'number' && !isUnresolved(value) ? value : undefined;
  // CloudFormation takes a task's sizes as text.
  const size = (value: unknown) => typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : known(value);
  const taskMemoryMiB = size(at.taskDefinition.Memory);
  const others = otherContainers(at, attachment).map(({ Name, Cpu, Memory, MemoryReservation }) => ({
    name: String(Name), cpu: known(Cpu), memory: known(Memory), memoryReservation: known(MemoryReservation),
  }));
  const memory = known(agent.memoryLimitMiB);
  const findings = judgeSizes({
    taskCpu: size(at.taskDefinition.Cpu),
    taskMemoryMiB,
    others,
    agent: { cpu: known(agent.cpu), memory, memoryReservation: known(agent.memoryReservationMiB) },
  });
  const headroom = taskMemoryMiB === undefined ? undefined
    : judgeHeadroom({ taskMemoryMiB, containers: others, rateLimit: known(agent.rateLimit), memoryLimitMiB: memory });
  return headroom ? [...findings, headroom] : findings;
}

/** Whether the grant stands in a policy of some template. */
function checkGrants(attachment: Attachment): Finding[] {
  const { executionRole: role, container } = attachment;
  // An owned role has policies; so has an imported one that may be changed. For the rest the CDK says "granted" and writes nothing.
  const foreign = Token.compareStrings(role.env.account, container.taskDefinition.stack.account) === TokenComparison.DIFFERENT;
  const written = !foreign && (isRole(role) || role.node.findAll().some(isCfnResource));
  return written ? [] : [warning('executionRoleNotGranted', `Execution role ${role.node.path} cannot be changed by this app, so that it does not get `
    + `the permissions of the agent's container ${container.containerName}. Without secretsmanager:GetSecretValue on ${describeImage(attachment.apiKey.arn)} `
    + 'no task of the service starts: add it to the role where the role is made.')];
}

/** App Mesh and the like put a proxy before every container of the task. */
function checkProxy(at: ServiceInTree): Finding[] {
  return at.taskDefinition.ProxyConfiguration === undefined ? [] : [warning('proxyConfiguration',
    `Task definition ${at.service.taskDefinition.node.path} has a proxy configuration (App Mesh): the agent's own traffic goes through the proxy unless its user or port is exempt, `
    + 'and the agent sees each request twice, before and behind the proxy.')];
}

/** A service that runs the same task definition runs the agent too, in a network that nobody has looked at. */
function checkSharing(index: StageIndex, at: ServiceInTree, attachment: Attachment): Finding[] {
  const known = [...attachment.services.keys()].map(service => service.node.defaultChild);
  const identity = index.identity(at.properties.TaskDefinition, at.resource) ?? '';
  const unseen = (index.by('AWS::ECS::Service', 'TaskDefinition').get(identity) ?? []).filter(service => !known.includes(service));
  return unseen.map(service => warning('sharedTaskDefinition',
    `Service ${service.node.scope?.node.path} runs the same task definition and so the agent too, but has no sidecar of its own, so that its network is not checked and it does not wait for the secret's grant. `
    + 'Add a sidecar with the same options to it.'));
}

function checkImageName(index: StageIndex, attachment: Attachment): Finding[] {
  const { imageName } = attachment.container;
  return isUnresolved(imageName) ? [] : index.once(`image ${imageName}`, () => checkImage(imageName));
}
