import { FAILURE_SECONDS, ROLLOUT_SECONDS } from './accounts';
import { UNTOUCHED } from './expected';
import { PlaceSpec, ServiceSpec } from './specs';
import { floorOf } from '../../fleet/measured';

const REGISTER_BURST = 20;

/** How long the rollout takes of a service whose tasks fail, with the way back. */
const ROLLBACK_SECONDS = 3 * FAILURE_SECONDS + ROLLOUT_SECONDS;

/**
 * Seconds that AWS's limits and the rollouts need for the first execution in a place. The services are changed in the order of their ARNs. What is read
 * and what is written share nothing, so both can be done at the same time.
 */
export function placeFloor({ services, kind }: PlaceSpec): number {
  if (services.length === 0 || kind === 'noRole' || kind === 'disabled') return 0;
  const factor = kind === 'crowded' ? 2 : 1;
  const nameOf = ({ cluster, name }: ServiceSpec) => `${cluster}/${name}`;
  const changed = services.filter(service => !UNTOUCHED.includes(service.kind)).sort((one, other) => nameOf(one) < nameOf(other) ? -1 : 1);
  const reads = floorOf({
    'ecs:ListServices': Math.ceil(services.length / 100),
    'ecs:DescribeServices': Math.ceil(services.length / 10) + Math.ceil(changed.length / 10),
    'ecs:DescribeTaskDefinition': new Set(services.map(({ family }) => family)).size,
    'iam:SimulatePrincipalPolicy': new Set(services.map(({ role }) => role)).size,
  });
  const families = new Set<string>();
  const ends = changed.map((service, index) => {
    const writes = floorOf({ 'ecs:RegisterTaskDefinition': families.add(service.family).size, 'ecs:UpdateService': index + 1 });
    // Half of the limit is also half of the burst.
    const written = Math.max(0, writes) * factor + (factor - 1) * REGISTER_BURST;
    // A deployment of others has to end first.
    const begun = service.kind === 'redeployed' && service.happensAt < written ? Math.max(written, service.happensAt + ROLLOUT_SECONDS) : written;
    return begun + (service.kind === 'crashing' ? ROLLBACK_SECONDS : ROLLOUT_SECONDS);
  });
  return Math.max(0, reads * factor, ...ends);
}

/** Seconds of an organisation, if as many places as allowed are worked on at the same time. */
export function organisationFloor(places: readonly PlaceSpec[], maxConcurrency: number): number {
  const floors = places.map(placeFloor);
  return Math.max(...floors, floors.reduce((sum, floor) => sum + floor, 0) / maxConcurrency);
}
