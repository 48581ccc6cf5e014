import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import { matchesPattern } from './filter-pattern';
import { GENERATIONS, hasStart, INSIGHTS, LIVE_COLLECTION, LogCause, notCapturingFragments, readLog } from '../../src/agent';
import { CAUSE_LINES, NO_PIPELINES, STATE_LINES } from '../../src/agent/log-lines';
import * as fc from '../random';

type Level = 'INFO' | 'WARNING' | 'ERROR';
interface Printed { readonly level: Level; readonly text: string }

const info = (text: string): Printed => ({ level: 'INFO', text });
const warning = (text: string): Printed => ({ level: 'WARNING', text });
const error = (text: string): Printed => ({ level: 'ERROR', text });

const COLOURS: { readonly [level in Level]: number } = { INFO: 34, WARNING: 33, ERROR: 31 };

/** The forms in which the programs print a line. Colours are always on, unless another form is asked for. */
const FORMS: { readonly [form: string]: (line: Printed) => string } = {
  'with time and colours': ({ level, text }) => `2026-11-26 20:47:49.123 \u001b[${COLOURS[level]}m[${level}] \u001b[0m${text}`,
  'with colours': ({ level, text }) => `\u001b[${COLOURS[level]}m[${level}] \u001b[0m${text}`,
  'plain': ({ level, text }) => `2026-11-26 20:47:49.123 [${level}] ${text}`,
  'as JSON': ({ level, text }) => JSON.stringify({ date: '2026-11-26T20:47:49Z', status: level.toLowerCase(), message: text })
    .replace(/[<>&]/g, character => `\\u00${character.charCodeAt(0).toString(16)}`),
};
const printed = FORMS['with time and colours'];

const BANNER = info('Postman Insights Agent 0.40.1');
const RUNNING = info('Running learn mode on interfaces eth0, lo');
const SIGINT = info('Send SIGINT (Ctrl-C) to stop...');
const START = [
  BANNER, info('Starting trace with probability 50%.'), info('Registered discovered service "shop/web" in cluster "shop"'),
  info('Discovery traffic for this service expires at 2026-12-01'), info('Skipping interface eth2 because it has no addresses'),
  info('Created new trace on Postman Cloud: akita://web:trace:blue-sky'), RUNNING,
  warning('--filter flag is not set; capturing all network traffic to and from your service.'), SIGINT,
];
const OLDER_BANNER = info('Postman Live Collections Agent 0.29.3');
const OLDER_START = [OLDER_BANNER, info('Created new trace on Postman Cloud: akita://web:trace:blue-sky'), RUNNING, SIGINT];

const IDLE = info('This process will not exit, to avoid boot loops. Please correct the command line flags or environment and retry.');
const idle = (cause: string) => [BANNER, error(`Error during initiaization: ${cause}`), IDLE];
const wrapped = (cause: string) => idle(`Something went wrong while starting the agent: ${cause}`);
const URL_ERROR = 'Get "https://api.observability.postman.com/v2/agent/services/svc_0aZ4Vd1kQ2mN7pX9sB3tRw"';

/** Transient lines: the agent goes on after them. */
const PASSING = [
  error(` request failed [error ${URL_ERROR}: dial tcp: lookup api.observability.postman.com: no such host method GET url https://api.observability]`),
  error('request failed[error Post "https://api.observability.postman.com": x509: certificate signed by unknown authority'),
  warning('Failed to upload to Postman: your witness uploads are being throttled'),
  error('Failed to upload to Postman: Invalid credentials. Ensure the POSTMAN_INSIGHTS_API_KEY environment variable has a valid API key'),
  error('Failed to send telemetry statistics: Unexpected error occured while making request, status code: 403.'),
  error('Failed to send initial telemetry statistics: context deadline exceeded'),
  error('failed to update redaction configuration for svc_0aZ4Vd1kQ2mN7pX9sB3tRw: Unexpected error occured while making request, status code: 401.'),
  error('Failed to create trace blue-sky: connection refused'),
  error('Telemetry using temporary ID; GetUser API call failed: i/o timeout'),
];

interface Case { readonly about: string; readonly lines: readonly Printed[]; readonly cause?: LogCause; readonly line: string }
const bad = (about: string, lines: readonly Printed[], cause: LogCause, line: string): Case => ({ about, lines, cause, line });
const good = (about: string, lines: readonly Printed[], line: string): Case => ({ about, lines, line });

const CASES: readonly Case[] = [
  good('a start', START, SIGINT.text),
  good('a start whose last line was not written yet', START.slice(0, 7), RUNNING.text),
  good('an hour of capturing', [...START, info('Rotating to new trace on Postman Cloud: akita://web:trace:red-sky')],
    'Rotating to new trace on Postman Cloud: akita://web:trace:red-sky'),
  good('diagnostics', [info('Capture diagnostics: client=cli_1 prefilter[req=0 resp=0] postfilter[req=0 resp=0]')],
    'Capture diagnostics: client=cli_1 prefilter[req=0 resp=0] postfilter[req=0 resp=0]'),
  good('one interface of two that fails',
    [...START, error('Encountered an error on interface eth1, continuing with remaining interfaces.  Error: failed to set BPF filter')], SIGINT.text),
  good('transient failures while it captures', [...START, ...PASSING], SIGINT.text),

  bad('a key that is rejected', wrapped('Invalid credentials. Ensure the POSTMAN_INSIGHTS_API_KEY environment variable has a valid API key'), 'keyRejected',
    'Error during initiaization: Something went wrong while starting the agent: Invalid credentials. Ensure the POSTMAN_INSIGHTS_API_KEY environment variable '
    + 'has a valid API key'),
  bad('a key that is rejected with a status', idle('Unexpected error occured while making request, status code: 401.'), 'keyRejected',
    'Error during initiaization: Unexpected error occured while making request, status code: 401.'),
  bad('no key', idle('Missing or incomplete credentials. Ensure the POSTMAN_INSIGHTS_API_KEY  environment variable is set'), 'keyMissing',
    'Error during initiaization: Missing or incomplete credentials. Ensure the POSTMAN_INSIGHTS_API_KEY  environment variable is set'),
  ...[
    'context deadline exceeded', 'dial tcp 34.0.0.1:443: i/o timeout', `${URL_ERROR}: dial tcp: no such host`, 'dial tcp: connect: connection refused',
  ].map(text => bad(`no route (${text.slice(-20)})`, idle(text), 'noRoute', `Error during initiaization: ${text}`)),
  bad('an unknown project', wrapped('There is no project with given ID svc_1'), 'destinationUnknown',
    'Error during initiaization: Something went wrong while starting the agent: There is no project with given ID svc_1'),
  bad('an unknown workspace', idle('Unexpected error occured while making request, status code: 404.'), 'destinationUnknown',
    'Error during initiaization: Unexpected error occured while making request, status code: 404.'),
  bad('a project of another team', wrapped('You cannot send traffic to the project with ID svc_1'), 'destinationForbidden',
    'Error during initiaization: Something went wrong while starting the agent: You cannot send traffic to the project with ID svc_1'),
  bad('a collection of another team', wrapped('you cannot send traffic to the collection with ID 1-2'), 'destinationForbidden',
    'Error during initiaization: Something went wrong while starting the agent: you cannot send traffic to the collection with ID 1-2'),
  bad('a team without the catalog', idle('API Catalog is not enabled for this team.'), 'destinationForbidden',
    'Error during initiaization: API Catalog is not enabled for this team.'),
  bad('a workspace without write access', idle('Unexpected error occured while making request, status code: 403.'), 'destinationForbidden',
    'Error during initiaization: Unexpected error occured while making request, status code: 403.'),
  ...[
    'failed to parse project ID: invalid tag', '--workspace-id must be a valid UUID', '--system-env must be a valid UUID',
    'Exactly one of --project, --collection, --workspace-id, or --discovery-mode must be specified.',
    'Only one of --project, --collection, or --workspace-id can be specified.', '--system-env is required when --workspace-id is specified.',
  ].map(text => bad(`a destination that is not valid (${text.slice(0, 30)})`, idle(text), 'destinationInvalid', `Error during initiaization: ${text}`)),
  bad('two flags that name a destination',
    [BANNER, error('if any flags in the group [project collection] are set none of the others can be; [collection project] were all set')],
    'destinationInvalid', 'if any flags in the group [project collection] are set none of the others can be; [collection project] were all set'),
  ...['namespace', 'workload name', 'cluster name'].map(part => bad(`discovery without a ${part}`, idle(`discovery mode requires a ${part}`),
    'discoveryIncomplete', `Error during initiaization: discovery mode requires a ${part}`)),
  bad('a service that is not registered', idle('failed to register discovered service: Unexpected error occured while making request, status code: 412.'),
    'discoveryRefused',
    'Error during initiaization: failed to register discovered service: Unexpected error occured while making request, status code: 412.'),
  bad('a registration without a route', idle('failed to register discovered service: context deadline exceeded'), 'noRoute',
    'Error during initiaization: failed to register discovered service: context deadline exceeded'),
  bad('a discovered service that was not onboarded in time', [
    ...START, warning('Discovery traffic TTL expired for service "shop/web"'), info('Discovery traffic TTL expired, stopping trace collection...'),
    info('Trace collection stopped'),
  ], 'discoveryRefused', 'Discovery traffic TTL expired, stopping trace collection...'),
  bad('a discovered service that was not onboarded', [BANNER, warning('Discovery traffic TTL already expired, stopping capture.')], 'discoveryRefused',
    'Discovery traffic TTL already expired, stopping capture.'),
  bad('no permission', [
    BANNER, warning('The agent needs the CAP_NET_RAW capability'),
    ...idle('No network interfaces could be used: Insufficient permissions in container.').slice(1),
  ], 'noPermission', 'Error during initiaization: No network interfaces could be used: Insufficient permissions in container.'),
  bad('no capability, which only a line before it says', [
    BANNER, warning('The container lacks the CAP_NET_RAW capability.'), ...idle('unexpected EOF').slice(1),
  ], 'noPermission', 'The container lacks the CAP_NET_RAW capability.'),
  bad('an interface that is not there', idle('No network interfaces could be used: interface eth7 not found'), 'noInterface',
    'Error during initiaization: No network interfaces could be used: interface eth7 not found'),
  bad('no pipeline, which overrules the lines after it', [...START.slice(0, 6), warning('No capture pipelines were started.'), RUNNING, SIGINT], 'noInterface',
    'No capture pipelines were started.'),
  bad('a filter that is not valid', [
    ...START, error('Encountered an error on interface eth0: failed to set BPF filter: syntax error'), error('Encountered errors on 1 / 1 interfaces'),
    ...idle('trace collection failed').slice(1),
  ], 'badFilter', 'Encountered an error on interface eth0: failed to set BPF filter: syntax error'),
  bad('an expression that is not valid', idle('failed to compile path exclusion: missing closing )'), 'badExpression',
    'Error during initiaization: failed to compile path exclusion: missing closing )'),
  bad('an agent that was not chosen', [BANNER, info('Starting trace with probability 1%.'), info('This agent instance will not begin capturing data.')],
    'notChosen', 'This agent instance will not begin capturing data.'),
  bad('an older version that does not know a flag', [error('unknown flag: --workspace-id')], 'unknownFlag', 'unknown flag: --workspace-id'),
  bad('a trace that is refused', idle('failed to create trace or fetch existing trace: failed to create a new backend trace: onboarding'), 'other',
    'Error during initiaization: failed to create trace or fetch existing trace: failed to create a new backend trace: onboarding'),
  bad('an error that is not known', idle('unexpected EOF'), 'other', 'Error during initiaization: unexpected EOF'),
  bad('an agent that was told to stop', [...START, info('Received terminated, stopping trace collection...'), info('Trace collection stopped')], 'stopped',
    'Trace collection stopped'),
  bad('an error after a transient one, which is not its cause', [BANNER, ...PASSING, ...wrapped('There is no project with given ID svc_1').slice(1)],
    'destinationUnknown', 'Error during initiaization: Something went wrong while starting the agent: There is no project with given ID svc_1'),
  bad('an unknown error after a transient one, which may be its cause', [BANNER, PASSING[0], ...idle('unexpected EOF').slice(1)], 'noRoute',
    PASSING[0].text.trim().slice(0, 300)),
];

/** The older agent exits after an error, and says nothing after it. */
const OLDER_CASES: readonly Case[] = [
  good('a start', OLDER_START, SIGINT.text),
  good('its statistics', [info('Printing packet capture statistics after 60 seconds of capture.')],
    'Printing packet capture statistics after 60 seconds of capture.'),
  good('its statistics without traffic',
    [...OLDER_START, warning('No HTTP calls captured!'), warning('Did not capture any TCP packets during the trace.')], SIGINT.text),
  bad('a key that is rejected', [OLDER_BANNER, error('Invalid credentials, run "login"')], 'keyRejected', 'Invalid credentials, run "login"'),
  bad('no key', [OLDER_BANNER, error('API key ID not found, run "login"')], 'keyMissing', 'API key ID not found, run "login"'),
  bad('a collection of another team',
    [OLDER_BANNER, error('Something went wrong while starting the Agent: you cannot send traffic to the collection with ID 1-2')],
    'destinationForbidden', 'Something went wrong while starting the Agent: you cannot send traffic to the collection with ID 1-2'),
  bad('no route', [OLDER_BANNER, PASSING[0], error('Something went wrong while starting the Agent: dial tcp: i/o timeout')], 'noRoute',
    'Something went wrong while starting the Agent: dial tcp: i/o timeout'),
  bad('a trace that is refused', [OLDER_BANNER, error('failed to create trace or fetch existing trace: failed to create a new backend trace: EOF')], 'other',
    'failed to create trace or fetch existing trace: failed to create a new backend trace: EOF'),
  bad('no destination', [OLDER_BANNER, error('exactly one of --out, --project or --collection must be specified')], 'destinationInvalid',
    'exactly one of --out, --project or --collection must be specified'),
  bad('two flags that name a destination',
    [OLDER_BANNER, error('if any flags in the group [project collection] are set none of the others can be; [collection project] were all set')],
    'destinationInvalid', 'if any flags in the group [project collection] are set none of the others can be; [collection project] were all set'),
  bad('no permission', [OLDER_BANNER, error('No network interfaces could be used: Insufficient permissions, try using "sudo"')], 'noPermission',
    'No network interfaces could be used: Insufficient permissions, try using "sudo"'),
  bad('no interface', [OLDER_BANNER, error('No network interfaces could be used: interface eth7 not found')], 'noInterface',
    'No network interfaces could be used: interface eth7 not found'),
  bad('an expression that is not valid', [OLDER_BANNER, error('failed to compile host filter: missing closing )')], 'badExpression',
    'failed to compile host filter: missing closing )'),
  bad('a filter that is not valid',
    [...OLDER_START, error('Encountered an error on interface eth0: failed to set BPF filter'), error('trace collection failed')],
    'badFilter', 'Encountered an error on interface eth0: failed to set BPF filter'),
  bad('a flag that it does not know', [error('unknown flag: --workspace-id')], 'unknownFlag', 'unknown flag: --workspace-id'),
  bad('an agent that was told to stop', [...OLDER_START, info('Received terminated, stopping trace collection...')], 'stopped',
    'Received terminated, stopping trace collection...'),
];

const ALL = [
  ...CASES.map(one => ({ generation: INSIGHTS, title: INSIGHTS.title, ...one })),
  ...OLDER_CASES.map(one => ({ generation: LIVE_COLLECTION, title: LIVE_COLLECTION.title, ...one })),
];

describe('what the log of an agent says', () => {
  test.each(ALL)('the log of the $title with $about is read', ({ generation, lines, cause, line }) => {
    const expected = cause === undefined ? { state: 'capturing', line } : { state: 'notCapturing', line: line.slice(0, 300), cause };
    expect(readLog(lines.map(printed), generation)).toEqual(expected);
  });

  test.each(Object.keys(FORMS))('each log is read if its lines are %s', form => {
    for (const { generation, lines, cause, about } of ALL) {
      const reading = readLog(lines.map(FORMS[form]), generation);
      expect([about, reading.state, reading.cause]).toEqual([about, cause === undefined ? 'capturing' : 'notCapturing', cause]);
    }
  });

  test('each row of the tables is in one of these logs, for each of its generations', () => {
    const rows = [...STATE_LINES, ...CAUSE_LINES, NO_PIPELINES].flatMap(({ fragment, generations }) => generations.map(name => ({ fragment, name })));
    const texts = (name: string) => ALL.filter(({ generation }) => generation.name === name).flatMap(({ lines }) => lines.map(({ text }) => text));
    // Of the older agent, only what it was seen to print is written here.
    const missing = rows.filter(({ fragment, name }) => !texts(name).some(text => text.includes(fragment)));
    expect(missing.filter(({ name }) => name === 'insights').map(({ fragment }) => fragment)).toEqual(['Printing packet capture statistics after']);
    expect(missing.filter(({ name }) => name === 'live-collection').map(({ fragment }) => fragment)).toEqual([
      'Rotating to new trace on Postman Cloud:', 'Trace collection stopped', 'context deadline exceeded', 'connection refused', 'CAP_NET_RAW',
    ]);
  });

  test('each line of a good start is read without a failure, however many of them were written', () => {
    for (const [start, generation] of [[START, INSIGHTS], [OLDER_START, LIVE_COLLECTION]] as const) {
      for (let count = 0; count <= start.length; count++) {
        expect(readLog(start.slice(0, count).map(printed), generation).state).toBe(count > start.indexOf(RUNNING) ? 'capturing' : 'unknown');
      }
    }
  });
});

describe('several runs in one log', () => {
  const FAILED = wrapped('There is no project with given ID svc_1');

  test('only the last run counts', () => {
    expect(readLog([...FAILED, ...START].map(printed), INSIGHTS).state).toBe('capturing');
    expect(readLog([...START, ...FAILED].map(printed), INSIGHTS)).toMatchObject({ state: 'notCapturing', cause: 'destinationUnknown' });
    expect(readLog([...START, BANNER].map(printed), INSIGHTS)).toEqual({ state: 'unknown' });
    expect(readLog([...START.slice(0, 6), warning('No capture pipelines were started.'), ...START].map(printed), INSIGHTS).state).toBe('capturing');
    expect(readLog([OLDER_BANNER, error('Invalid credentials, run "login"'), ...OLDER_START].map(printed), LIVE_COLLECTION).state).toBe('capturing');
  });

  test('a text with the agent\'s name and no version is not the start of a run', () => {
    const lines = [...FAILED, info('Postman Insights Agent documentation: https://learning.postman.com')];
    expect(readLog(lines.map(printed), INSIGHTS).state).toBe('notCapturing');
  });

  test('lines have the start of a run if one of them is the first line of it, in any form', () => {
    for (const form of Object.values(FORMS)) {
      for (const start of [START, OLDER_START]) {
        expect(hasStart(start.map(form))).toBe(true);
        expect(hasStart(start.slice(1).map(form))).toBe(false);
      }
    }
    expect(hasStart([])).toBe(false);
  });

  test('an agent that captured and then failed does not capture, and only what came after counts as its cause', () => {
    const lines = [...START, error('Encountered an error on interface eth0: read: network is down'), ...idle('trace collection failed').slice(1)];
    const line = 'Error during initiaization: trace collection failed';
    expect(readLog(lines.map(printed), INSIGHTS)).toEqual({ state: 'notCapturing', cause: 'other', line });
    const before = [BANNER, warning('The container lacks the CAP_NET_RAW capability.'), ...lines.slice(1)];
    expect(readLog(before.map(printed), INSIGHTS)).toMatchObject({ cause: 'other' });
  });
});

describe('a log that says nothing', () => {
  test.each<[string, readonly Printed[]]>([
    ['nothing', []],
    ['no line that decides', [BANNER, info('Created new trace on Postman Cloud: akita://web:trace:blue-sky')]],
    ['transient failures only', PASSING],
    ['transient failures after the banner', [BANNER, ...PASSING]],
    ['no traffic', [warning('No HTTP or HTTPS calls captured!'), warning('TLS handshake messages out of 5')]],
    ['an error without a known cause', [BANNER, error('unexpected EOF')]],
    ['a cause that is no error', [BANNER, warning('Invalid credentials')]],
    ['a message of another program', [info('GET /orders 200')]],
  ])('the state is unknown if the log has %s', (_, lines) => {
    for (const generation of GENERATIONS) {
      for (const form of Object.values(FORMS)) expect(readLog(lines.map(form), generation)).toEqual({ state: 'unknown' });
    }
  });

  test('a missing route in the log of an agent that exits is not certain without the line that the start failed', () => {
    expect(readLog([error('dial tcp: i/o timeout')].map(printed), LIVE_COLLECTION)).toEqual({ state: 'unknown' });
  });

  test('lines of the other generation do not count', () => {
    expect(readLog([info('Capture diagnostics: client=cli_1')].map(printed), LIVE_COLLECTION)).toEqual({ state: 'unknown' });
    expect(readLog([error('API key ID not found')].map(printed), INSIGHTS)).toEqual({ state: 'unknown' });
  });
});

describe('hostile lines', () => {
  const HOSTILE = '\u0000\u0007\u001b]0;title\u0007\u001b[2J\u009b31m\u202e\u2066\u200b\u2028\u2029\ufeff\r\n\t';

  test('a shown line has no control character, no invisible one and no line break', () => {
    for (const form of Object.values(FORMS)) {
      const { line } = readLog([form(error(`Error during initiaization: ${HOSTILE}end`))], INSIGHTS);
      expect(line).toMatch(/^Error during initiaization: .*end$/);
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
  });

  test('a shown line has at most 300 characters, and no half of a character', () => {
    for (const filler of ['x', '世', '𝕏']) {
      const { line } = readLog([printed(error(`Error during initiaization: y${filler.repeat(300_000)}`))], INSIGHTS);
      expect(line!.length).toBeLessThanOrEqual(300);
      expect(line!.length).toBeGreaterThan(297);
      // It throws on half of a character.
      expect(encodeURIComponent(line!)).not.toBe('');
    }
  });

  test('a key, or the password of a URL, that is longer than what is shown of a line is hidden before the line is cut', () => {
    for (const secret of [`http://user:not-a-${'p'.repeat(60)}@proxy`, `${['PMAK', 'not', 'a'].join('-')}-${'k'.repeat(60)}`]) {
      const { line } = readLog([printed(error(`Error during initiaization: ${'y'.repeat(250)} ${secret}`))], INSIGHTS);
      expect(line).toMatch(/y (http:\/\/\*\*\*@proxy|PMAK-\*\*\*)$/);
    }
  });

  test.each([
    '{', '{"message":5}', '{"message":null}', '{"status":"error"}', `{"message":"${'['.repeat(10000)}`, '[]', 'null', '{"__proto__":{"message":"x"}}',
  ])('a line that is not the agent\'s JSON is taken as text: %s', text => {
    expect(readLog([text], INSIGHTS)).toEqual({ state: 'unknown' });
    const { state, line } = readLog([`${text} Error during initiaization: x`], INSIGHTS);
    expect([state, line]).toEqual(['notCapturing', `${text} Error during initiaization: x`.slice(0, 300)]);
  });

  test('any lines are read without an error, and what is shown is a part of one of them', () => {
    const piece = fc.oneof(
      fc.constantFrom(...STATE_LINES.map(({ fragment }) => fragment), ...CAUSE_LINES.map(({ fragment }) => fragment), BANNER.text, NO_PIPELINES.fragment,
        '\u001b[31m', '[ERROR] ', '{"message":"', '"}', HOSTILE),
      fc.string({ maxLength: 8, unit: 'grapheme' }),
    );
    const line = fc.array(piece, { maxLength: 5 }).map(pieces => pieces.join(''));
    fc.assert(fc.property(fc.array(line, { maxLength: 8 }), fc.constantFrom(...GENERATIONS), (lines, generation) => {
      const reading = readLog(lines, generation);
      expect(['capturing', 'notCapturing', 'unknown']).toContain(reading.state);
      expect(reading.line === undefined).toBe(reading.state === 'unknown');
      expect(reading.cause === undefined).toBe(reading.state !== 'notCapturing');
      expect(reading.line ?? '').not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }), { numRuns: 1000 });
  });
});

describe('the terms of the metric filter', () => {
  const EACH = GENERATIONS.map(generation => ({ title: generation.title, generation }));

  test.each(EACH)('the terms for the $title fit into a filter pattern of CloudWatch Logs', ({ generation }) => {
    const terms = notCapturingFragments(generation);
    // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
    expect(terms.map(term => `?"${term}"`).join(' ').length).toBeLessThanOrEqual(1024);
    expect(new Set(terms).size).toBe(terms.length);
    expect(terms.filter(term => /["\\]/.test(term))).toEqual([]);
  });

  /** In whatever form the program prints them: whether the filter counts one of the lines. */
  const matches = (lines: readonly Printed[], generation: (typeof GENERATIONS)[number]) => {
    const pattern = FilterPattern.anyTerm(...notCapturingFragments(generation)).logPatternString;
    const found = Object.values(FORMS).map(form => lines.some(line => matchesPattern(pattern, form(line))));
    expect(new Set(found).size).toBe(1);
    return found[0];
  };

  test('no term is in a line of a good start, of a task that ends, or of an agent that was not chosen', () => {
    const isFine = ({ lines, cause }: Case) => cause === 'stopped' || cause === 'notChosen'
      || (cause === undefined && !lines.some(line => PASSING.includes(line) || line.text.includes('continuing with')));
    const fine = ALL.filter(isFine);
    expect(fine.length).toBeGreaterThan(8);
    expect(fine.filter(({ generation, lines }) => matches(lines, generation))).toEqual([]);
  });

  test('a term is in the log of every agent that does not capture for another reason', () => {
    const failed = ALL.filter(({ cause }) => cause !== undefined && !['stopped', 'notChosen'].includes(cause));
    const missed = failed.filter(({ generation, lines }) => !matches(lines, generation));
    // A service that is discovered and not onboarded in time stops like a task that ends.
    expect(missed.map(({ about }) => about)).toEqual(['a discovered service that was not onboarded in time']);
  });

  test('transient failures of today\'s agent do not count', () => {
    expect(matches(PASSING, INSIGHTS)).toBe(false);
  });
});
