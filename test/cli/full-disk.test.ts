import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceArn } from './shop';
import type { ServiceRun } from '../../src/aws';
import { readJournals } from '../../src/cli/journal';
import { Journal } from '../../src/cli/journal/journal';

const fs = jest.requireActual<typeof import('node:fs')>('node:fs');
const NAMES = Array.from({ length: 20 }, (_, index) => `web-${index}`);
const REQUEST = { verb: 'add', flags: {}, services: NAMES.map(serviceArn), done: [], now: 0 } as const;
const runOf = (name: string, phase: ServiceRun['phase']) => ({ serviceArn: serviceArn(name), phase }) as ServiceRun;
const FULL = 'ENOSPC: no space left on device';

/** A disk with so many free bytes, which takes a few bytes with each call. What does not fit is cut off without an error: the next call has it. */
function disk(free: number, each = 100): { left: number } {
  const { writeSync } = fs;
  const room = { left: free };
  jest.spyOn(fs, 'writeSync').mockImplementation(((descriptor: number, given: string | Buffer, at?: number | null) => {
    const bytes = Buffer.from(given).subarray(at ?? 0);
    const count = Math.min(bytes.length, each, room.left);
    if (count === 0) throw Object.assign(new Error(FULL), { code: 'ENOSPC' });
    room.left -= count;
    return writeSync(descriptor, bytes.subarray(0, count));
  }) as typeof writeSync);
  return room;
}

describe('a journal on a disk that is almost full', () => {
  let folder: string;
  const told: string[] = [];
  const begin = (services: readonly string[] = REQUEST.services) => Journal.begin(folder, { ...REQUEST, services }, line => told.push(line));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'disk-'));
    told.length = 0;
  });

  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  test('is written in full, whatever part of it one call writes', () => {
    disk(Infinity, 7);
    const journal = begin();
    journal.keep(runOf('web-0', 'updating'));
    const [{ beginning, runs }] = readJournals(folder);
    expect([beginning.services, [...runs.keys()]]).toEqual([REQUEST.services, [serviceArn('web-0')]]);
    journal.close();
  });

  test.each([
    ['the lock', 10], ['the first line', 700],
  ])('if %s does not fit, the run does not begin, it leaves no file, and the journals of earlier runs stay', (_, free) => {
    // Of a process that does not run any more.
    const owner = { pid: 4_999_999, host: hostname(), start: null };
    const earlier = { journal: 1, id: 'earlier', verb: 'add', startedAt: 0, owner, flags: {}, withheld: [], services: REQUEST.services };
    writeFileSync(join(folder, 'earlier.jsonl'), `${JSON.stringify(earlier)}\n`);
    disk(free);
    expect(() => begin()).toThrow(FULL);
    expect(readdirSync(folder)).toEqual(['earlier.jsonl']);
    jest.restoreAllMocks();
    begin().close();
  });

  test('a line that was cut off does not spoil the next one', () => {
    const room = disk(Infinity);
    const journal = begin();
    room.left = 10;
    expect(() => journal.keep(runOf('web-0', 'following'))).not.toThrow();
    expect(told).toEqual([expect.stringContaining(FULL)]);
    expect(() => journal.keep(runOf('web-1', 'updating'))).toThrow(/ENOSPC.*Nothing is written without it\.$/);
    room.left = Infinity;
    journal.keep(runOf('web-2', 'updating'));
    expect([...readJournals(folder)[0].runs.keys()]).toEqual([serviceArn('web-2')]);
    journal.close();
  });
});
