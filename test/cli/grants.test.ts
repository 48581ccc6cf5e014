import { createHash } from 'node:crypto';
import { ADD, CLUSTER_ARN, COLLECTION, EXECUTION_ROLE, openShop, PLAN, REMOVE, scenario, SELECT, serviceArn, Shop, ShopOptions } from './shop';
import { accessDenied, changedAnswer, JsonObject, parseJson, refused, taskDefinitionBody } from '../fakes';

const GRANT = [...ADD, '--grant-secret-access'];
const REVOKE = [...REMOVE, '--revoke-secret-access'];
const PLAN_ALL = ['ecs', 'plan', '--cluster', 'shop', '--all', '--collection', COLLECTION];
const BOTH = ['ecs', 'add', '--cluster', 'shop', '--all', '--collection', COLLECTION, '--grant-secret-access'];
const ADD_WEB = ['ecs', 'add', '--cluster', 'shop', '--service', 'web', '--collection', COLLECTION];
const TASK_ROLE = 'arn:aws:iam::123456789012:role/task';
const REGION = 'eu-west-1';

/** The execution role cannot read the secret. */
const DENIED: ShopOptions = { mayRead: false };

/** What the program calls the policy for a secret, written down once more. */
const nameFor = (arn: string, readable = 'postman-api-key') =>
  `postman-live-collection-${readable}-${createHash('sha256').update(arn).digest('hex').slice(0, 16)}`;
const secretArn = ({ aws }: Shop, name = 'postman/api-key') => aws.secrets.find(name)!.arn;
const policies = ({ aws }: Shop, role = 'execution') => Object.fromEntries([...aws.iam.role(role).inline].map(([name, text]) => [name, JSON.parse(text)]));
const names = (shop: Shop, role?: string) => Object.keys(policies(shop, role));
const reading = (arn: string) => ({
  Version: '2012-10-17', Statement: [{ Effect: 'Allow' as const, Action: ['secretsmanager:GetSecretValue'], Resource: [arn] }],
});
const put = ({ aws }: Shop, name: string, document: object) => aws.iam.role('execution').inline.set(name, JSON.stringify(document));
const idsOf = (messages: readonly { readonly id: string }[]) => messages.map(({ id }) => id);
const found = (messages: readonly { readonly id: string; readonly message: string }[], id: string) =>
  messages.filter(message => message.id === id).map(({ message }) => message);
const addOther = ({ aws }: Shop, name = 'web', definition: JsonObject = {}, cluster = 'shop') =>
  aws.ecs.addService(name, { cluster, taskDefinition: taskDefinitionBody(name, definition) });
/** Containers that read the secret in the way of `valueFrom`. */
const containers = (valueFrom: string) => [{ name: 'web', image: 'nginx', secrets: [{ name: 'KEY', valueFrom }] }] as unknown as JsonObject[];

describe('the policy of a grant', () => {
  scenario('has the name of the secret and the hash of its ARN, allows only this secret, and is written before the service is changed', async shop => {
    const { code, service } = await shop.json(GRANT);
    const arn = secretArn(shop);
    expect(code).toBe(0);
    expect(service.grant).toEqual({ roleArn: EXECUTION_ROLE, policyName: nameFor(arn), secretArn: arn });
    expect(policies(shop)).toEqual({ [nameFor(arn)]: reading(arn) });
    expect(shop.writes).toEqual(['PutRolePolicy', 'RegisterTaskDefinition', 'UpdateService']);
  }, DENIED);

  scenario('leaves no tag on the revision: the role itself says what was granted', async shop => {
    await shop.run(GRANT);
    expect(shop.aws.ecs.revisionsOf('orders')[1].tags.map(({ key }: { key: string }) => key)).toEqual(['postman:previous_revision']);
  }, DENIED);

  scenario('is one for all families that share the role and the secret, in one run', async shop => {
    addOther(shop);
    expect((await shop.run(BOTH)).code).toBe(0);
    expect(names(shop)).toEqual([nameFor(secretArn(shop))]);
    expect(shop.aws.callsOf('PutRolePolicy')).toHaveLength(1);
    // Before the runs write it, and right before it is written.
    expect(shop.aws.callsOf('GetRolePolicy')).toHaveLength(2);
  }, DENIED);

  scenario('is one for each secret of a role, and none replaces another', async shop => {
    shop.aws.secrets.add('team/postman', 'value');
    addOther(shop);
    await shop.run(GRANT);
    expect((await shop.run([...ADD_WEB, '--grant-secret-access', '--api-key-secret', 'team/postman'])).code).toBe(0);
    const [first, second] = [secretArn(shop), secretArn(shop, 'team/postman')];
    expect(policies(shop)).toEqual({ [nameFor(first)]: reading(first), [nameFor(second, 'team-postman')]: reading(second) });
  }, DENIED);

  scenario('has at most 128 of the characters of IAM, and long names that begin alike give different policies', async shop => {
    const long = `team/${'x'.repeat(300)}`;
    for (const name of [`${long}1`, `${long}2`]) {
      shop.aws.secrets.add(name, 'value');
      const ran = await shop.run([...GRANT, '--api-key-secret', name]);
      expect(ran.code).toBe(0);
    }
    expect(names(shop)).toHaveLength(2);
    for (const name of names(shop)) expect(name).toMatch(/^[\w+=,.@-]{1,128}$/);
  }, DENIED);

  scenario('of a secret that the run creates names the complete ARN, which a plan does not know', async shop => {
    const env = { POSTMAN_API_KEY: 'not-a-key' };
    const plan = await shop.json([...PLAN, '--grant-secret-access'], { env });
    expect(plan.service.grant.policyName).toBe(`postman-live-collection-postman-api-key-${'?'.repeat(16)}`);
    expect((await shop.run(GRANT, { env })).code).toBe(0);
    expect(policies(shop)).toEqual({ [nameFor(secretArn(shop))]: reading(secretArn(shop)) });
  }, { ...DENIED, hasSecret: false });

  scenario('is not written again if it is there', async shop => {
    put(shop, nameFor(secretArn(shop)), reading(secretArn(shop)));
    shop.aws.inject('iam:SimulatePrincipalPolicy', accessDenied());
    shop.aws.inject('iam:ListRolePolicies', accessDenied());
    const ran = await shop.run(GRANT);
    expect(ran.code).toBe(0);
    expect(shop.writes).toEqual(['RegisterTaskDefinition', 'UpdateService']);
    expect(ran.stderr).not.toContain('added the inline policy');
  }, DENIED);

  scenario('is written again if another user has changed it', async shop => {
    put(shop, nameFor(secretArn(shop)), reading(`${secretArn(shop)}x`));
    expect((await shop.run(GRANT)).code).toBe(0);
    expect(policies(shop)).toEqual({ [nameFor(secretArn(shop))]: reading(secretArn(shop)) });
  }, DENIED);

  scenario('is written also if it may not be read before', async shop => {
    shop.aws.inject('iam:GetRolePolicy', accessDenied());
    expect((await shop.run(GRANT)).code).toBe(0);
    expect(names(shop)).toEqual([nameFor(secretArn(shop))]);
  }, DENIED);

  scenario('is refused if the role has a Deny, which no grant overrides', async shop => {
    put(shop, 'deny', { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: 'secretsmanager:*', Resource: '*' } });
    const { code, service } = await shop.json(GRANT);
    expect(code).toBe(5);
    expect(found(service.refusals, 'executionRoleCannotReadSecret')[0]).toMatch(/explicitDeny.*Remove the Deny/);
    expect(found(service.refusals, 'executionRoleCannotReadSecret')[0]).not.toContain('--grant-secret-access');
    expect(shop.writes).toEqual([]);
  });

  scenario('is refused for a role that is also the task role, since the application would get access, too', async shop => {
    const { code, service } = await shop.json(GRANT);
    expect(code).toBe(5);
    expect(service.refusals).toEqual([{ id: 'secretAccessNotGranted', message: expect.stringMatching(/execution.*task role.*application/) }]);
    expect(shop.writes).toEqual([]);
  }, { ...DENIED, definition: { taskRoleArn: EXECUTION_ROLE } });

  scenario('is refused for a role that is the task role of another selected service', async shop => {
    addOther(shop, 'web', { taskRoleArn: EXECUTION_ROLE, executionRoleArn: TASK_ROLE });
    shop.aws.iam.addRole('task', { inline: { key: reading('*') as never } });
    const ran = await shop.run([...BOTH, '--all-or-nothing', '--json']);
    expect(ran.code).toBe(5);
    expect(found(ran.json.services[0].refusals, 'secretAccessNotGranted')).toEqual([expect.stringContaining('task role of web')]);
    expect(shop.writes).toEqual([]);
  }, DENIED);
});

describe('a grant whose run cannot go on', () => {
  const REFUSED = refused('ClientException', 'no such thing');

  scenario('is revoked', async shop => {
    shop.aws.inject('ecs:RegisterTaskDefinition', REFUSED);
    const { code, service, ran } = await shop.json(GRANT);
    expect([code, service.outcome, names(shop), idsOf(service.warnings)]).toEqual([1, 'failed', [], expect.not.arrayContaining(['secretAccessNotRevoked'])]);
    expect(ran.code).toBe(1);
  }, DENIED);

  scenario('stays if it is unknown who uses it, and the text and the document say so', async shop => {
    shop.aws.inject('ecs:ListClusters', accessDenied());
    shop.aws.inject('ecs:RegisterTaskDefinition', REFUSED, { times: 2 });
    const { service } = await shop.json(GRANT);
    const kept = 'The inline policy postman-live-collection-\\S+ of role execution was not removed: it is unknown whether a service uses it';
    const why = expect.stringMatching(`^${kept}: .*ecs:ListClusters`);
    expect([names(shop).length, found(service.warnings, 'secretAccessNotRevoked')]).toEqual([1, [why]]);
    shop.aws.iam.role('execution').inline.clear();
    const { stdout } = await shop.run(GRANT);
    expect(stdout).toMatch(/orders: failed: .*no such thing.*\n {2}warning {2}The inline policy postman-live-collection-\S+ of role execution was not removed/);
  }, DENIED);
});

describe('removing the agent after a grant', () => {
  scenario('keeps the policy and says so, and so does its plan', async shop => {
    await shop.run(GRANT);
    const kept = { id: 'secretAccessKept', message: expect.stringMatching(new RegExp(`${nameFor(secretArn(shop))}.*role execution.*--revoke-secret-access`)) };
    expect((await shop.json(['ecs', 'plan', ...SELECT, '--remove'])).service.warnings).toEqual([kept]);
    const text = await shop.run(['ecs', 'plan', ...SELECT, '--remove']);
    expect(text.stdout).toContain('[secretAccessKept]');
    expect(await shop.json(REMOVE)).toMatchObject({ code: 0, service: { outcome: 'completed', warnings: [kept] } });
    expect(names(shop)).toHaveLength(1);
    expect(shop.runs()).toBe('orders:1');
  }, DENIED);

  scenario('says nothing of a policy if there is none, and asks nothing of IAM for a service without an agent', async shop => {
    await shop.run(ADD);
    expect((await shop.json(REMOVE)).service.warnings).toEqual([]);
    const before = shop.aws.calls.length;
    expect((await shop.json(REMOVE)).service).toMatchObject({ action: 'none', warnings: [] });
    expect(shop.aws.calls.slice(before).filter(({ service }) => service === 'iam')).toEqual([]);
  });

  scenario('works silently if the policies of the role may not be read', async shop => {
    await shop.run(GRANT);
    shop.aws.inject('iam:*', accessDenied());
    expect(await shop.json(REMOVE)).toMatchObject({ code: 0, service: { outcome: 'completed', warnings: [] } });
    expect(names(shop)).toHaveLength(1);
  }, DENIED);

  scenario('with --revoke-secret-access removes the policy after the rollout, and says both before', async shop => {
    await shop.run(GRANT);
    const plan = await shop.json([...REVOKE, '--dry-run']);
    expect(plan.service.warnings).toEqual([{ id: 'secretAccessToBeRevoked', message: expect.stringContaining(nameFor(secretArn(shop))) }]);
    expect(names(shop)).toHaveLength(1);
    shop.aws.calls.length = 0;
    const { code, service, ran } = await shop.json(REVOKE);
    expect(code).toBe(0);
    expect(service.warnings).toEqual([{ id: 'secretAccessRevoked', message: expect.stringContaining(nameFor(secretArn(shop))) }]);
    expect(ran.stderr).toMatch(/Removed the inline policy/);
    expect(shop.writes).toEqual(['UpdateService', 'DeleteRolePolicy']);
    expect(policies(shop)).toEqual({});
  }, DENIED);

  scenario('with --revoke-secret-access removes it also later, when the agent is gone', async shop => {
    await shop.run(GRANT);
    await shop.run(REMOVE);
    expect(names(shop)).toHaveLength(1);
    const { code, service } = await shop.json(REVOKE);
    expect(code).toBe(0);
    expect(service).toMatchObject({ action: 'none', outcome: 'unchanged', warnings: [{ id: 'secretAccessRevoked' }] });
    expect(names(shop)).toEqual([]);
  }, DENIED);

  scenario('with --revoke-secret-access removes it later also if the removal registered a revision', async shop => {
    await shop.run(GRANT);
    shop.aws.ecs.deregisterTaskDefinition('orders:1');
    await shop.run(REMOVE);
    expect(shop.runs()).toBe('orders:3');
    await shop.run(REVOKE);
    expect(names(shop)).toEqual([]);
  }, DENIED);

  scenario('recognizes a policy of an earlier version, which has the name of the family', async shop => {
    put(shop, 'postman-live-collection-orders', reading(secretArn(shop)));
    put(shop, 'postman-live-collection-web', reading(secretArn(shop)));
    await shop.run(ADD);
    expect(found((await shop.json(REMOVE)).service.warnings, 'secretAccessKept')).toEqual([expect.stringContaining('postman-live-collection-orders of role')]);
    expect((await shop.run(REVOKE)).code).toBe(0);
    expect(names(shop)).toEqual(['postman-live-collection-web']);
  }, DENIED);

  scenario('recognizes the cut name of an earlier version, and removes its tag with the agent', async shop => {
    const family = shop.aws.ecs.service('orders').taskDefinition;
    const body = { ...taskDefinitionBody('f'.repeat(200)), tags: [{ key: 'team', value: 'web' }] };
    shop.aws.ecs.registerTaskDefinition(body);
    shop.aws.ecs.updateService('orders', { taskDefinition: `${'f'.repeat(200)}:1` });
    shop.aws.advance(60_000);
    expect(family.family).toBe('orders');
    await shop.run(GRANT);
    put(shop, `postman-live-collection-${'f'.repeat(104)}`, reading(secretArn(shop)));
    const { tags } = shop.aws.ecs.revisionsOf('f'.repeat(200))[1];
    (tags as { key: string; value: string }[]).push({ key: 'postman:secret_access_granted', value: 'true' });
    expect((await shop.run(REVOKE)).code).toBe(0);
    expect(shop.runs()).toBe(`${'f'.repeat(200)}:1`);
    expect(names(shop)).toEqual([]);
  }, DENIED);

  for (const [what, document] of Object.entries<(arn: string) => object>({
    'another statement': arn => ({ ...reading(arn), Statement: [...reading(arn).Statement, { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] }),
    'another secret': arn => reading(`${arn}x`),
    'all secrets': () => reading('*'),
    'another action': arn => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['secretsmanager:*'], Resource: [arn] }] }),
  })) {
    scenario(`never removes a policy with the program's name that has ${what}`, async shop => {
      await shop.run(ADD);
      put(shop, nameFor(secretArn(shop)), document(secretArn(shop)));
      const before = names(shop);
      const { code, service } = await shop.json(REVOKE);
      expect(code).toBe(0);
      expect(found(service.warnings, 'secretAccessNotRevoked')).toEqual([expect.stringMatching(/not what this program writes/)]);
      expect(names(shop)).toEqual(before);
    });
  }
});

describe('--revoke-secret-access keeps the policy', () => {
  const USES: Record<string, (shop: Shop, arn: string) => void> = {
    'another service of the cluster reads the secret': (shop, arn) => { addOther(shop, 'web', { containerDefinitions: containers(arn) }); },
    'a service of another cluster reads it': (shop, arn) => { addOther(shop, 'web', { containerDefinitions: containers(arn) }, 'other'); },
    'the same family runs in another cluster': ({ aws }) => { aws.ecs.addService('orders', { cluster: 'other', taskDefinition: 'orders:2' }); },
    'a service reads a field of it': (shop, arn) => { addOther(shop, 'web', { containerDefinitions: containers(`${arn}:key::`) }); },
    'a service reads a version of it by its partial ARN': (shop, arn) => {
      addOther(shop, 'web', { containerDefinitions: containers(`${arn.slice(0, -7)}:key:AWSCURRENT:`) });
    },
    'a service being deleted reads it': (shop, arn) => { addOther(shop, 'web', { containerDefinitions: containers(arn) }).status = 'DRAINING'; },
    'a log driver gets it': (shop, arn) => {
      const options = { logDriver: 'splunk', secretOptions: [{ name: 'splunk-token', valueFrom: arn }] };
      addOther(shop, 'web', { containerDefinitions: [{ name: 'web', image: 'nginx', logConfiguration: options }] });
    },
    'an image is pulled with it': (shop, arn) => {
      addOther(shop, 'web', { containerDefinitions: [{ name: 'web', image: 'private/web', repositoryCredentials: { credentialsParameter: arn } }] });
    },
    'a task set of an external controller reads it': (shop, arn) => {
      const { arn: definition } = shop.aws.ecs.registerTaskDefinition(taskDefinitionBody('set', { containerDefinitions: containers(arn) }));
      const service = addOther(shop);
      service.members = { ...service.members, deploymentController: { type: 'EXTERNAL' }, taskSets: [{ id: 'ts-1', taskDefinition: definition }] };
    },
  };
  /** A service whose rollout has an older deployment with the secret. */
  const rolledOut = (shop: Shop, arn: string, [rolloutState, desiredCount]: readonly [string, number]) => {
    const { arn: older } = shop.aws.ecs.registerTaskDefinition(taskDefinitionBody('older', { containerDefinitions: containers(arn) }));
    const service = addOther(shop);
    const primary = { id: 'ecs-svc/2', status: 'PRIMARY', taskDefinition: service.taskDefinition.arn, rolloutState, desiredCount: 1, runningCount: 1 };
    const active = { id: 'ecs-svc/1', status: 'ACTIVE', taskDefinition: older, rolloutState: 'COMPLETED', desiredCount, runningCount: 1 };
    service.members = { ...service.members, deployments: [primary, active] };
  };
  USES['a rollout may go back to a revision that reads it'] = (shop, arn) => rolledOut(shop, arn, ['IN_PROGRESS', 0]);
  USES['an older deployment still wants tasks'] = (shop, arn) => rolledOut(shop, arn, ['COMPLETED', 1]);
  for (const [what, use] of Object.entries(USES)) {
    scenario(`if ${what}`, async shop => {
      await shop.run(GRANT);
      use(shop, secretArn(shop));
      const { code, service, ran } = await shop.json(REVOKE);
      expect(code).toBe(0);
      expect(shop.runs()).toBe('orders:1');
      expect(found(service.warnings, 'secretAccessNotRevoked')).toEqual([expect.stringMatching(/(web|orders) in cluster (shop|other)/)]);
      expect(ran.stderr).toMatch(/was not removed/);
      expect(names(shop)).toHaveLength(1);
    }, DENIED);
  }

  const UNUSED: Readonly<Record<string, (shop: Shop, arn: string) => void>> = {
    'the service with the secret is INACTIVE': (shop, arn) => { addOther(shop, 'web', { containerDefinitions: containers(arn) }).status = 'INACTIVE'; },
    'the last tasks of a completed rollout with the secret are stopping': (shop, arn) => { rolledOut(shop, arn, ['COMPLETED', 0]); },
    'another role reads the secret': (shop, arn) => { addOther(shop, 'web', { containerDefinitions: containers(arn), executionRoleArn: TASK_ROLE }); },
    'the role reads another secret': (shop, arn) => { addOther(shop, 'web', { containerDefinitions: containers(arn.replace('api-key', 'api-kex')) }); },
    'the task role reads the secret by a variable': (shop, arn) => {
      addOther(shop, 'web', { containerDefinitions: [{ name: 'web', image: 'nginx', environment: [{ name: 'SECRET', value: arn }] }] });
    },
  };
  for (const [what, add] of Object.entries(UNUSED)) {
    scenario(`but not if ${what}`, async shop => {
      await shop.run(GRANT);
      add(shop, secretArn(shop));
      expect((await shop.run(REVOKE)).code).toBe(0);
      expect(names(shop)).toEqual([]);
    }, DENIED);
  }

  scenario('if the rollout is not followed, so tasks with the agent may still start', async shop => {
    await shop.run(GRANT);
    shop.aws.ecs.rolloutsEnd('orders', { kind: 'neverSettles' });
    const { service } = await shop.json([...REVOKE, '--no-follow']);
    expect(found(service.warnings, 'secretAccessNotRevoked')).toEqual([expect.stringContaining('orders in cluster shop')]);
    expect(names(shop)).toHaveLength(1);
  }, DENIED);

  for (const action of ['ecs:ListClusters', 'ecs:ListServices', 'ecs:DescribeServices', 'ecs:DescribeTaskDefinition']) {
    scenario(`if ${action} is denied for another cluster, and names the permission`, async shop => {
      await shop.run(GRANT);
      addOther(shop, 'web', {}, 'other');
      const statement = (Resource: string) => ({ Effect: 'Deny', Action: action, Resource });
      const Condition = { ArnEquals: { 'ecs:cluster': CLUSTER_ARN.replace('shop', 'other') } };
      const denied = action === 'ecs:DescribeServices' ? [statement(serviceArn('web').replace('shop', 'other'))]
        : action === 'ecs:ListServices' ? [{ ...statement('*'), Condition }]
          : action === 'ecs:ListClusters' ? [statement('*')] : [];
      if (denied.length > 0) shop.aws.allowOnly({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }, ...denied] as never });
      else shop.aws.inject(action, accessDenied(), { from: shop.aws.callsOf(action).length + 3 });
      const { code, service } = await shop.json(REVOKE);
      expect([code, shop.runs()]).toEqual([0, 'orders:1']);
      expect(found(service.warnings, 'secretAccessNotRevoked')).toEqual([expect.stringContaining(action)]);
      expect(names(shop)).toHaveLength(1);
    }, DENIED);
  }

  scenario('if a service is listed but cannot be described', async shop => {
    await shop.run(GRANT);
    addOther(shop, 'web', {}, 'other');
    shop.aws.inject('ecs:DescribeServices', changedAnswer(answer => {
      const services = (answer.services as JsonObject[]).filter(({ serviceName }) => serviceName !== 'web');
      return { ...answer, services, failures: [{ arn: serviceArn('web'), reason: 'ACCESS_DENIED' }] };
    }), { times: Infinity });
    expect(found((await shop.json(REVOKE)).service.warnings, 'secretAccessNotRevoked')).toEqual([expect.stringContaining('web')]);
    expect(names(shop)).toHaveLength(1);
  }, DENIED);

  scenario('if IAM denies its removal, which ends with 1 and names the permission', async shop => {
    await shop.run(GRANT);
    shop.aws.inject('iam:DeleteRolePolicy', accessDenied());
    const { code, service } = await shop.json(REVOKE);
    expect(code).toBe(1);
    expect(service.outcome).toBe('completed');
    expect(found(service.warnings, 'secretAccessNotRevoked')).toEqual([expect.stringContaining('iam:DeleteRolePolicy')]);
  }, DENIED);

  scenario('if IAM does not show it, and names the permission', async shop => {
    await shop.run(GRANT);
    shop.aws.inject('iam:GetRolePolicy', accessDenied());
    const { code, service } = await shop.json(REVOKE);
    expect([code, service.outcome]).toEqual([0, 'completed']);
    expect(found(service.warnings, 'secretAccessNotRevoked')).toEqual([expect.stringContaining('iam:GetRolePolicy')]);
    expect(names(shop)).toHaveLength(1);
  }, DENIED);

  scenario('if two families shared it and only one agent is removed; it goes with the last', async shop => {
    addOther(shop);
    await shop.run(BOTH);
    await shop.run(REVOKE);
    expect(names(shop)).toHaveLength(1);
    expect((await shop.run(['ecs', 'remove', '--cluster', 'shop', '--service', 'web', '--revoke-secret-access'])).code).toBe(0);
    expect(names(shop)).toEqual([]);
  }, DENIED);
});

describe('the flag --revoke-secret-access', () => {
  for (const verb of [ADD, PLAN, ['ecs', 'status', ...SELECT]]) {
    scenario(`is no option of ecs ${verb[1]}`, async shop => {
      const ran = await shop.run([...verb, '--revoke-secret-access']);
      expect(ran.code).toBe(2);
      expect(ran.stderr).toContain('--revoke-secret-access');
      expect(shop.aws.calls).toEqual([]);
    });
  }
});

describe('the printed policy', () => {
  const actionsIn = (document: any) => document.Statement.flatMap(({ Action }: { Action: string[] }) => Action);
  const resourcesOf = (document: any, action: string) =>
    document.Statement.filter(({ Action }: { Action: string[] }) => Action.includes(action)).flatMap(({ Resource }: { Resource: string[] }) => Resource);

  scenario('allows to write and to look through other clusters only if that is asked for', async shop => {
    const plain = (await shop.run(['ecs', 'policy', ...SELECT])).json;
    expect(actionsIn(plain).filter((action: string) => /ListClusters|RolePolicy$/.test(action))).toEqual(['iam:GetRolePolicy']);
    const granting = (await shop.run(['ecs', 'policy', ...SELECT, '--grant-secret-access'])).json;
    expect(actionsIn(granting).filter((action: string) => /ListClusters|ListServices|RolePolicy$/.test(action)).sort())
      .toEqual(['ecs:ListClusters', 'ecs:ListServices', 'iam:DeleteRolePolicy', 'iam:GetRolePolicy', 'iam:PutRolePolicy']);
    const revoking = (await shop.run(['ecs', 'policy', ...SELECT, '--revoke-secret-access'])).json;
    expect(actionsIn(revoking).filter((action: string) => /ListClusters|ListServices|RolePolicy$/.test(action)).sort())
      .toEqual(['ecs:ListClusters', 'ecs:ListServices', 'iam:DeleteRolePolicy', 'iam:GetRolePolicy']);
  });

  scenario('is enough to grant, and with the flag to revoke across clusters', async shop => {
    addOther(shop, 'web', {}, 'other');
    const printed = await shop.run(['ecs', 'policy', ...SELECT, '--grant-secret-access', '--revoke-secret-access']);
    shop.aws.allowOnly(printed.stdout);
    expect((await shop.run(GRANT)).code).toBe(0);
    expect((await shop.run(REVOKE)).code).toBe(0);
    expect(names(shop)).toEqual([]);
    expect(shop.aws.calls.filter(({ outcome }) => /Denied|Unauthorized/.test(outcome ?? ''))).toEqual([]);
  }, DENIED);

  scenario('allows no change of a task role, also if it is an execution role, too', async shop => {
    addOther(shop, 'web', { taskRoleArn: EXECUTION_ROLE, executionRoleArn: 'arn:aws:iam::123456789012:role/other' });
    shop.aws.iam.addRole('other');
    const all = ['--cluster', 'shop', '--all'];
    const document = (await shop.run(['ecs', 'policy', ...all, '--grant-secret-access', '--revoke-secret-access'])).json;
    const written = ['iam:PutRolePolicy', 'iam:DeleteRolePolicy'].flatMap(action => resourcesOf(document, action));
    expect([...new Set(written)]).toEqual(['arn:aws:iam::123456789012:role/other']);
    expect(resourcesOf(document, 'iam:PassRole')).toEqual(expect.arrayContaining([TASK_ROLE, EXECUTION_ROLE]));
    expect(resourcesOf(document, 'iam:SimulatePrincipalPolicy')).not.toContain(TASK_ROLE);
  }, { ...DENIED, definition: { taskRoleArn: TASK_ROLE } });

  scenario('has no statement that writes a role if no role may be written', async shop => {
    const document = (await shop.run(['ecs', 'policy', ...SELECT, '--grant-secret-access'])).json;
    expect(actionsIn(document).filter((action: string) => /(Put|Delete)RolePolicy/.test(action))).toEqual([]);
  }, { ...DENIED, definition: { taskRoleArn: EXECUTION_ROLE } });
});

describe('a secret that is encrypted with an alias of a key', () => {
  const ALIAS = 'alias/postman';
  const ADD_IT = [...ADD, '--api-key-secret', 'team/postman'];
  const encrypt = ({ aws }: Shop, kmsKeyId = ALIAS, region = REGION) => {
    const { secrets, keys } = aws.region(region);
    secrets.add('team/postman', 'value', { kmsKeyId });
    return keys.add('11111111-2222-3333-4444-555555555555', ALIAS);
  };
  const decrypting = (key: string, region = REGION) => ({
    Effect: 'Allow', Action: ['kms:Decrypt'], Resource: [key], Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } },
  });

  for (const [what, id] of [['its name', ALIAS], ['its ARN', `arn:aws:kms:${REGION}:123456789012:${ALIAS}`]] as const) {
    scenario(`gets a grant on the key behind it, if Secrets Manager answers with ${what}`, async shop => {
      const key = encrypt(shop, id);
      const { code } = await shop.json([...ADD_IT, '--grant-secret-access']);
      expect(code).toBe(0);
      const KeyId = id.startsWith('arn:') ? id : `arn:aws:kms:${REGION}:123456789012:${id}`;
      expect(shop.aws.callsOf('kms:DescribeKey').map(({ input }) => input)).toEqual([{ KeyId }]);
      const [{ Statement }] = Object.values(policies(shop));
      expect(Statement[1]).toEqual(decrypting(key));
      expect(names(shop)).toHaveLength(1);
    }, DENIED);
  }

  scenario('in another region is looked up there', async shop => {
    const key = encrypt(shop, ALIAS, 'us-east-2');
    const { arn } = shop.aws.region('us-east-2').secrets.find('team/postman')!;
    expect((await shop.run([...ADD, '--api-key-secret', arn, '--grant-secret-access'])).code).toBe(0);
    expect(shop.aws.callsOf('kms:DescribeKey').map(({ region }) => region)).toEqual(['us-east-2']);
    expect(Object.values(policies(shop))[0].Statement[1]).toEqual(decrypting(key, 'us-east-2'));
  }, DENIED);

  scenario('gets no grant if the key is not found: the refusal names the permission and the way out', async shop => {
    encrypt(shop);
    shop.aws.inject('kms:DescribeKey', accessDenied());
    const { code, service } = await shop.json([...ADD_IT, '--grant-secret-access']);
    expect(code).toBe(5);
    expect(service.refusals).toEqual([{ id: 'secretAccessNotGranted', message: expect.stringMatching(/alias\/postman.*kms:DescribeKey.*kms:Decrypt/) }]);
    expect(shop.writes).toEqual([]);
  }, DENIED);

  scenario('is a warning without a grant if the key is not found, and no wildcard is used', async shop => {
    encrypt(shop);
    shop.aws.inject('kms:DescribeKey', accessDenied());
    const { code, service } = await shop.json(ADD_IT);
    expect(code).toBe(0);
    expect(found(service.warnings, 'executionRoleUnknown')).toEqual([expect.stringMatching(/alias\/postman.*kms:DescribeKey/)]);
    expect(JSON.stringify(shop.aws.calls)).not.toContain('key/*');
  });

  scenario('may be looked up with the printed policy, by no other alias', async shop => {
    encrypt(shop);
    const flags = ['--api-key-secret', 'team/postman', '--grant-secret-access'];
    const printed = await shop.run(['ecs', 'policy', ...SELECT, ...flags]);
    const [lookup] = printed.json.Statement.filter(({ Action }: { Action: string[] }) => Action.includes('kms:DescribeKey'));
    expect(lookup).toEqual({
      Effect: 'Allow',
      Action: ['kms:DescribeKey'],
      Resource: [`arn:aws:kms:${REGION}:123456789012:key/*`],
      Condition: { StringEquals: { 'kms:RequestAlias': ALIAS } },
    });
    shop.aws.allowOnly(printed.stdout);
    expect((await shop.run([...GRANT, '--api-key-secret', 'team/postman'])).code).toBe(0);
    expect(names(shop)).toHaveLength(1);
  }, DENIED);
});

describe('IAM\'s simulation of the execution role', () => {
  const KEY = `arn:aws:kms:${REGION}:123456789012:key/11111111-2222-3333-4444-555555555555`;
  const encrypt = ({ aws }: Shop) => aws.secrets.add('team/postman', 'value', { kmsKeyId: KEY }).arn;
  const ADD_IT = [...ADD, '--api-key-secret', 'team/postman'];
  const VIA = { ContextKeyName: 'kms:ViaService', ContextKeyType: 'string', ContextKeyValues: [`secretsmanager.${REGION}.amazonaws.com`] };

  scenario('is one call for the secret, and one for the key, made as through Secrets Manager', async shop => {
    const arn = encrypt(shop);
    await shop.run(ADD_IT);
    expect(shop.aws.callsOf('SimulatePrincipalPolicy').map(({ input }) => input)).toEqual([{
      PolicySourceArn: EXECUTION_ROLE, ActionNames: ['secretsmanager:GetSecretValue'], ResourceArns: [arn],
    }, {
      PolicySourceArn: EXECUTION_ROLE, ActionNames: ['kms:Decrypt'], ResourceArns: [KEY], ContextEntries: [VIA],
    }]);
  });

  scenario('names the region of the secret in the condition', async shop => {
    const { arn } = shop.aws.region('us-east-2').secrets.add('team/postman', 'value', { kmsKeyId: KEY.replace(REGION, 'us-east-2') });
    await shop.run([...ADD, '--api-key-secret', arn]);
    const [, { input }] = shop.aws.callsOf('SimulatePrincipalPolicy');
    expect(input.ContextEntries).toEqual([{ ...VIA, ContextKeyValues: ['secretsmanager.us-east-2.amazonaws.com'] }]);
  });

  scenario('knows that a call of Secrets Manager has no value of KMS', async shop => {
    const arn = encrypt(shop);
    const Condition = { StringEquals: { 'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com` } };
    put(shop, 'key', { Statement: [{ Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'kms:Decrypt'], Resource: [arn, KEY], Condition }] });
    shop.aws.iam.role('execution').attached.splice(0);
    const { code, service } = await shop.json(ADD_IT);
    expect([code, found(service.refusals, 'executionRoleCannotReadSecret')]).toEqual([5, [expect.stringMatching(/not allowed secretsmanager:GetSecretValue/)]]);
    shop.aws.inject('iam:SimulatePrincipalPolicy', accessDenied());
    const read = await shop.json(ADD_IT);
    const under = /allow secretsmanager:GetSecretValue on \S+ only under conditions/;
    expect([read.code, found(read.service.warnings, 'executionRoleUnknown')]).toEqual([0, [expect.stringMatching(under)]]);
  }, DENIED);

  scenario('counts for each action on its own resource only', async shop => {
    const arn = encrypt(shop);
    put(shop, 'key', { Statement: [...reading(arn).Statement, { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY }] });
    expect(found((await shop.json(ADD_IT)).service.warnings, 'executionRoleUnknown')).toEqual([]);
  });

  const ofKey = (result: JsonObject) => result.EvalActionName === 'kms:Decrypt';
  const partial: Readonly<Record<string, (results: readonly JsonObject[]) => JsonObject[]>> = {
    'of one action': results => results.filter(result => !ofKey(result)),
    'of the resource': results => results.map(result => ofKey(result) ? { ...result, EvalResourceName: `${KEY}0`, ResourceSpecificResults: [] } : result),
    'of no resource, for several': results => results.map(({ ResourceSpecificResults, ...result }) => ({ ...result, EvalResourceName: '*' })),
  };
  for (const [what, leave] of Object.entries(partial)) {
    scenario(`that lacks the result ${what} is not taken for a permission`, async shop => {
      encrypt(shop);
      put(shop, 'key', { Statement: [{ Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'kms:Decrypt'], Resource: '*' }] });
      shop.aws.inject('iam:SimulatePrincipalPolicy', changedAnswer(answer => {
        const results = parseJson(JSON.stringify(answer.EvaluationResults)) as unknown as JsonObject[];
        const allowed = results.map(result => ({ ...result, EvalDecision: 'allowed' }));
        return { ...answer, EvaluationResults: leave(allowed) } as JsonObject;
      }), { times: 9 });
      shop.aws.inject('iam:ListRolePolicies', accessDenied());
      const { service } = await shop.json(ADD_IT);
      expect(found(service.warnings, 'executionRoleUnknown')).toEqual([expect.stringMatching(/no result for (kms:Decrypt|secretsmanager:GetSecretValue)/)]);
    });
  }

  scenario('is read to its last page', async shop => {
    const arn = encrypt(shop);
    put(shop, 'key', { Statement: [...reading(arn).Statement, { Effect: 'Deny', Action: 'kms:Decrypt', Resource: KEY }] });
    const first = Buffer.from('place:0').toString('base64url');
    const isShort = changedAnswer(answer => ({ ...answer, EvaluationResults: [], IsTruncated: true, Marker: first }));
    shop.aws.inject('iam:SimulatePrincipalPolicy', isShort, { times: 1 });
    const { code, service } = await shop.json(ADD_IT);
    expect(code).toBe(5);
    expect(found(service.refusals, 'executionRoleCannotReadSecret')).toEqual([expect.stringMatching(/kms:Decrypt.*explicitDeny/)]);
  });

  for (const effect of ['Allow', 'Deny']) {
    scenario(`is unknown if ${effect === 'Allow' ? 'an Allow' : 'a Deny'} needs a value that the simulation does not have`, async shop => {
      const Condition = { StringEquals: { 'aws:SourceVpc': 'vpc-1' } };
      put(shop, 'vpc', { Statement: [{ Effect: effect, Action: 'secretsmanager:*', Resource: '*', Condition }] });
      const { code, service } = await shop.json(ADD);
      expect(code).toBe(0);
      expect(found(service.warnings, 'executionRoleUnknown')).toEqual([expect.stringContaining('aws:SourceVpc')]);
    });
  }
});

describe('the secret\'s own policy', () => {
  const SECRET = 'team/postman';
  const ADD_IT = [...ADD, '--api-key-secret', SECRET];
  const GRANT_IT = [...ADD_IT, '--grant-secret-access'];
  const READ = 'secretsmanager:GetSecretValue';
  const add = ({ aws }: Shop, ...Statement: readonly object[]) =>
    aws.secrets.add(SECRET, 'value', { resourcePolicy: { Version: '2012-10-17', Statement } }).arn;
  const others = (...roles: readonly string[]) => ({
    Effect: 'Deny', Principal: '*', Action: READ, Resource: '*', Condition: { ArnNotEquals: { 'aws:PrincipalArn': roles } },
  });
  const judged = async (shop: Shop, args: readonly string[] = ADD_IT) => {
    const { code, service } = await shop.json(args);
    return [code, [...found(service.refusals, 'executionRoleCannotReadSecret'), ...found(service.warnings, 'executionRoleUnknown')]];
  };

  scenario('denies the role, whatever its policies allow', async shop => {
    add(shop, others('arn:aws:iam::123456789012:role/other'));
    expect(await judged(shop)).toEqual([5, [expect.stringContaining(`the secret's own policy denies role execution ${READ}`)]]);
    expect(shop.writes).toEqual([]);
  });

  scenario('is not overridden by a grant', async shop => {
    add(shop, others('arn:aws:iam::123456789012:role/other'));
    expect(await judged(shop, GRANT_IT)).toEqual([5, [expect.stringContaining('own policy denies')]]);
    expect(names(shop)).toEqual([]);
  }, DENIED);

  const EXCEPT: Readonly<Record<string, object>> = {
    'names the role': others('arn:aws:iam::123456789012:role/other', EXECUTION_ROLE),
    'names the role by a pattern': { ...others(), Condition: { StringNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/exec*' } } },
    'is about another role': { Effect: 'Deny', Principal: { AWS: 'arn:aws:iam::123456789012:role/other' }, Action: '*', Resource: '*' },
    'is about another action': { Effect: 'Deny', Principal: '*', Action: 'secretsmanager:PutSecretValue', Resource: '*' },
  };
  for (const [what, statement] of Object.entries(EXCEPT)) {
    scenario(`with a Deny that ${what} changes nothing`, async shop => {
      add(shop, statement);
      expect(await judged(shop)).toEqual([0, []]);
    });
  }

  const MAYBE: Readonly<Record<string, object>> = {
    'has another condition': { Effect: 'Deny', Principal: '*', Action: READ, Resource: '*', Condition: { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } } },
    'names whom it is not for': { Effect: 'Deny', NotPrincipal: { AWS: EXECUTION_ROLE }, Action: READ, Resource: '*' },
  };
  for (const [what, statement] of Object.entries(MAYBE)) {
    scenario(`with a Deny that ${what} is a warning, and no reason to grant anything`, async shop => {
      add(shop, statement);
      expect(await judged(shop, GRANT_IT)).toEqual([0, [expect.stringContaining('has a Deny')]]);
      expect(shop.writes).not.toContain('PutRolePolicy');
    });
  }

  scenario('must allow a role of another account: otherwise no grant helps, and none is written', async shop => {
    const foreign = `arn:aws:secretsmanager:${REGION}:222222222222:secret:team/postman-AbCdEf`;
    shop.aws.inject('secretsmanager:DescribeSecret', changedAnswer(answer => ({ ...answer, ARN: foreign })), { times: Infinity });
    shop.aws.secrets.add(SECRET, 'value');
    shop.aws.inject('secretsmanager:GetResourcePolicy', changedAnswer(answer => ({ ...answer, ResourcePolicy: null })), { times: Infinity });
    const [code, [why]] = await judged(shop, GRANT_IT) as [number, string[]];
    expect([code, why]).toEqual([5, expect.stringContaining('the secret is in account 222222222222, and its own policy does not allow role execution')]);
    expect(names(shop)).toEqual([]);
  }, DENIED);

  scenario('with a Deny of calls without TLS changes nothing, since ECS uses TLS', async shop => {
    add(shop, { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    expect(await judged(shop)).toEqual([0, []]);
  });

  scenario('with a Deny whose resource has a variable is a warning', async shop => {
    add(shop, { Effect: 'Deny', Principal: '*', Action: READ, Resource: 'arn:aws:secretsmanager:*:${aws:PrincipalAccount}:secret:*' });
    expect(await judged(shop)).toEqual([0, [expect.stringContaining('has a Deny')]]);
  });

  scenario('denies the role also if it is unknown what its own policies allow', async shop => {
    add(shop, others('arn:aws:iam::123456789012:role/other'));
    for (const action of ['iam:SimulatePrincipalPolicy', 'iam:ListRolePolicies']) shop.aws.inject(action, accessDenied());
    expect(await judged(shop, GRANT_IT)).toEqual([5, [expect.stringContaining('own policy denies')]]);
  });

  scenario('may allow what the role\'s own policies do not, so if it cannot be read, that is a warning', async shop => {
    shop.aws.secrets.add(SECRET, 'value');
    shop.aws.inject('secretsmanager:GetResourcePolicy', accessDenied());
    expect(await judged(shop)).toEqual([0, [expect.stringMatching(/not allowed .*, but the secret's own policy could not be read: /)]]);
  }, DENIED);

  scenario('is read once for all roles', async shop => {
    add(shop, others(EXECUTION_ROLE, 'arn:aws:iam::123456789012:role/two'));
    shop.aws.iam.addRole('two', { inline: { read: reading(secretArn(shop, SECRET)) } });
    addOther(shop, 'web', { executionRoleArn: 'arn:aws:iam::123456789012:role/two' });
    expect((await shop.run([...PLAN_ALL, '--api-key-secret', SECRET])).code).toBe(3);
    expect(shop.aws.callsOf('GetResourcePolicy')).toHaveLength(1);
  });
});

scenario('a permissions boundary that does not allow it is a refusal, which no grant overrides', async shop => {
  shop.aws.inject('iam:SimulatePrincipalPolicy', changedAnswer(answer => ({
    ...answer,
    EvaluationResults: (answer.EvaluationResults as JsonObject[]).map(result => ({
      ...result, EvalDecision: 'implicitDeny', PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
      ResourceSpecificResults: [],
    })),
  })), { times: Infinity });
  const { code, service } = await shop.json(GRANT);
  expect([code, found(service.refusals, 'executionRoleCannotReadSecret')]).toEqual([5, [expect.stringContaining('by its permissions boundary')]]);
});

describe('the role\'s own policies, if IAM simulates nothing', () => {
  const unsimulated = ({ aws }: Shop) => aws.inject('iam:SimulatePrincipalPolicy', accessDenied());

  for (const [what, boundary, message] of [
    ['has', { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }, /has a permissions boundary/],
    ['may have', undefined, /boundary of role execution could not be read/],
  ] as const) {
    scenario(`are not all, if the role ${what} a permissions boundary`, async shop => {
      unsimulated(shop);
      if (boundary) shop.aws.iam.addRole('execution', { inline: { read: reading(secretArn(shop)) }, boundary: 'arn:aws:iam::123456789012:policy/boundary' });
      else shop.aws.inject('iam:GetRole', accessDenied());
      const { code, service } = await shop.json(ADD);
      expect([code, found(service.warnings, 'executionRoleUnknown')]).toEqual([0, [expect.stringMatching(message)]]);
    });
  }

  for (const [what, statement] of [
    ['an Allow', { Effect: 'Allow', Action: 'secretsmanager:*', Resource: 'arn:aws:secretsmanager:*:${aws:PrincipalAccount}:secret:*' }],
    ['a Deny', { Effect: 'Deny', Action: 'secretsmanager:*', Resource: 'arn:aws:secretsmanager:*:${aws:PrincipalAccount}:secret:*' }],
    ['a Deny of everything else', { Effect: 'Deny', Action: 'secretsmanager:*', NotResource: 'arn:aws:secretsmanager:*:${aws:PrincipalAccount}:secret:*' }],
  ] as const) {
    scenario(`do not decide by ${what} with a variable, whose value is not known`, async shop => {
      unsimulated(shop);
      if (statement.Effect === 'Allow') shop.aws.iam.role('execution').inline.clear();
      put(shop, 'variable', { Statement: [statement] });
      const { code, service } = await shop.json(ADD);
      expect([code, found(service.warnings, 'executionRoleUnknown')]).toEqual([0, [expect.stringContaining('only under conditions')]]);
    });
  }

  scenario('are read to the last page', async shop => {
    unsimulated(shop);
    for (let index = 0; index < 120; index++) put(shop, `p${index}`, { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] });
    put(shop, 'zz', { Statement: [{ Effect: 'Deny', Action: 'secretsmanager:*', Resource: '*' }] });
    expect((await shop.json(ADD)).code).toBe(5);
  });

  scenario('count also with NotAction and NotResource', async shop => {
    unsimulated(shop);
    put(shop, 'deny', { Statement: [{ Effect: 'Deny', NotAction: 'logs:*', NotResource: 'arn:aws:s3:::b/*' }] });
    expect((await shop.json(ADD)).code).toBe(5);
  });

  scenario('allow what a grant of this program allows', async shop => {
    unsimulated(shop);
    const KEY = `arn:aws:kms:${REGION}:123456789012:key/11111111-2222-3333-4444-555555555555`;
    shop.aws.secrets.add('team/postman', 'value', { kmsKeyId: KEY });
    await shop.run([...GRANT, '--api-key-secret', 'team/postman']);
    addOther(shop);
    const { service } = await shop.json([...ADD_WEB, '--dry-run', '--api-key-secret', 'team/postman']);
    expect(found(service.warnings, 'executionRoleUnknown')).toEqual([]);
  }, DENIED);
});

test('a grant and its removal make no call that AWS does not have', async () => {
  const shop = await openShop(DENIED);
  try {
    for (const args of [GRANT, REVOKE]) await shop.run(args);
    shop.check(false);
  } finally {
    await shop.aws.stop();
  }
});
