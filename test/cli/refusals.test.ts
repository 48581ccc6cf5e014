import { ADD, AGENT, COLLECTION, PLAN, REMOVE, revisionArn, scenario, SELECT, Shop, ShopOptions, STATUS, WITH_KEY } from './shop';
import { accessDenied, changedAnswer, JsonObject, meanwhile, succeeds } from '../fakes';

const WEB = { name: 'web', image: 'nginx', essential: true };
const EC2 = { requiresCompatibilities: ['EC2'], cpu: undefined, memory: '1024' } as unknown as JsonObject;
/** The note on the default image, which names no version. */
const UNPINNED = { id: 'unpinnedImage', message: expect.stringContaining('postman-lc-agent:latest') };
const names = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `c${index}`, image: 'nginx' }));

interface Refusal {
  readonly shop: ShopOptions;
  /** The way out, which is in the refusal's message. */
  readonly wayOut: RegExp;
  readonly before?: (shop: Shop) => void;
}

const REFUSALS: Readonly<Record<string, Refusal>> = {
  'a service that CloudFormation manages': {
    shop: { service: { tags: { 'aws:cloudformation:stack-name': 'web-stack' } } }, wayOut: /web-stack.*sidecar construct.*--allow-managed/,
  },
  'a service that CodeDeploy deploys': {
    shop: { service: { members: { deploymentController: { type: 'CODE_DEPLOY' } } } }, wayOut: /CodeDeploy.*deploy it with CodeDeploy/,
  },
  'a service of an external controller': { shop: { service: { members: { deploymentController: { type: 'EXTERNAL' } } } }, wayOut: /EXTERNAL.*task sets/ },
  'external instances (ECS Anywhere)': { shop: { definition: EC2, service: { launchType: 'EXTERNAL' } }, wayOut: /ECS Anywhere.*needs Fargate or EC2/ },
  'a Fargate platform without restart policies': {
    shop: { service: { members: { platformVersion: '1.3.0' } } }, wayOut: /1\.3\.0.*Use 1\.4\.0 or later.*--platform-version LATEST/,
  },
  'network mode bridge': { shop: { definition: { ...EC2, networkMode: 'bridge' }, service: { launchType: 'EC2' } }, wayOut: /bridge.*awsvpc.*daemon/ },
  'no network mode, which means bridge': {
    shop: { definition: { ...EC2, networkMode: undefined }, service: { launchType: 'EC2' } }, wayOut: /bridge.*awsvpc.*daemon/,
  },
  'network mode none': { shop: { definition: { ...EC2, networkMode: 'none' }, service: { launchType: 'EC2' } }, wayOut: /none.*awsvpc/ },
  'Windows tasks': {
    shop: { definition: { runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } } }, wayOut: /WINDOWS_SERVER_2022_CORE.*Linux/,
  },
  'a service that is DRAINING': { shop: { service: { status: 'DRAINING' } }, wayOut: /DRAINING.*being deleted/ },
  'a service that is INACTIVE': { shop: { service: { status: 'INACTIVE' } }, wayOut: /INACTIVE.*deleted/ },
  'a rollout in progress': {
    shop: {},
    before: ({ aws }) => {
      aws.ecs.rolloutsEnd('orders', { kind: 'neverSettles' });
      aws.ecs.updateService('orders', { forceNewDeployment: true });
    },
    wayOut: /in progress.*orders:1.*--wait-for-rollout/,
  },
  'tasks without a route to the internet': { shop: { subnet: 'isolated' }, wayOut: /subnet-1[^]*--allow-unreachable/ },
  'tasks in a public subnet without an address': { shop: { subnet: 'public' }, wayOut: /subnet-1[^]*--allow-unreachable/ },
  'a VPC whose DNS Firewall blocks every name': {
    shop: {},
    before: ({ aws }) => { aws.resolver.addFirewallRuleGroup('group-1', 'vpc-1', [{ action: 'BLOCK', domains: ['*.'] }]); },
    wayOut: /DNS Firewall rule group group-1 blocks[^]*allows[^]*--allow-unreachable/,
  },
  'a VPC with a private zone that hides Postman\'s host': {
    shop: {}, before: ({ aws }) => { aws.hostedZones.add('Z1', 'postman.com', ['vpc-1']); }, wayOut: /private hosted zone Z1[^]*Add a record/,
  },
  'a secret without an execution role': { shop: { definition: { executionRoleArn: undefined } }, wayOut: /executionRoleArn.*--plaintext-api-key/ },
  'another container of the agent\'s name': {
    shop: { definition: { containerDefinitions: [WEB, { name: AGENT, image: 'busybox', essential: false }] } }, wayOut: /busybox.*rename/,
  },
  'ten containers': { shop: { definition: { containerDefinitions: names(10) } }, wayOut: /10 containers.*Remove one/ },
  'more than 64 KiB': {
    shop: { definition: { containerDefinitions: [{ ...WEB, environment: [{ name: 'LONG', value: 'x'.repeat(64_500) }] }] } },
    wayOut: /65536.*environmentFiles/,
  },
  'hard limits that fill the task': { shop: { definition: { containerDefinitions: [{ ...WEB, memory: 1024 }] } }, wayOut: /1024 MiB.*300 MiB more/ },
  'an execution role that cannot read the secret': { shop: { mayRead: false }, wayOut: /secretsmanager:GetSecretValue.*--grant-secret-access/ },
};

describe('refused', () => {
  for (const [what, { shop: options, wayOut, before }] of Object.entries(REFUSALS)) {
    scenario(`add and plan refuse ${what} with 5 and the way out, and write nothing`, async shop => {
      before?.(shop);
      const [add, plan, text] = await Promise.all([shop.json(ADD, { env: WITH_KEY }), shop.json(PLAN), shop.run(ADD)]);
      expect(add).toMatchObject({ code: 5, service: { action: 'refuse', targetTaskDefinitionArn: null, taskDefinition: null, outcome: null } });
      expect(add.service.refusals.map(({ message }: { message: string }) => message).join('\n')).toMatch(wayOut);
      expect(plan).toMatchObject({ code: 5, service: { action: 'refuse' } });
      expect(text.code).toBe(5);
      expect(text.stdout).toMatch(/^ {2}refused {2}/m);
      expect(shop.writes).toEqual([]);
    }, options);
  }

  scenario('the secret is not created if a service is refused', async shop => {
    expect((await shop.run(ADD, { env: WITH_KEY })).code).toBe(5);
    expect(shop.writes).toEqual([]);
  }, { hasSecret: false, subnet: 'isolated' });

  scenario('one refused service of those that are named keeps the others as they are, and every refusal is listed', async shop => {
    shop.aws.ecs.addService('web', { cluster: 'shop', members: { deploymentController: { type: 'CODE_DEPLOY' } } });
    shop.aws.ecs.addService('jobs', { cluster: 'shop', members: { deploymentController: { type: 'EXTERNAL' } } });
    const named = ['orders', 'web', 'jobs'].flatMap(name => ['--service', name]);
    const ran = await shop.run(['ecs', 'add', '--cluster', 'shop', ...named, '--collection', COLLECTION, '--json']);
    expect(ran.code).toBe(5);
    const refused = ran.json.services.map(({ action, refusals }: { action: string; refusals: object[] }) => [action, refusals.length]);
    expect(refused).toEqual([['add', 0], ['refuse', 1], ['refuse', 1]]);
    expect(shop.writes).toEqual([]);
  });

  scenario('a removal that would leave no container is refused', async shop => {
    const message = expect.stringMatching(/only container.*Delete the service/);
    expect(await shop.json(REMOVE)).toMatchObject({ code: 5, service: { action: 'refuse', refusals: [{ message }] } });
    expect(shop.writes).toEqual([]);
  }, { definition: { containerDefinitions: [{ name: AGENT, image: 'docker.postman.com/postman-lc-agent:1' }] } });

  scenario('a removal from a service that CloudFormation manages is refused unless --allow-managed is given', async shop => {
    expect(await shop.json(REMOVE)).toMatchObject({ code: 5, service: { refusals: [{ message: expect.stringContaining('--allow-managed') }] } });
    expect(await shop.json([...REMOVE, '--allow-managed'])).toMatchObject({ code: 0 });
  }, {
    service: { tags: { 'aws:cloudformation:stack-name': 'web-stack' } },
    definition: { containerDefinitions: [WEB, { name: AGENT, image: 'docker.postman.com/postman-lc-agent:1', essential: false }] },
  });
});

describe('not refused', () => {
  scenario('with --allow-managed a service that CloudFormation manages gets the agent, with a warning', async shop => {
    const { code, service } = await shop.json([...ADD, '--allow-managed']);
    expect(code).toBe(0);
    expect(service.warnings).toContainEqual({ id: 'managedByCloudFormation', message: expect.stringContaining('web-stack') });
  }, { service: { tags: { 'aws:cloudformation:stack-name': 'web-stack' } } });

  scenario('with --allow-unreachable tasks without a route to the internet get the agent, with a warning', async shop => {
    const { code, service } = await shop.json([...ADD, '--allow-unreachable']);
    expect(code).toBe(0);
    expect(service).toMatchObject({ egress: { verdict: 'unreachable' }, outcome: 'completed' });
    expect(service.warnings.map(({ id }: { id: string }) => id)).toContain('egressUnreachable');
  }, { subnet: 'isolated' });

  scenario('with --wait-for-rollout add starts when the rollout in progress has ended', async shop => {
    shop.aws.ecs.rolloutsEnd('orders', ({ containerDefinitions }) => succeeds((containerDefinitions as readonly object[]).length === 1 ? 600_000 : 300));
    shop.aws.ecs.updateService('orders', { forceNewDeployment: true });
    // The run sees the rollout in progress, which ends then.
    shop.aws.inject('ecs:DescribeServices', meanwhile(() => shop.aws.advance(600_000), 'after'));
    const { code, ran } = await shop.json([...ADD, '--wait-for-rollout']);
    expect(code).toBe(0);
    expect(ran.stderr).toContain('waiting for the rollout of orders to end');
    expect(shop.runs()).toBe('orders:2');
  });

  scenario('with --wait-for-rollout add ends with 1 if that rollout does not end within --timeout', async shop => {
    shop.aws.ecs.rolloutsEnd('orders', { kind: 'neverSettles' });
    shop.aws.ecs.updateService('orders', { forceNewDeployment: true });
    const ran = await shop.run([...ADD, '--wait-for-rollout', '--timeout', '1s']);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/orders.*--timeout.*Nothing was written/);
    expect(shop.writes).toEqual([]);
  });

  scenario('tasks in a public subnet that have a public address get the agent', async shop => {
    expect((await shop.run(ADD)).code).toBe(0);
  }, { subnet: 'public', service: { assignPublicIp: true } });

  scenario('scarce memory is a warning', async shop => {
    const { code, service } = await shop.json(PLAN);
    expect(code).toBe(3);
    expect(service.warnings.map(({ id }: { id: string }) => id)).toContain('taskMemoryLow');
  }, { definition: { containerDefinitions: [{ ...WEB, memory: 900 }] } });

  scenario('a network that cannot be read is a warning', async shop => {
    shop.aws.allowOnly({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: ['ecs:*', 'iam:*', 'secretsmanager:*'], Resource: '*' } });
    const { code, service } = await shop.json(ADD);
    expect(code).toBe(0);
    expect(service.egress.verdict).toBe('unknown');
    expect(service.warnings).toEqual([UNPINNED, { id: 'egressUnknown', message: expect.stringContaining('ec2:Describe') }]);
  });

  scenario('an execution role whose permissions cannot be read is a warning', async shop => {
    const Action = ['ecs:*', 'ec2:*', 'route53:*', 'route53resolver:*', 'secretsmanager:*', 'iam:PassRole'];
    shop.aws.allowOnly({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
    const { code, service } = await shop.json(ADD);
    expect(code).toBe(0);
    expect(service.warnings).toEqual([UNPINNED, { id: 'executionRoleUnknown', message: expect.stringContaining('iam:SimulatePrincipalPolicy') }]);
  }, { mayRead: false });

  describe('a secret that is encrypted with a key of the account', () => {
    const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555';
    const VIA = { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } };
    /** Adds the secret, and a statement about its key to the role. */
    const encrypt = ({ aws }: Shop, statement?: object) => {
      if (!aws.secrets.find('team/postman')) aws.secrets.add('team/postman', 'value', { kmsKeyId: KEY });
      if (statement) aws.iam.role('execution').inline.set('decrypt', JSON.stringify({ Version: '2012-10-17', Statement: statement }));
    };
    const ADD_IT = [...ADD, '--api-key-secret', 'team/postman'];

    scenario('is no refusal if only the key\'s own policy can allow the role', async shop => {
      encrypt(shop);
      const { code, service } = await shop.json(ADD_IT);
      expect(code).toBe(0);
      expect(service.warnings).toEqual([UNPINNED, { id: 'executionRoleUnknown', message: expect.stringMatching(/kms:Decrypt.*own policy may allow it/) }]);
    });

    scenario('is refused if the role\'s policy denies the key', async shop => {
      encrypt(shop, { Effect: 'Deny', Action: 'kms:*', Resource: '*' });
      const { code, service } = await shop.json(ADD_IT);
      expect(code).toBe(5);
      expect(service.refusals).toEqual([{ id: 'executionRoleCannotReadSecret', message: expect.stringMatching(/kms:Decrypt.*explicitDeny/) }]);
    });

    scenario('is fine if the role may use the key only through Secrets Manager', async shop => {
      encrypt(shop, { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY, Condition: VIA });
      expect((await shop.json(ADD_IT)).service.warnings).toEqual([UNPINNED]);
    });

    scenario('is judged alike if IAM simulates nothing and the role\'s policies are read', async shop => {
      shop.aws.inject('iam:SimulatePrincipalPolicy', accessDenied());
      encrypt(shop);
      const unknown = await shop.json([...PLAN, '--api-key-secret', 'team/postman']);
      expect(unknown.service.warnings).toEqual([
        UNPINNED, { id: 'executionRoleUnknown', message: expect.stringMatching(/kms:Decrypt.*own policy may allow it/) },
      ]);
      encrypt(shop, { Effect: 'Deny', Action: 'kms:Decrypt', Resource: KEY });
      const { service } = await shop.json(ADD_IT);
      expect(service.refusals).toEqual([{ id: 'executionRoleCannotReadSecret', message: expect.stringMatching(/denies kms:Decrypt/) }]);
    });
  });

  describe('a secret of another region', () => {
    const ELSEWHERE = 'us-east-2';
    const KMS_KEY = `arn:aws:kms:${ELSEWHERE}:123456789012:key/11111111-2222-3333-4444-555555555555`;
    const addThere = ({ aws }: Shop) => aws.region(ELSEWHERE).secrets.add('team/postman', 'value', { kmsKeyId: KMS_KEY });

    scenario('is described there, and the role needs its key through Secrets Manager of that region', async shop => {
      const { arn } = addThere(shop);
      const { code, service } = await shop.json([...ADD, '--api-key-secret', arn, '--grant-secret-access']);
      expect([code, service.warnings]).toEqual([0, [UNPINNED]]);
      expect(shop.aws.callsOf('DescribeSecret').map(({ region }) => region)).toEqual([ELSEWHERE]);
      const [document] = shop.aws.iam.role('execution').inline.values();
      expect(JSON.parse(document).Statement).toEqual([
        { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: [arn] },
        {
          Effect: 'Allow', Action: ['kms:Decrypt'], Resource: [KMS_KEY],
          Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${ELSEWHERE}.amazonaws.com` } },
        },
      ]);
    }, { mayRead: false });

    scenario('has its resource policy read there', async shop => {
      const { arn } = shop.aws.region(ELSEWHERE).secrets.add('team/postman', 'value', {
        resourcePolicy: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' }] },
      });
      const { code, service } = await shop.json([...ADD, '--api-key-secret', arn]);
      expect([code, service.warnings.map(({ id }: { id: string }) => id)]).toEqual([0, ['unpinnedImage', 'executionRoleUnknown']]);
      expect(shop.aws.callsOf('GetResourcePolicy').map(({ region }) => region)).toEqual([ELSEWHERE]);
    }, { mayRead: false });

    scenario('gets a new key there', async shop => {
      const { arn } = addThere(shop);
      const ran = await shop.run(['ecs', 'key', 'update', '--api-key-secret', arn], { env: { POSTMAN_API_KEY: 'not-a-key-either' } });
      expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('[apiKeyUnusual]') });
      expect(shop.aws.region(ELSEWHERE).secrets.holds('team/postman', 'not-a-key-either')).toBe(true);
    });

    scenario('is described there for the policy that `ecs policy` prints', async shop => {
      const { arn } = addThere(shop);
      expect((await shop.run(['ecs', 'policy', ...SELECT, '--api-key-secret', arn])).stdout).toContain(arn);
      expect(shop.aws.callsOf('DescribeSecret').map(({ region }) => region)).toEqual([ELSEWHERE]);
    });
  });

  scenario('a Deny of the role counts also if the secret has a policy that allows the role', async shop => {
    shop.aws.secrets.add('team/postman', 'value', { resourcePolicy: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' }] } });
    const deny = { Effect: 'Deny', Action: 'secretsmanager:*', Resource: '*' };
    shop.aws.iam.role('execution').inline.set('deny', JSON.stringify({ Version: '2012-10-17', Statement: deny }));
    expect(await shop.json([...ADD, '--api-key-secret', 'team/postman'])).toMatchObject({
      code: 5, service: { refusals: [{ id: 'executionRoleCannotReadSecret', message: expect.stringContaining('explicitDeny') }] },
    });
  });

  scenario('a simulation without results is not taken for a permission', async shop => {
    shop.aws.inject('iam:SimulatePrincipalPolicy', changedAnswer(answer => ({ ...answer, EvaluationResults: [] })), { times: 9 });
    const { code, service } = await shop.json(ADD);
    expect([code, service.refusals]).toEqual([5, [{ id: 'executionRoleCannotReadSecret', message: expect.stringContaining('no policy of role execution') }]]);
  }, { mayRead: false });

  scenario('a service with nothing to do is never refused', async shop => {
    await shop.run(ADD);
    shop.aws.ecs.service('orders').tags.push({ key: 'aws:cloudformation:stack-name', value: 'web-stack' });
    const unchanged = { action: 'none', outcome: 'unchanged', currentTaskDefinitionArn: revisionArn('orders:2') };
    expect(await shop.json(ADD)).toMatchObject({ code: 0, service: unchanged });
    expect((await shop.run(STATUS)).code).toBe(0);
  });
});
