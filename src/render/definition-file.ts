import {
  inApiCase, inPascalCase, isList, isObject, Json, JsonObject, JsonText, JsonTextError, readJsonText, registrable, textIn, textWith, withMembers,
} from '../edit';

/** What a text is, if it is not a task definition that can be changed without loss. */
export type DefinitionFaultKind = 'empty' | 'yaml' | 'jsonnet' | 'terraform' | 'template' | 'cloudFormation' | 'containers' | 'documents' | 'noContainers' | 'other';

/** The message continues a sentence that begins with the name of the file. */
export class DefinitionFault extends Error {
  constructor(public readonly kind: DefinitionFaultKind, message: string) {
    super(message);
    this.name = 'DefinitionFault';
  }
}

/** A task definition in a file. */
export interface DefinitionFile {
  /** What RegisterTaskDefinition would get, with the names of the API. */
  readonly body: JsonObject;
  /** The ARN of the revision, if the file is an answer of ECS. */
  readonly arn?: string;
  /** The file with other containers. Everything else keeps its bytes. */
  withContainers(containers: Json): string;
}

/**
 * Reads the task definition in a file: an answer of DescribeTaskDefinition, which has it in `taskDefinition`, or the task definition itself, as
 * RegisterTaskDefinition takes it. Comments and the templates of ecspresso are kept.
 *
 * @param isJsonnet whether its name says that it is Jsonnet, of which JSON is a part
 * @throws DefinitionFault if it is something else
 */
export function readDefinition(text: string, isJsonnet = false): DefinitionFile {
  const document = read(text, isJsonnet);
  const { value } = document.root;
  if (isList(value)) throw new DefinitionFault('containers', 'is a list and not a task definition');
  if (!isObject(value)) throw new DefinitionFault('other', 'has no JSON object, which a task definition is');
  if ('Resources' in value || 'AWSTemplateFormatVersion' in value) throw new DefinitionFault('cloudFormation', 'is a template of CloudFormation and not a task definition');
  const isPascal = !isDefinition(value) && (isObject(value.TaskDefinition) || 'ContainerDefinitions' in value);
  return isPascal ? definitionIn(inApiCase(document), inPascalCase) : definitionIn(document);
}

function isDefinition(value: JsonObject): boolean {
  return isObject(value.taskDefinition) || 'containerDefinitions' in value;
}

function definitionIn(document: JsonText, written?: (value: Json) => Json): DefinitionFile {
  const root = document.root.value as JsonObject;
  const { taskDefinition } = root;
  const isAnswer = isObject(taskDefinition);
  const definition = isAnswer ? taskDefinition : root;
  if (!isAnswer && !('containerDefinitions' in root)) {
    throw new DefinitionFault('other', 'has neither `taskDefinition`, as the answer of `aws ecs describe-task-definition` has it, nor `containerDefinitions`');
  }
  const { containerDefinitions: containers } = definition;
  if (!isList(containers) || containers.length === 0 || !containers.every(isObject)) {
    throw new DefinitionFault('noContainers', 'has no containers: `containerDefinitions` must be a list of at least one object');
  }
  return {
    body: registrable(isAnswer ? root : { taskDefinition: root }),
    arn: textIn(definition.taskDefinitionArn),
    withContainers: containerDefinitions => {
      const changed = withMembers(definition, { containerDefinitions });
      return textWith(document, isAnswer ? withMembers(root, { taskDefinition: changed }) : changed, written);
    },
  };
}

function read(text: string, isJsonnet: boolean): JsonText {
  try {
    return readJsonText(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const { problem, message, line } = error;
    if (problem === 'empty') throw new DefinitionFault('empty', 'is empty: it has no JSON');
    if (problem === 'documents') throw new DefinitionFault('documents', `has more than one JSON document: the second one begins in line ${line}`);
    if (problem === 'template') throw new DefinitionFault('template', `cannot be changed without loss: in line ${line}, ${message}`);
    throw otherLanguage(text, isJsonnet) ?? new DefinitionFault('other', `is not JSON: in line ${line}, ${message}`);
  }
}

/** By its first line that has something, and by what only Jsonnet has. */
function otherLanguage(text: string, isJsonnet: boolean): DefinitionFault | undefined {
  const [first = ''] = /^[^\S\n]*(?!#|\/\/)\S.*/m.exec(text.replace(/^\uFEFF/, '')) ?? [];
  if (isJsonnet || /^\s*(?:local|import|function)\b/.test(first) || /^\s*local\s+\w+\s*=/m.test(text) || /\bstd\.\w+\(/.test(text)) {
    return new DefinitionFault('jsonnet', 'is Jsonnet, which cannot be changed without loss');
  }
  if (/^\s*(?:resource|data|module|locals|variable|output|provider|terraform)\b[^:]*\{/.test(first)) {
    return new DefinitionFault('terraform', 'is a configuration of Terraform and not a task definition');
  }
  if (/^(?:---|%YAML|\s*-\s|\s*["']?[\w.]+["']?\s*:(?:\s|$))/.test(first)) return new DefinitionFault('yaml', 'is YAML, and the task definition must be JSON');
  return undefined;
}
