import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DESTINATION, QUESTION, shop } from './given';
import { CTRL_C, DOWN, ENTER, PATIENT, SPACE } from './terminal';
import { run } from '../cli/run';
import { hanging } from '../fakes';

const here = shop();
const PROJECT = 'svc_0123456789ABCDEFGHIJKL';

describe('a run whose cluster, services and destination were answers to questions', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'journal-')); });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('is continued with them by ecs resume, without a terminal', async () => {
    here.aws.ecs.addService('billing', { cluster: 'shop' });
    here.aws.inject('ecs:RegisterTaskDefinition', hanging(), { times: Infinity });
    const called = here.called('ecs:RegisterTaskDefinition');
    const stopped = await here.type(['ecs', 'add', '--journal', folder], [
      { wait: DESTINATION }, { match: '●' }, { send: ENTER }, { wait: '--project: ' }, { send: `${PROJECT}${ENTER}` },
      { match: 'Which cluster\\?[\\s\\S]*shop' }, { send: ENTER },
      { match: 'Which services\\?[\\s\\S]*web' }, { send: `${SPACE}${DOWN}${DOWN}${SPACE}${ENTER}` },
      QUESTION, { send: 'y' }, { until: called }, { send: CTRL_C },
    ], { env: PATIENT });
    expect([stopped.exitCode, here.aws.callsOf('UpdateService')]).toEqual([130, []]);
    here.aws.faults.clear();
    const [id] = readdirSync(folder)[0].split('.');
    const env = { ...here.aws.env, AWS_REGION: 'eu-west-1', POSTMAN_LIVE_COLLECTION_POLL_SECONDS: '0.2' };
    const { code, json } = await run(['ecs', 'resume', id, '--journal', folder, '--json'], { env });
    expect([code, json.services.map(({ serviceArn, outcome }: any) => [serviceArn.split('/').pop(), outcome])]).toEqual([
      0, [['billing', 'completed'], ['web', 'completed']],
    ]);
    expect(JSON.stringify(here.aws.ecs.describeTaskDefinition('web:2'))).toContain(`"--project","${PROJECT}"`);
    expect(readdirSync(folder)).toEqual([]);
  });
});
