import { isList, isNumber, isObject, isSameNumber, Json, JsonObject } from './json';

/**
 * What AWS returns for members that were not given, by their path. A task definition means the same with and without them.
 * Other members are not on the list, even if they are zero or false: `swappiness: 0` is not the default.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
const DEFAULTS: { readonly [path: string]: Json } = {
  'enableFaultInjection': false,
  'containerDefinitions[].cpu': 0,
  'containerDefinitions[].essential': true,
  'containerDefinitions[].versionConsistency': 'enabled',
  'containerDefinitions[].disableNetworking': false,
  'containerDefinitions[].privileged': false,
  'containerDefinitions[].readonlyRootFilesystem': false,
  'containerDefinitions[].interactive': false,
  'containerDefinitions[].pseudoTerminal': false,
  'containerDefinitions[].portMappings[].protocol': 'tcp',
  'containerDefinitions[].mountPoints[].readOnly': false,
  'containerDefinitions[].volumesFrom[].readOnly': false,
  'containerDefinitions[].linuxParameters.initProcessEnabled': false,
  'containerDefinitions[].restartPolicy.restartAttemptPeriod': 300,
  'containerDefinitions[].healthCheck.interval': 30,
  'containerDefinitions[].healthCheck.timeout': 5,
  'containerDefinitions[].healthCheck.retries': 3,
  'containerDefinitions[].healthCheck.startPeriod': 0,
  'volumes[].configuredAtLaunch': false,
  'volumes[].dockerVolumeConfiguration.scope': 'task',
  'volumes[].dockerVolumeConfiguration.autoprovision': false,
  'volumes[].efsVolumeConfiguration.rootDirectory': '/',
  'volumes[].efsVolumeConfiguration.transitEncryption': 'DISABLED',
  'volumes[].efsVolumeConfiguration.authorizationConfig.iam': 'DISABLED',
};

/** A task definition without the members that change nothing: defaults, and empty collections at any depth. */
export function withoutDefaults(body: JsonObject): JsonObject {
  const hostPortIsFree = body.networkMode !== 'awsvpc' && body.networkMode !== 'host';
  return strip(body, '');

  function strip(value: JsonObject, path: string): JsonObject {
    return Object.fromEntries(Object.entries(value).flatMap(([name, member]) => {
      const at = path === '' ? name : `${path}.${name}`;
      const stripped = stripIn(member, at);
      return isEmpty(stripped) || isDefault(stripped, at, value) ? [] : [[name, stripped]];
    }));
  }

  function stripIn(value: Json, path: string): Json {
    if (isObject(value)) return strip(value, path);
    return isList(value) ? value.map(item => stripIn(item, `${path}[]`)) : value;
  }

  function isDefault(value: Json, path: string, { containerPort }: JsonObject): boolean {
    // In network modes awsvpc and host, the host port is the container port.
    if (path === 'containerDefinitions[].portMappings[].hostPort') return isSameScalar(value, hostPortIsFree ? 0 : containerPort);
    return Object.hasOwn(DEFAULTS, path) && isSameScalar(value, DEFAULTS[path]);
  }
}

/** Whether a value is null, or a collection without content. ECS leaves such members out of its answers. */
export function isEmpty(value: Json): boolean {
  if (isObject(value)) return Object.values(value).every(isEmpty);
  return isList(value) ? value.length === 0 : value === null;
}

export function isSameScalar(a: Json | undefined, b: Json | undefined): boolean {
  return isNumber(a) && isNumber(b) ? isSameNumber(a, b) : a === b;
}
