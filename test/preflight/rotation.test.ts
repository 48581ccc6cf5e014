import { said } from './said';
import { checkRotation, RotationFacts } from '../../src/preflight';

const FACTS: RotationFacts = { service: 'Shop/Orders', controller: 'ECS', key: 'postman/api-key', store: 'secretsmanager' };
const check = (facts: Partial<RotationFacts>) => said(checkRotation({ ...FACTS, ...facts }));

test('a service that ECS deploys, with its key in the same place, gets new tasks', () => {
  expect(check({})).toEqual([]);
});

test('nothing is said of a controller that is not known', () => {
  expect(check({ controller: { unknown: 'the service is not of this app' } })).toEqual([]);
});

const WAYS_OUT = [['CODE_DEPLOY', 'start a deployment in CodeDeploy'], ['EXTERNAL', 'start new tasks with its task sets']] as const;

test.each(WAYS_OUT)('the controller %s is an error with its way out', (controller, wayOut) => {
  expect(check({ controller })).toEqual([{
    severity: 'error', id: 'tasksNotRotated', message: expect.stringContaining(`Leave \`rotateTasks\` out, and ${wayOut} after the key has changed.`),
  }]);
});

test.each<[string, Partial<RotationFacts>, string]>([
  ['a secret of another region', { otherRegion: 'us-east-1' }, 'the secret postman/api-key is in region us-east-1, and'],
  ['a secret of another account', { otherAccount: '444455556666' }, 'the secret postman/api-key is in account 444455556666, and'],
  ['a parameter of another account and region', { store: 'ssm', key: '/key', otherAccount: '444455556666', otherRegion: 'us-east-1' },
    'the parameter /key is in account 444455556666 and region us-east-1, and'],
])('%s is a warning that says how to forward its events', (_, facts, where) => {
  const [{ severity, id, message }, ...others] = check(facts);
  expect([severity, id, others]).toEqual(['warning', 'keyChangesElsewhere', []]);
  expect(message).toContain(where);
  expect(message).toContain('forward the event');
});

test('both are said', () => {
  expect(check({ controller: 'EXTERNAL', otherRegion: 'us-east-1' }).map(({ id }) => id)).toEqual(['tasksNotRotated', 'keyChangesElsewhere']);
});
