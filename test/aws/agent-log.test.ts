import { isFault, tasksToRead } from '../../src/aws/reads/agent-log';

const TASKS_BY_SERVICES = [[1, 3], [10, 3], [11, 2], [15, 2], [16, 1], [30, 1], [31, 1], [500, 1]] as const;
test.each(TASKS_BY_SERVICES)('in a run over %d services the logs of %d tasks of each are read', (services, tasks) => {
  expect(tasksToRead(services)).toBe(tasks);
});

test('only an agent that should capture and does not is at fault', () => {
  expect(isFault({ state: 'notCapturing', cause: 'keyRejected' })).toBe(true);
  expect(isFault({ state: 'notCapturing', cause: 'notChosen' })).toBe(false);
  expect(isFault({ state: 'capturing' })).toBe(false);
  expect(isFault({ state: 'unknown', unknown: { why: 'silent' } })).toBe(false);
});
