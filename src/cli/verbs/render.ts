import { usage } from '../../aws/calls/failure';
import { agentFor, withAddition, Addition } from '../../aws/plan/revision-plan';
import { remainingContainers } from '../../aws/plan/task-facts';
import { agentsIn, generationIn, hasApiKey, hasPlaintextKey, isList, JsonObject, textIn, withoutAgent } from '../../edit';
import { Fact, HostKind } from '../../egress';
import { checkRemoval, FILE_WORDS, finding, Finding, Message, messagesOf } from '../../preflight';
import { containerText, DefinitionFault, DefinitionFaultKind, DefinitionFile, readDefinition } from '../../render';
import { Context } from '../context';
import { ExitCode } from '../exit-codes';
import { formatOf, RenderFlags, RenderRequest, renderRequest } from '../render-request';
import { nameOfSource, readSource } from '../source';

/** A file with the agent, or without it. */
export interface Rendered {
  readonly action: 'add' | 'update' | 'remove' | 'none' | 'refuse';
  /** Undefined if it is refused. */
  readonly text?: string;
  readonly messages: readonly Message[];
}

/** `ecs render`: the agent's container, or a task definition file with it, from the flags and the file only. */
export async function render({ output }: Context, flags: RenderFlags): Promise<ExitCode> {
  const { taskDefinition } = flags;
  const format = taskDefinition === undefined || flags.format !== undefined ? formatOf(flags) : undefined;
  const request = flags.remove ? undefined : renderRequest(flags);
  if (request && format) {
    output.print(containerText(containerOf(request), format));
    for (const { id, message } of request.notes) output.note(`${message} [${id}]`);
    output.note(NOT_CHECKED);
    return ExitCode.DONE;
  }
  const { action, text, messages } = rendered(await readSource(taskDefinition!), nameOfSource(taskDefinition!), request);
  for (const { severity, id, message } of messages) output.note(`${severity === 'error' ? 'refused: ' : ''}${message} [${id}]`);
  if (text === undefined) return ExitCode.REFUSED;
  output.print(text);
  output.note(SAID[action]);
  return ExitCode.DONE;
}

const NOT_CHECKED = 'Nothing was read from AWS, so the network, the API key and the execution role are not checked. Run `ecs plan` for the service to check them.';

const SAID: { readonly [action in Rendered['action']]: string } = {
  add: `Added the agent. ${NOT_CHECKED}`,
  update: `Changed the agent. ${NOT_CHECKED}`,
  remove: 'Removed the agent.',
  none: 'Nothing has to be changed: the output is the input.',
  refuse: '',
};

/**
 * A task definition file with the agent that is asked for, or without an agent if none is asked for.
 *
 * @param name how sentences call the file at their start
 * @throws Failure a usage error if the file is not a task definition, or if the flags lack what it needs
 */
export function rendered(text: string, name: string, request: RenderRequest | undefined): Rendered {
  const file = definitionIn(text, name);
  return request === undefined ? withoutTheAgent(file, text) : withTheAgent(file, text, request);
}

function withoutTheAgent({ body, withContainers }: DefinitionFile, text: string): Rendered {
  if (agentsIn(body).length === 0) return { action: 'none', text, messages: [] };
  const after = withoutAgent(body);
  return concluded('remove', checkRemoval(remainingContainers(after)), () => withContainers(after.containerDefinitions), []);
}

function withTheAgent({ body, arn, withContainers }: DefinitionFile, text: string, request: RenderRequest): Rendered {
  const agents = agentsIn(body);
  checkRequest(request, body, agents);
  const hostKind = hostKindOf(body);
  const { edited, findings } = withAddition(body, { ...additionOf(request), region: request.region ?? arn?.split(':')[3], hostKind });
  if (edited === body) return { action: 'none', text, messages: [] };
  const ofHost = hostKind === 'EXTERNAL' ? [finding('externalInstances', { service: textIn(body.family) ?? '(no family)' })] : [];
  const action = agents.length === 0 ? 'add' : 'update';
  return concluded(action, [...ofHost, ...findings], () => withContainers(edited.containerDefinitions), request.notes);
}

function concluded(action: Rendered['action'], findings: readonly Finding[], text: () => string, notes: readonly Message[]): Rendered {
  const messages = [...notes, ...messagesOf(findings, FILE_WORDS)];
  return messages.some(({ severity }) => severity === 'error') ? { action: 'refuse', messages } : { action, text: text(), messages };
}

/** What only the file can say that the flags lack. */
export function checkRequest(request: RenderRequest, { family }: JsonObject, agents: readonly JsonObject[]): void {
  const { apiKey, generation, named, options, logGroup, region } = request;
  const needsKey = agents.length === 0 || agents.some(agent => !hasApiKey(agent) || (hasPlaintextKey(agent) && generationIn(agent) !== generation));
  if (apiKey === undefined && needsKey) throw missingKey();
  if (logGroup !== undefined && region === undefined) throw usage('`--log-group` needs `--region`, too: the region of the log group.');
  if (options.discovery === true && named.has('discovery') && options.discoveryName === undefined && family === undefined) {
    throw usage('`--discovery-mode` needs `--discovery-name`, too: there is no family of a task definition that could be the name.');
  }
}

function missingKey() {
  return usage('Name the secret of the API key with `--api-key-secret <ARN>`, or the parameter with `--api-key-parameter <ARN>`: nothing is read from AWS, so it cannot be looked up.');
}

/** A task that sets its memory, as every task on Fargate does. */
const WITH_MEMORY: JsonObject = { memory: '1024' };

/** The container without a file. */
function containerOf(request: RenderRequest) {
  checkRequest(request, {}, []);
  return agentFor(WITH_MEMORY, additionOf(request));
}

export function additionOf({ generation, options, named, apiKey = '', region, cluster, service, logGroup }: RenderRequest): Addition {
  return {
    generation, options, named, region, logGroup, key: { kind: 'secret', valueFrom: apiKey }, hostKind: NOT_SAID, serviceName: service, clusterName: cluster,
  };
}

const NOT_SAID = { unknown: 'the task definition does not say what its tasks run on' };

function hostKindOf({ requiresCompatibilities }: JsonObject): Fact<HostKind> {
  const [kind, ...others] = isList(requiresCompatibilities) ? requiresCompatibilities : [];
  return others.length === 0 && (kind === 'FARGATE' || kind === 'EC2' || kind === 'EXTERNAL') ? kind : NOT_SAID;
}

/** What to do with a file that is not changed. */
const WAYS_OUT: { readonly [kind in DefinitionFaultKind]?: string } = {
  yaml: 'Convert it to JSON first, e.g. with `yq -o json`.',
  jsonnet: 'Add the container that `ecs render --format json` prints to it.',
  template: 'Add the container that `ecs render --format json` prints to it.',
  terraform: 'Add the container that `ecs render --format terraform` prints to it.',
  cloudFormation: 'Add the container that `ecs render --format cloudformation` prints to it.',
  containers: 'If it has containers, add the one that `ecs render --format json` prints.',
};

function definitionIn(text: string, name: string): DefinitionFile {
  try {
    return readDefinition(text, /\.(?:jsonnet|libsonnet)$/.test(name));
  } catch (error) {
    if (!(error instanceof DefinitionFault)) throw error;
    const wayOut = WAYS_OUT[error.kind];
    throw usage(`${name} ${error.message}.${wayOut === undefined ? '' : ` ${wayOut}`}`);
  }
}
