import { RotationFacts } from './facts';
import { finding, Finding } from './findings';
import { isUnknown } from '../egress';

/** What keeps new tasks of a service from starting if its API key changes. */
export function checkRotation({ service, controller, key, store, otherRegion: region, otherAccount: account }: RotationFacts): Finding[] {
  const isElsewhere = region !== undefined || account !== undefined;
  return [
    ...isUnknown(controller) || controller === 'ECS' ? [] : [finding('tasksNotRotated', { service, controller })],
    ...isElsewhere ? [finding('keyChangesElsewhere', { key, store, ...region === undefined ? {} : { region }, ...account === undefined ? {} : { account } })] : [],
  ];
}
