import { EgressFacts, isUnknown, StartupFacts } from './facts';
import { allOf, doubted, Judgement, seen, step } from './outcome';
import { list } from './sentences';

/**
 * With a proxy, the agent's traffic and that of ECS part: the image and the secret are read directly, over the task's
 * interface on Fargate and over the instance's elsewhere.
 *
 * @param direct  what is judged of the direct way to the internet
 */
export function judgeStartup({ startup, hostKind, networkMode, vpc }: EgressFacts, direct: () => Judgement): Judgement | undefined {
  if (startup === undefined || networkMode === 'none' || hostKind === 'EXTERNAL') return undefined;
  const judged = direct();
  if (judged.outcome !== 'unreachable') return judged;
  if (hostKind !== 'FARGATE') {
    return allOf([
      step('unknown', 'startup', 'The container instance reads the image and the secret over its own interface, which is not in view.',
        'See that the instances reach the registry and Secrets Manager.'),
      doubted(judged),
    ]);
  }
  return startup.endpointServices === undefined ? judged : judgeEndpoints(vpc, startup.endpointServices, judged);
}

/** VPC endpoints can stand in for the internet; whether their policies and groups let the task in is not judged. */
function judgeEndpoints(vpc: EgressFacts['vpc'], services: readonly string[], direct: Judgement): Judgement {
  const remedy = `See that VPC endpoints for ${list(services)} serve the task's subnets.`;
  if (isUnknown(vpc)) return doubted(direct);
  return seen(vpc.endpoints, `VPC ${vpc.id}`, endpoints => {
    const missing = services.filter(service => !endpoints.includes(service));
    return missing.length === 0
      ? step('unknown', `VPC ${vpc.id}`,
        `ECS reads the image and the secret over the VPC endpoints for ${list(services)}, whose policies and security groups are not judged.`, remedy)
      : step('unreachable', `VPC ${vpc.id}`,
        `ECS cannot read the image and the secret: there is no way out to the internet, and VPC ${vpc.id} has no endpoint for ${list(missing)}.`,
        `Add VPC endpoints for ${list(missing)}, or a way out to the internet.`);
  }, remedy);
}

/** Without a proxy, what closes the agent's way closes that of ECS on Fargate, unless VPC endpoints stand in. */
export function judgeSameInterface({ startup, hostKind, networkMode, vpc }: EgressFacts, agent: Judgement): Judgement | undefined {
  if (startup === undefined || hostKind !== 'FARGATE' || networkMode === 'none' || agent.outcome !== 'unreachable') return undefined;
  const same = 'ECS pulls the image and fetches the secret over the same interface, so that the tasks do not start';
  switch (endpointsFor(startup, vpc)) {
    case 'absent': return step('unreachable', 'startup', `${same} at all.`, 'A way out to the internet mends both.');
    case 'unseen': return step('unknown', 'startup', `${same} unless VPC endpoints stand in, which are not in view.`, 'A way out to the internet mends both.');
    case 'present': return step('unknown', 'startup',
      'The VPC endpoints may let ECS start the tasks, but they carry nothing of what the agent sends to Postman.', 'Add a way out to the internet for the agent.');
  }
}

function endpointsFor({ endpointServices }: StartupFacts, vpc: EgressFacts['vpc']): 'present' | 'absent' | 'unseen' {
  if (endpointServices === undefined) return 'absent';
  if (isUnknown(vpc) || isUnknown(vpc.endpoints)) return 'unseen';
  const { endpoints } = vpc;
  return endpointServices.every(service => endpoints.includes(service)) ? 'present' : 'absent';
}
