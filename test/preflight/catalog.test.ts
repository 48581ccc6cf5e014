import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressOf, CATALOG, COMMAND_LINE_WORDS, CONSTRUCT_WORDS, FINDING_IDS, severityOf } from '../../src/preflight';

const ROOT = join(__dirname, '../..');
const SOURCES = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => readFileSync(join(ROOT, 'src', name), 'utf8'));

test('every id of the catalog is reported by a rule, and rules report no other id', () => {
  const given = SOURCES.flatMap(source => [...source.matchAll(/\bfinding\('(\w+)'/g)].map(([, id]) => id));
  expect([...new Set(given)].sort()).toEqual([...FINDING_IDS].sort());
});

test('every title is a sentence without its full stop, and every help text ends like a sentence', () => {
  for (const id of FINDING_IDS) {
    expect(CATALOG[id].title).toMatch(/^[A-Z].*[^.]$/);
    expect(CATALOG[id].help).toMatch(/[.`:]$/);
  }
});

test('every id has its own section on the page to which its messages lead', () => {
  const page = readFileSync(join(ROOT, 'docs/findings.md'), 'utf8');
  const headings = [...page.matchAll(/^## (\w+)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual(FINDING_IDS);
  for (const id of FINDING_IDS) expect(addressOf(id)).toMatch(new RegExp(`/docs/findings\\.md#${id.toLowerCase()}$`));
});

test('no two ids differ only in their case, since anchors are in lower case', () => {
  expect(new Set(FINDING_IDS.map(id => id.toLowerCase())).size).toBe(FINDING_IDS.length);
});

test('a finding that ECS or the agent would refuse is an error in both modes', () => {
  for (const id of [
    'networkMode', 'windowsTask', 'externalInstances', 'platformVersion', 'duplicateAgent', 'tooManyContainers', 'taskMemoryFull', 'egressUnreachable',
  ] as const) {
    expect([CONSTRUCT_WORDS, COMMAND_LINE_WORDS].map(({ mode }) => severityOf(id, mode))).toEqual(['error', 'error']);
  }
});

test('a finding that something is unknown is a warning in both modes', () => {
  for (const id of ['egressUnknown', 'executionRoleUnknown', 'secretUnknown'] as const) {
    expect([CONSTRUCT_WORDS, COMMAND_LINE_WORDS].map(({ mode }) => severityOf(id, mode))).toEqual(['warning', 'warning']);
  }
});
