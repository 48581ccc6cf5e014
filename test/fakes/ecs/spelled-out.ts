import { isList, JsonObject, numberIn, objectIn, objectsIn, textIn, textsIn } from '../json';

/** A task definition with what DescribeTaskDefinition adds: AWS's defaults, empty collections and derived members. */

export function spelledOut(body: JsonObject): JsonObject {
  return {
    ...body,
    containerDefinitions: objectsIn(body.containerDefinitions).map(container => containerSpelledOut(container, body)),
    volumes: body.volumes ?? [],
    placementConstraints: body.placementConstraints ?? [],
  };
}

function containerSpelledOut(container: JsonObject, body: JsonObject): JsonObject {
  const log = objectIn(container.logConfiguration);
  return {
    ...container,
    cpu: container.cpu ?? 0,
    portMappings: objectsIn(container.portMappings).map(mapping => ({
      ...mapping,
      hostPort: mapping.hostPort ?? (['awsvpc', 'host'].includes(textIn(body.networkMode) ?? '') ? mapping.containerPort : 0),
      protocol: mapping.protocol ?? 'tcp',
    })),
    essential: container.essential ?? true,
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    systemControls: container.systemControls ?? [],
    ...container.logConfiguration === undefined ? {} : { logConfiguration: { ...log, secretOptions: log.secretOptions ?? [] } },
    ...container.healthCheck === undefined ? {} : { healthCheck: { interval: 30, timeout: 5, retries: 3, ...objectIn(container.healthCheck) } },
  };
}

export function compatibilities(body: JsonObject): readonly string[] {
  const isFargate = textIn(body.networkMode) === 'awsvpc' && body.cpu !== undefined && body.memory !== undefined;
  return isFargate ? ['EC2', 'MANAGED_INSTANCES', 'FARGATE'] : ['EC2', 'MANAGED_INSTANCES'];
}

export function requiredAttributes(body: JsonObject): readonly JsonObject[] {
  const containers = objectsIn(body.containerDefinitions);
  const names = new Set<string>();
  for (const container of containers) {
    const driver = textIn(objectIn(container.logConfiguration).logDriver);
    if (driver !== undefined) names.add(`com.amazonaws.ecs.capability.logging-driver.${driver}`);
    if (driver === 'awslogs') names.add('ecs.capability.execution-role-awslogs');
    if (isList(container.secrets) && container.secrets.length > 0) names.add('ecs.capability.secrets.asm.environment-variables');
    if (/\.dkr\.ecr\./.test(textIn(container.image) ?? '')) names.add('ecs.capability.execution-role-ecr-pull');
    if (container.restartPolicy !== undefined) names.add('ecs.capability.container-restart-policy');
  }
  if (textIn(body.networkMode) === 'awsvpc') names.add('ecs.capability.task-eni');
  if (textIn(body.taskRoleArn) !== undefined) names.add('com.amazonaws.ecs.capability.task-iam-role');
  names.add('com.amazonaws.ecs.capability.docker-remote-api.1.18');
  return [...names].map(name => ({ name }));
}

/** MiB for each number of CPU units. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html */
const every = (stepMiB: number, fromMiB: number, toMiB: number) =>
  Array.from({ length: (toMiB - fromMiB) / stepMiB + 1 }, (_, index) => fromMiB + index * stepMiB);
const FARGATE_MIB: Record<string, readonly number[]> = {
  256: [512, 1024, 2048],
  512: every(1024, 1024, 4096),
  1024: every(1024, 2048, 8192),
  2048: every(1024, 4096, 16384),
  4096: every(1024, 8192, 30720),
  8192: every(4096, 16384, 61440),
  16384: every(8192, 32768, 122880),
};

export function isFargateSize(cpu: string, memory: string): boolean {
  return FARGATE_MIB[cpu]?.includes(Number(memory)) ?? false;
}

export function requiresFargate(body: JsonObject): boolean {
  return textsIn(body.requiresCompatibilities).includes('FARGATE');
}

/** The hard memory limit of a container, in MiB. */
export function limitMiB(container: JsonObject): number {
  return numberIn(container.memory) ?? 0;
}
