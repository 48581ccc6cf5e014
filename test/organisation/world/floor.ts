import { FAILURE_SECONDS, ROLLOUT_SECONDS } from './accounts';
import { UNTOUCHED } from './expected';
import { PlaceSpec } from './specs';
import { floorOf } from '../../fleet/measured';

/** Seconds that AWS's limits and the rollouts need for the first execution in a place. */
export function placeFloor({ services, kind }: PlaceSpec): number {
  if (services.length === 0 || kind === 'noRole' || kind === 'disabled') return 0;
  const changed = services.filter(service => !UNTOUCHED.includes(service.kind));
  const families = new Set(changed.map(({ family }) => family)).size;
  // What is read and what is written share nothing, so both can be done at the same time.
  const seconds = floorOf({
    'ecs:ListServices': Math.ceil(services.length / 100),
    'ecs:DescribeServices': Math.ceil(services.length / 10) + Math.ceil(changed.length / 10),
    'ecs:DescribeTaskDefinition': new Set(services.map(({ family }) => family)).size,
    'ecs:RegisterTaskDefinition': families,
    'ecs:UpdateService': changed.length,
    'iam:SimulatePrincipalPolicy': new Set(services.map(({ role }) => role)).size,
  });
  const rollout = changed.some(service => service.kind === 'crashing') ? Math.max(ROLLOUT_SECONDS, 3 * FAILURE_SECONDS + ROLLOUT_SECONDS / 2) : ROLLOUT_SECONDS;
  return Math.max(0, seconds) * (kind === 'crowded' ? 2 : 1) + (changed.length === 0 ? 0 : rollout);
}

/** Seconds of an organisation, if as many places as allowed are worked on at the same time. */
export function organisationFloor(places: readonly PlaceSpec[], maxConcurrency: number): number {
  const floors = places.map(placeFloor);
  return Math.max(...floors, floors.reduce((sum, floor) => sum + floor, 0) / maxConcurrency);
}
