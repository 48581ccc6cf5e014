import { EgressFacts, isUnknown, StartupFacts } from './facts';
import { allOf, doubted, Judgement, seen, step } from './outcome';
import { list } from './sentences';

/**
 * Judges ECS's own path if the agent uses a proxy. ECS pulls the image and reads the secret without the proxy: over the task's
 * interface on Fargate, and over the instance's elsewhere.
 *
 * @param direct  judges the path to the internet without the proxy
 */
export function judgeStartup({ startup, hostKind, networkMode, vpc }: EgressFacts, direct: () => Judgement): Judgement | undefined {
  if (startup === undefined || networkMode === 'none' || hostKind === 'EXTERNAL') return undefined;
  const judged = direct();
  if (judged.outcome !== 'unreachable') return judged;
  if (hostKind !== 'FARGATE') {
    return allOf([
      step('unknown', 'startup', 'ECS pulls the image and reads the secret over the container instance\'s own interface, which cannot be seen from here.',
        'Check that the instances reach the image\'s registry and Secrets Manager.'),
      doubted(judged),
    ]);
  }
  return startup.endpointServices === undefined ? judged : judgeEndpoints(vpc, startup.endpointServices, judged);
}

/** VPC endpoints can replace the internet. Whether their policies and security groups allow the task is not judged. */
function judgeEndpoints(vpc: EgressFacts['vpc'], services: readonly string[], direct: Judgement): Judgement {
  const remedy = `Check that VPC endpoints for ${list(services)} serve the task's subnets.`;
  if (isUnknown(vpc)) return doubted(direct);
  return seen(vpc.endpoints, `VPC ${vpc.id}`, endpoints => {
    const missing = services.filter(service => !endpoints.includes(service));
    return missing.length === 0
      ? step('unknown', `VPC ${vpc.id}`,
        `ECS pulls the image and reads the secret over the VPC endpoints for ${list(services)}; their policies and security groups are not checked.`, remedy)
      : step('unreachable', `VPC ${vpc.id}`,
        `ECS cannot pull the image and read the secret: the tasks have no internet access, and VPC ${vpc.id} has no endpoint for ${list(missing)}.`,
        `Add VPC endpoints for ${list(missing)}, or give the tasks internet access.`);
  }, remedy);
}

/** Without a proxy on Fargate, what blocks the agent also blocks ECS, unless VPC endpoints serve ECS. */
export function judgeSameInterface({ startup, hostKind, networkMode, vpc }: EgressFacts, agent: Judgement): Judgement | undefined {
  if (startup === undefined || hostKind !== 'FARGATE' || networkMode === 'none' || agent.outcome !== 'unreachable') return undefined;
  const remedy = 'Fixing internet access fixes both.';
  const same = 'ECS uses the same interface to pull the image and read the secret, so tasks cannot start';
  switch (endpointsFor(startup, vpc)) {
    case 'absent': return step('unreachable', 'startup', `${same}.`, remedy);
    case 'unseen': return step('unknown', 'startup', `${same} without VPC endpoints; whether there are any cannot be seen from here.`, remedy);
    case 'present': return step('unknown', 'startup',
      'VPC endpoints may let ECS start the tasks, but they carry none of the agent\'s traffic to Postman.', 'Give the tasks internet access.');
  }
}

function endpointsFor({ endpointServices }: StartupFacts, vpc: EgressFacts['vpc']): 'present' | 'absent' | 'unseen' {
  if (endpointServices === undefined) return 'absent';
  if (isUnknown(vpc) || isUnknown(vpc.endpoints)) return 'unseen';
  const { endpoints } = vpc;
  return endpointServices.every(service => endpoints.includes(service)) ? 'present' : 'absent';
}
