import { isFargateSize, limitMiB, requiresFargate } from './spelled-out';
import { checkTags } from './tags';
import { JsonObject, numberIn, objectIn, objectsIn, printJson, textIn } from '../json';
import { clientError, invalidParameter } from '../wire/aws-error';

/** The bodies that RegisterTaskDefinition refuses, with ECS's messages if they are known. */

const OUTPUT_ONLY = [
  'taskDefinitionArn', 'revision', 'status', 'requiresAttributes', 'compatibilities', 'registeredAt', 'deregisteredAt', 'deleteRequestedAt', 'registeredBy',
];
const MOST_BYTES = 65_536;

export function checkRegistration(body: JsonObject): void {
  // AWS ignores unknown members. These are members of an answer: a caller that sends them back has a defect, so this is an error here.
  const echoed = OUTPUT_ONLY.find(name => body[name] !== undefined);
  if (echoed !== undefined) throw invalidParameter(`Unknown parameter in input: "${echoed}".`);
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(textIn(body.family) ?? '')) throw clientError('Family contains invalid characters.');
  const bytes = Buffer.byteLength(printJson({ ...body, tags: undefined }));
  if (bytes > MOST_BYTES) throw clientError(`Actual length: '${bytes}'. Max allowed length is '${MOST_BYTES}' bytes.`);
  checkTags(objectsIn(body.tags));
  checkContainers(body);
  if (requiresFargate(body)) checkFargate(body);
}

function checkContainers(body: JsonObject): void {
  const containers = objectsIn(body.containerDefinitions);
  if (containers.length === 0) throw clientError('Container list cannot be empty.');
  if (containers.length > 10) throw clientError('Task definition can only have 10 containers.');
  const names = containers.map(({ name }) => textIn(name) ?? '');
  if (names.some(name => name === '')) throw clientError('Container.name should not be null or empty.');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw clientError(`Multiple containers with same name ${twice} found.`);
  if (containers.every(({ essential }) => essential === false)) throw clientError('At least one container in a task definition must be marked as essential.');
  for (const container of containers) checkContainer(container, body, names);
}

function checkContainer(container: JsonObject, body: JsonObject, names: readonly string[]): void {
  const name = textIn(container.name);
  if ((textIn(container.image) ?? '') === '') throw clientError('Container.image should not be null or empty.');
  if (body.memory === undefined && container.memory === undefined && container.memoryReservation === undefined) {
    throw clientError(`Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`);
  }
  if (container.memory !== undefined && numberIn(container.memoryReservation)! > limitMiB(container)) {
    throw clientError(`Invalid setting for container '${name}'. The 'memory' must be greater than 'memoryReservation'.`);
  }
  if (objectsIn(container.secrets).length > 0 && body.executionRoleArn === undefined) {
    throw clientError("When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.");
  }
  const unknown = objectsIn(container.dependsOn).map(({ containerName }) => textIn(containerName)).find(other => !names.includes(other ?? ''));
  if (unknown !== undefined) throw clientError(`Container '${name}' depends on container '${unknown}' which does not exist.`);
  const attempt = numberIn(objectIn(container.restartPolicy).restartAttemptPeriod);
  if (attempt !== undefined && (attempt < 60 || attempt > 1800)) throw clientError('restartAttemptPeriod must be between 60 and 1800 seconds.');
}

function checkFargate(body: JsonObject): void {
  const [cpu, memory] = [textIn(body.cpu), textIn(body.memory)];
  if (textIn(body.networkMode) !== 'awsvpc') throw clientError('Fargate only supports network mode ‘awsvpc’.');
  if (cpu === undefined || memory === undefined) throw clientError('Fargate requires that \'cpu\' and \'memory\' be defined at the task level.');
  if (!isFargateSize(cpu, memory)) throw clientError(`No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory.`);
  const containers = objectsIn(body.containerDefinitions);
  const limits = containers.reduce((sum, container) => sum + limitMiB(container), 0);
  if (limits > Number(memory)) throw clientError('Total memory of all containers must not exceed the memory of the task.');
  if (body.executionRoleArn === undefined && containers.some(container => objectIn(container.logConfiguration).logDriver === 'awslogs')) {
    throw clientError('Fargate requires task definition to have execution role ARN to support log driver awslogs.');
  }
}
