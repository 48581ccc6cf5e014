import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADD, ALL, COLLECTION, openShop, PATIENT, PLAN, processScenario, REMOVE, scenario, serviceArn, STATUS, WITH_KEY } from './shop';
import { accessDenied, changedAnswer, connectionReset, hanging, JsonObject, refused } from '../fakes';

const UPDATE = ['ecs', 'key', 'update'];

/** What ends a run early, and what is known then. */
const EARLY: Readonly<Record<string, readonly [args: readonly string[], action: string, services: number]>> = {
  'plan, if the services cannot be read': [PLAN, 'ecs:DescribeServices', 0],
  'plan, if the task definition cannot be read': [PLAN, 'ecs:DescribeTaskDefinition', 1],
  'add, if the secret cannot be described': [ADD, 'secretsmanager:DescribeSecret', 1],
  'remove, if the services cannot be listed': [['ecs', 'remove', ...ALL], 'ecs:ListServices', 0],
  'status, if the tasks cannot be listed': [STATUS, 'ecs:ListTasks', 1],
};

describe('--json prints one document', () => {
  for (const [what, [args, action, services]] of Object.entries(EARLY)) {
    scenario(`--json prints one document with the error: ${what}`, async shop => {
      shop.aws.inject(action, accessDenied());
      const ran = await shop.run([...args, '--json']);
      expect(ran.code).toBe(1);
      expect(ran.json).toMatchObject({ version: 2, verb: args[1], error: { message: expect.stringContaining(`${action} for`) } });
      expect(ran.json.services.map((service: { serviceArn: string }) => service.serviceArn)).toEqual(services === 0 ? [] : [serviceArn('orders')]);
      expect(ran.stderr).toContain('Add this statement');
    });
  }

  scenario('if the secret cannot be created, the document has the plan and the error', async shop => {
    shop.aws.inject('secretsmanager:CreateSecret', accessDenied());
    const { code, service, ran } = await shop.json(ADD, { env: WITH_KEY });
    expect(code).toBe(1);
    expect(service).toMatchObject({ action: 'add', taskDefinition: { family: 'orders' }, egress: { verdict: 'reachable' }, outcome: null });
    expect(ran.json.error.message).toContain('secretsmanager:CreateSecret');
    expect(shop.writes).toEqual(['CreateSecret']);
  }, { hasSecret: false });

  scenario('if the grant is denied, the document has the result of the service', async shop => {
    shop.aws.inject('iam:PutRolePolicy', accessDenied());
    const { code, service } = await shop.json([...ADD, '--grant-secret-access']);
    expect(code).toBe(1);
    expect(service).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('iam:PutRolePolicy') });
  }, { mayRead: false });

  scenario('wrong usage is a document, too', async shop => {
    const cases: readonly (readonly [readonly string[], string | null])[] = [
      [['ecs', 'add', '--cluster', 'shop'], 'add'], [[...ADD, '--timeout', 'soon'], 'add'], [[...STATUS, '--cluster', 'a b'], 'status'], [UPDATE, 'key update'],
      [[...PLAN, '--dryrun'], 'plan'], [['ecs', 'plan', 'x'], 'plan'], [['ecs'], null], [['status'], null], [[...UPDATE, '--nothing'], 'key update'],
    ];
    for (const [args, verb] of cases) {
      const ran = await shop.run([...args, '--json']);
      expect([args, ran.code]).toEqual([args, 2]);
      expect(ran.json).toMatchObject({ version: 2, verb, error: { message: expect.stringMatching(/./) } });
    }
    expect(shop.aws.calls).toEqual([]);
  });

  scenario('a wrong proxy is a document, too, and its password is not shown', async shop => {
    const ran = await shop.run([...STATUS, '--json'], { env: { HTTPS_PROXY: 'socks://user:not-a-password@proxy:1' } });
    expect(ran).toMatchObject({ code: 2, json: { verb: 'status', error: { message: expect.stringContaining('HTTPS_PROXY') } } });
    expect(ran.stdout + ran.stderr).not.toContain('not-a-password');
  });

  scenario('key update names the secret if the new value cannot be written', async shop => {
    shop.aws.inject('secretsmanager:PutSecretValue', accessDenied());
    const ran = await shop.run([...UPDATE, '--json'], { env: WITH_KEY });
    expect(ran.code).toBe(1);
    expect(ran.json).toMatchObject({
      verb: 'key update', secret: { name: 'postman/api-key' }, outcome: null, error: { message: expect.stringContaining('PutSecretValue') },
    });
  });

  scenario('ecs policy prints a policy or, with --json, the error', async shop => {
    expect((await shop.run(['ecs', 'policy', ...ALL, '--json'])).json).toMatchObject({ Version: '2012-10-17' });
    shop.aws.inject('ecs:ListServices', accessDenied());
    const [plain, json] = [await shop.run(['ecs', 'policy', ...ALL]), await shop.run(['ecs', 'policy', ...ALL, '--json'])];
    expect(plain.stdout).toBe('');
    expect(json.json).toMatchObject({ verb: 'policy', error: { message: expect.stringContaining('ecs:ListServices') } });
  });

  scenario('Ctrl-C before a plan exists is a document', async shop => {
    shop.aws.inject('ecs:DescribeTaskDefinition', hanging(), { times: Infinity });
    const ran = await shop.runUntil('ecs:DescribeTaskDefinition', 'SIGINT', [...ADD, '--json'], { env: PATIENT });
    const services = [{ serviceArn: serviceArn('orders'), action: null, outcome: null }];
    expect(ran).toMatchObject({ code: 130, json: { verb: 'add', services, error: { message: 'Interrupted.' } } });
  });

  processScenario('Ctrl-C pressed twice is a document, with what is known of each service', async shop => {
    for (const action of ['ecs:UpdateService', 'iam:DeleteRolePolicy']) shop.aws.inject(action, hanging(), { times: Infinity });
    const ran = await shop.run([...ADD, '--grant-secret-access', '--json'], {
      env: PATIENT,
      onStart: child => {
        shop.aws.onCall('UpdateService', 1, () => { child.kill('SIGINT'); child.kill('SIGTERM'); });
      },
    });
    expect(ran).toMatchObject({ code: 130, json: { verb: 'add' } });
    expect(ran.json.services).toMatchObject([{ serviceArn: serviceArn('orders'), action: 'add', outcome: 'notFollowed' }]);
  }, { mayRead: false });

  test.concurrent('a defect is a document, also if nothing catches it', async () => {
    const shop = await openShop({ asProcess: true });
    try {
      shop.aws.inject('ecs:DescribeTaskDefinition', hanging(), { times: Infinity });
      const fault = 'process.on("SIGUSR2", () => { throw new Error("a defect") })';
      const ran = await shop.runUntil('ecs:DescribeTaskDefinition', 'SIGUSR2', [...PLAN, '--json'], {
        env: { ...PATIENT, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}` },
      });
      const services = [{ serviceArn: serviceArn('orders') }];
      expect(ran).toMatchObject({ code: 1, json: { verb: 'plan', services, error: { message: expect.stringContaining('a defect') } } });
      expect(ran.stderr).toMatch(/Error: a defect\n {4}at [^]*This is a defect of postman-live-collection/);
    } finally {
      await shop.aws.stop();
    }
  });

  /** The outcomes in the page of a report, which the run has written into a folder. */
  const reported = (folder: string) => [...readFileSync(join(folder, 'report.html'), 'utf8').matchAll(/<tr>(.*?)<\/tr>/g)].slice(1)
    .map(([, row]) => [...row.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell]) => cell.replace(/<[^>]*>/g, '')))
    .map(([name, , outcome]) => `${name} ${outcome}`);
  const outcomes = ({ services }: any) => services.map(({ serviceArn: arn, outcome }: any) => `${arn.split('/').pop()} ${outcome}`);

  test.concurrent('a defect in a look at a rollout is a document with the results of all services, and so is the page of --report', async () => {
    const shop = await openShop();
    const folder = mkdtempSync(join(tmpdir(), 'document-'));
    try {
      for (const name of ['web-0', 'web-1']) shop.aws.ecs.addService(name, { cluster: 'shop' });
      const withoutRevision = [{ id: 'ecs-svc/other', status: 'PRIMARY' }];
      shop.aws.inject('ecs:DescribeServices', changedAnswer(answer => {
        const [service] = answer.services as JsonObject[];
        return String(service.taskDefinition).endsWith('/web-0:2') ? { services: [{ ...service, deployments: withoutRevision }] } : answer;
      }), { times: Infinity });
      const ran = await shop.run(['ecs', 'add', ...ALL, '--collection', COLLECTION, '--batch', '1', '--json', '--report', join(folder, 'report.html')]);
      expect(ran).toMatchObject({ code: 1, json: { verb: 'add', error: { message: expect.stringContaining('This is a defect') } } });
      expect(outcomes(ran.json)).toEqual(['orders completed', 'web-0 failed', 'web-1 notStarted']);
      expect(reported(folder)).toEqual(['orders done', 'web-0 failed', 'web-1 not started']);
    } finally {
      await shop.aws.stop();
      rmSync(folder, { recursive: true });
    }
  });

  processScenario('a second signal during the last calls is a document with the results of all services, and so is the page of --report', async shop => {
    const folder = mkdtempSync(join(tmpdir(), 'document-'));
    try {
      for (const action of ['ecs:RegisterTaskDefinition', 'iam:DeleteRolePolicy']) shop.aws.inject(action, hanging(), { times: Infinity });
      const ran = await shop.run([...ADD, '--grant-secret-access', '--json', '--report', join(folder, 'report.html')], {
        env: PATIENT,
        onStart: child => {
          shop.aws.onCall('RegisterTaskDefinition', 1, () => { child.kill('SIGINT'); });
          shop.aws.onCall('DeleteRolePolicy', 1, () => { child.kill('SIGINT'); });
        },
      });
      expect(ran).toMatchObject({ code: 130, json: { verb: 'add', error: { message: expect.stringMatching(/^Stopped\./) } } });
      expect([outcomes(ran.json), reported(folder)]).toEqual([['orders notStarted'], ['orders not started']]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, { mayRead: false });

  scenario('a lost network is a document', async shop => {
    shop.aws.inject('ecs:DescribeServices', connectionReset('before'), { times: Infinity });
    const ran = await shop.run([...REMOVE, '--json']);
    expect(ran).toMatchObject({ code: 1, json: { verb: 'remove', services: [], error: { message: expect.stringContaining('did not answer') } } });
  });

  scenario('an answer that makes no sense is no crash without a document', async shop => {
    shop.aws.inject('ecs:DescribeServices', changedAnswer(() => ({ services: [{ serviceName: 'orders' }] })), { times: Infinity });
    const ran = await shop.run(['ecs', 'plan', ...ALL, '--collection', COLLECTION, '--json']).catch(error => error);
    expect(ran.code).toBe(1);
    expect(ran.json).toMatchObject({ version: 2, verb: 'plan', error: { message: expect.any(String) } });
  });

  scenario('the end of a run is in its document, and there is no other', async shop => {
    shop.aws.inject('ecs:UpdateService', refused('ClientException', 'no'), { times: Infinity });
    const { code, service, ran } = await shop.json(ADD);
    expect(code).toBe(1);
    expect(service).toMatchObject({ outcome: 'failed' });
    expect(ran.json).not.toHaveProperty('error');
  });
});
