import { isList, isObject, Json, JsonObject, withMembers } from '../../src/edit';

/** A task definition as AWS returns it: with defaults and empty collections added, and named items in another order. */
export function spelledOut(body: JsonObject): JsonObject {
  const staticPorts = body.networkMode === 'awsvpc' || body.networkMode === 'host';
  return complete(body, {
    enableFaultInjection: false, placementConstraints: [], volumes: each({
      configuredAtLaunch: false,
      host: inside({}),
      dockerVolumeConfiguration: inside({ scope: 'task', autoprovision: false, driverOpts: {}, labels: {} }),
      efsVolumeConfiguration: inside({ rootDirectory: '/', transitEncryption: 'DISABLED', authorizationConfig: inside({ iam: 'DISABLED' }) }),
    }),
    containerDefinitions: each({
      cpu: 0, essential: true, versionConsistency: 'enabled', disableNetworking: false, privileged: false, readonlyRootFilesystem: false,
      interactive: false, pseudoTerminal: false,
      mountPoints: each({ readOnly: false }), volumesFrom: each({ readOnly: false }), systemControls: [], dnsServers: [], links: [], dockerLabels: {},
      command: [],
      environment: reordered, secrets: reordered,
      portMappings: each({ protocol: 'tcp', hostPort: (port, { containerPort }) => port ?? (staticPorts ? containerPort : 0) }),
      linuxParameters: inside({ initProcessEnabled: false, capabilities: inside({ add: [], drop: [] }), devices: [], tmpfs: [] }),
      restartPolicy: inside({ restartAttemptPeriod: 300, ignoredExitCodes: [] }),
      healthCheck: inside({ interval: 30, timeout: 5, retries: 3, startPeriod: 0 }),
      logConfiguration: inside({ options: {}, secretOptions: [] }),
    }),
    tags: reordered,
  });
}

type Spelling = Json | ((value: Json | undefined, of: JsonObject) => Json | undefined);
interface Spellings { readonly [member: string]: Spelling }

function complete(object: JsonObject, spellings: Spellings): JsonObject {
  return withMembers(object, Object.fromEntries(Object.entries(spellings).map(([name, spelling]) => {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    return [name, typeof spelling === 'function' ? spelling(value, object) : value ?? (spelling as Json)];
  })));
}

function each(spellings: Spellings): Spelling {
  return value => isList(value) ? value.map(item => isObject(item) ? complete(item, spellings) : item) : value ?? [];
}

/** Completes a structure only if it is there: AWS does not add the structure itself. */
function inside(spellings: Spellings): Spelling {
  return value => isObject(value) ? complete(value, spellings) : value;
}

function reordered(value: Json | undefined): Json | undefined {
  if (!isList(value)) return value;
  const names = value.map(item => isObject(item) ? item.name ?? item.key : undefined);
  const areUnique = names.every(name => typeof name === 'string') && new Set(names).size === names.length;
  return areUnique ? [...value].reverse() : value;
}
