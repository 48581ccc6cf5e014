import { isList, isNumber, isObject, isSameNumber, Json, JsonObject } from './json';

/**
 * What AWS answers for members that were not given, by their path: what a task definition means is the same with and without.
 * Others are not on the list even where they are zero or false: `swappiness: 0` is not the default.
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

/** A task definition without what says nothing: defaults, and empty collections at any depth. */
export function stated(body: JsonObject): JsonObject {
  const hostPortIsFree = body.networkMode !== 'awsvpc' && body.networkMode !== 'host';
  return statedAt(body, '');

  function statedAt(value: JsonObject, path: string): JsonObject {
    return Object.fromEntries(Object.entries(value).flatMap(([name, member]) => {
      const at = path === '' ? name : `${path}.${name}`;
      const said = statedIn(member, at);
      return saysNothing(said) || isDefault(said, at, value) ? [] : [[name, said]];
    }));
  }

  function statedIn(value: Json, path: string): Json {
    if (isObject(value)) return statedAt(value, path);
    return isList(value) ? value.map(item => statedIn(item, `${path}[]`)) : value;
  }

  function isDefault(value: Json, path: string, { containerPort }: JsonObject): boolean {
    // A task with an interface of its own, or the instance's, has each port where its container has it.
    if (path === 'containerDefinitions[].portMappings[].hostPort') return isSameScalar(value, hostPortIsFree ? 0 : containerPort);
    return Object.hasOwn(DEFAULTS, path) && isSameScalar(value, DEFAULTS[path]);
  }
}

/** ECS answers a member that was given as null or empty by leaving it out. */
export function saysNothing(value: Json): boolean {
  if (isObject(value)) return Object.values(value).every(saysNothing);
  return isList(value) ? value.length === 0 : value === null;
}

export function isSameScalar(a: Json | undefined, b: Json | undefined): boolean {
  return isNumber(a) && isNumber(b) ? isSameNumber(a, b) : a === b;
}
