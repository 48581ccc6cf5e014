import { said } from './said';
import { COMMAND_LINE_WORDS, CONSTRUCT_WORDS, finding, Finding, Severity, Words } from '../../src/preflight';

const UNREACHABLE = finding('egressUnreachable', {
  tasks: 'service Orders', host: 'api.observability.eu.postman.com', evidence: ['subnet-1 has no way out', 'subnet-2 has no way out'],
});
const UNKNOWN = finding('egressUnknown', { tasks: 'service Orders', evidence: ['subnet-1 is imported'] });
const MANAGED = finding('managedByCloudFormation', { service: 'Orders', stack: 'shop' });

test.each<[Finding, Words, RegExp]>([
  [UNREACHABLE, CONSTRUCT_WORDS, /`EgressCheck\.WARN`/],
  [UNREACHABLE, COMMAND_LINE_WORDS, /`--allow-unreachable`/],
  [UNKNOWN, CONSTRUCT_WORDS, /`EgressCheck\.STRICT` makes this an error/],
  [MANAGED, COMMAND_LINE_WORDS, /`--allow-managed`/],
])('how to allow the finding is in its message only if it is an error: %j', (found, words, allowed) => {
  const messageOf = (severity: Severity) => said([found], words, { [found.id]: severity })[0];
  expect(messageOf('error').message).toMatch(allowed);
  expect(messageOf('warning').message).not.toMatch(allowed);
  expect(messageOf('warning')).toMatchObject({ severity: 'warning', id: found.id });
});

test('each step of the evidence is on a line of its own', () => {
  expect(said([UNREACHABLE], CONSTRUCT_WORDS, { egressUnreachable: 'warning' })[0].message.split('\n').slice(1)).toEqual([
    '  - subnet-1 has no way out', '  - subnet-2 has no way out',
  ]);
});

test('a way out that is missing names the host that the agent sends to', () => {
  for (const words of [CONSTRUCT_WORDS, COMMAND_LINE_WORDS]) {
    const [{ message }] = said([UNREACHABLE], words);
    expect(message).toMatch(/^The tasks of service Orders .* or the agent cannot reach Postman at api\.observability\.eu\.postman\.com:\n/);
  }
});
