import { judgeStartupNames } from './dns';
import { EgressFacts, isUnknown, StartupFacts } from './facts';
import { Memory } from './memory';
import { allOf, doubted, FINE, Judgement, Place, point, seen } from './outcome';

const STARTUP: Place = { kind: 'startup', id: 'startup' };

/**
 * Judges ECS's own path if the agent uses a proxy. ECS pulls the image and reads the API key without the proxy: over the task's
 * interface on Fargate, over the instance's elsewhere, which is the task's in `host` mode.
 *
 * @param direct  judges the path to the internet without the proxy
 */
export function judgeStartup({ startup, hostKind, networkMode, vpc }: EgressFacts, direct: () => Judgement): Judgement {
  if (startup === undefined || networkMode === 'none' || hostKind === 'EXTERNAL') return FINE;
  const judged = direct();
  if (judged.outcome !== 'unreachable') return judged;
  if (hostKind !== 'FARGATE' && networkMode !== 'host') return allOf([point('unknown', STARTUP, { kind: 'startup-by-instance' }), doubted(judged)]);
  return startup.endpointServices === undefined ? judged : judgeEndpoints(vpc, startup.endpointServices, judged);
}

/** VPC endpoints can replace the internet. Whether their policies and security groups allow the task is not judged. */
function judgeEndpoints(vpc: EgressFacts['vpc'], services: readonly string[], direct: Judgement): Judgement {
  if (isUnknown(vpc)) return doubted(direct);
  const place: Place = { kind: 'vpc', id: vpc.id };
  return seen(vpc.endpoints, place, 'endpoints', endpoints => {
    const missing = without(services, endpoints);
    return missing.length === 0
      ? point('unknown', place, { kind: 'endpoints-serve', services })
      : point('unreachable', place, { kind: 'endpoints-missing', vpc: vpc.id, missing });
  }, { where: services.join(', ') });
}

/**
 * Without a proxy on Fargate, what closes the agent's way to the internet also closes that of ECS, unless VPC endpoints serve ECS.
 *
 * @param direct  judges the path to the internet for names other than Postman's
 */
export function judgeSameInterface({ startup, hostKind, networkMode, vpc }: EgressFacts, direct: () => Judgement): Judgement {
  if (startup === undefined || hostKind !== 'FARGATE' || networkMode === 'none' || direct().outcome !== 'unreachable') return FINE;
  const { endpoints, missing } = endpointsFor(startup, vpc);
  return point(endpoints === 'absent' ? 'unreachable' : 'unknown', STARTUP, { kind: 'startup-fails-too', endpoints, missing });
}

/** Whether the names resolve that ECS needs to start a task. On EC2, the instance resolves them, in `host` mode in the same VPC. */
export function judgeNamesOfStartup({ startup, hostKind, networkMode, vpc }: EgressFacts, memory: Memory): Judgement {
  const isOwn = hostKind === 'FARGATE' && networkMode !== 'none' || hostKind === 'EC2' && networkMode === 'host';
  const names = startup?.names;
  return names === undefined || !isOwn ? FINE : memory.get(vpc, JSON.stringify(['DNS of a start-up', names]), () => judgeStartupNames(vpc, names));
}

function endpointsFor(
  { endpointServices }: StartupFacts, vpc: EgressFacts['vpc'],
): { readonly endpoints: 'present' | 'absent' | 'unseen'; readonly missing: readonly string[] } {
  if (endpointServices === undefined) return { endpoints: 'absent', missing: [] };
  if (isUnknown(vpc) || isUnknown(vpc.endpoints)) return { endpoints: 'unseen', missing: [] };
  const missing = without(endpointServices, vpc.endpoints);
  return { endpoints: missing.length === 0 ? 'present' : 'absent', missing };
}

function without(services: readonly string[], endpoints: readonly string[]): readonly string[] {
  return services.filter(service => !endpoints.includes(service));
}
