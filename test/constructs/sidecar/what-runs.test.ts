import { App, CfnCondition, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { agentsIn, containersIn, ENV, fargate, KINDS, synthesize, warnings } from '../../given';

const l1Of = (service: ecs.BaseService) => service.node.defaultChild as ecs.CfnService;
const definitionOf = ({ taskDefinition }: ecs.BaseService) => taskDefinition.node.defaultChild as ecs.CfnTaskDefinition;
const IMAGE = ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable');

type Change = (given: ReturnType<typeof fargate>) => void;

describe.each(KINDS)('$construct', kind => {
  /** The errors if something is changed before the sidecar is added, and if it is changed after. */
  const errorsOf = (change: Change, props: Parameters<typeof fargate>[0] = {}): readonly string[] => [true, false].map(isBefore => {
    const given = fargate(props);
    if (isBefore) change(given);
    kind.add(given.service);
    if (!isBefore) change(given);
    return synthesize(given.app).errors;
  });

  describe('a service that runs another task definition is refused', () => {
    test.each<[string, string, Change]>([
      ['by override with an ARN', 'arn:aws:ecs:eu-west-1:111122223333:task-definition/real:7', ({ service }) => {
        l1Of(service).addPropertyOverride('TaskDefinition', 'arn:aws:ecs:eu-west-1:111122223333:task-definition/real:7');
      }],
      ['by override with a name', 'real', ({ service }) => l1Of(service).addPropertyOverride('TaskDefinition', 'real')],
      ['by override with another task definition of the app', 'Stack/Other', ({ stack, service }) => {
        const other = stack.node.tryFindChild('Other') as ecs.TaskDefinition | undefined ?? new ecs.FargateTaskDefinition(stack, 'Other');
        if (!other.defaultContainer) other.addContainer('web', { image: IMAGE });
        l1Of(service).addPropertyOverride('TaskDefinition', other.taskDefinitionArn);
      }],
      ['by override with a revision of its own family', 'StackTaskDefinition', ({ service }) => {
        l1Of(service).addPropertyOverride('TaskDefinition', `${service.taskDefinition.family}:3`);
      }],
      ['in the L1 resource', 'real:7', ({ service }) => { l1Of(service).taskDefinition = 'real:7'; }],
      ['under either case of a condition', 'real:7', ({ stack, service }) => {
        const condition = new CfnCondition(stack, 'IsReal', { expression: Fn.conditionEquals(new CfnParameter(stack, 'Which').valueAsString, 'real') });
        l1Of(service).addPropertyOverride('TaskDefinition', Fn.conditionIf(condition.logicalId, 'real:7', 'other:2'));
      }],
    ])('%s', (_, found, change) => {
      for (const errors of errorsOf(change)) {
        expect(errors).toMatch(new RegExp(`Service Stack/Service does not run the task definition Stack/TaskDefinition, which has the agent, but ${found}`));
        expect(errors).toContain('#othertaskdefinition');
      }
    });

    test('by the number of a revision', () => {
      const { app, service } = fargate({ service: { taskDefinitionRevision: ecs.TaskDefinitionRevision.of(3) } });
      kind.add(service);
      expect(synthesize(app).errors).toMatch(/does not run the task definition Stack\/TaskDefinition, which has the agent, but StackTaskDefinition\w+:3/);
    });
  });

  test('a service that names only the newest revision gets a warning, since CloudFormation starts no deployment', () => {
    const { app, service } = fargate({ service: { taskDefinitionRevision: ecs.TaskDefinitionRevision.LATEST } });
    kind.add(service);
    expect(warnings(app)).toEqual(['latestRevisionNotRolledOut']);
  });

  test('the same by override, with a family that only CloudFormation knows', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env: ENV });
    const family = new CfnParameter(stack, 'Family').valueAsString;
    const { service } = fargate({ app, stack, task: { family } });
    l1Of(service).addPropertyOverride('TaskDefinition', family);
    kind.add(service);
    expect(warnings(app)).toEqual(['latestRevisionNotRolledOut']);
  });

  test.each<[string, (stack: Stack, service: ecs.BaseService) => unknown]>([
    ['a parameter names', stack => new CfnParameter(stack, 'Definition').valueAsString],
    ['one case of a condition names', (stack, service) => {
      const condition = new CfnCondition(stack, 'IsReal', { expression: Fn.conditionEquals(new CfnParameter(stack, 'Which').valueAsString, 'real') });
      return Fn.conditionIf(condition.logicalId, 'real:7', service.taskDefinition.taskDefinitionArn);
    }],
  ])('if %s the task definition, a warning says that it is unknown', (_, value) => {
    const { app, stack, service } = fargate();
    l1Of(service).addPropertyOverride('TaskDefinition', value(stack, service));
    kind.add(service);
    const { errors, messages } = synthesize(app);
    expect(errors).toBe('');
    expect(messages.filter(({ level }) => level === 'warning').map(({ text }) => text))
      .toEqual([expect.stringMatching(/It is unknown whether service Stack\/Service runs.*taskDefinitionUnknown/)]);
  });

  test('a reference to its own task definition by override changes nothing', () => {
    const { app, service } = fargate();
    l1Of(service).addPropertyOverride('TaskDefinition', service.taskDefinition.taskDefinitionArn);
    kind.add(service);
    expect(warnings(app)).toEqual([]);
  });

  describe('the agent\'s container in the template', () => {
    test.each<[string, RegExp, Change]>([
      [
        'an override at the index behind the last container',
        /ContainerDefinitions\.1 is merged into the container \S+, which is then named worker and gets the API key/,
        ({ service }) => definitionOf(service).addPropertyOverride('ContainerDefinitions.1', { Name: 'worker', Image: 'worker:1' }),
      ],
      ['a list by override that replaces all containers', /has no container \S+ in the template, so the service would run without the agent/, ({ service }) => {
        definitionOf(service).addPropertyOverride('ContainerDefinitions', [{ Name: 'web', Image: 'web:1' }]);
      }],
      ['a list in the L1 resource', /has no container \S+ in the template, so the service would run without the agent/, ({ service }) => {
        definitionOf(service).containerDefinitions = [{ name: 'web', image: 'web:1' }];
      }],
      ['an override of its program', /changes EntryPoint of the container \S+, so it does not run the agent/, ({ service }) => {
        definitionOf(service).addPropertyOverride('ContainerDefinitions.1.EntryPoint', ['sleep', '1']);
      }],
      ['an override of its secrets', /changes Secrets of the container \S+, so it does not get the API key/, ({ service }) => {
        definitionOf(service).addPropertyOverride('ContainerDefinitions.1.Secrets', []);
      }],
      ['an override that makes it essential', /is essential: the task stops if the agent stops\. Remove the override of `Essential`/, ({ service }) => {
        definitionOf(service).addPropertyOverride('ContainerDefinitions.1.Essential', true);
      }],
    ])('is refused with %s', (_, message, change) => {
      for (const errors of errorsOf(change)) expect(errors).toMatch(message);
    });

    test.each<[string, Change]>([
      ['its memory', ({ service }) => definitionOf(service).addPropertyOverride('ContainerDefinitions.1.MemoryReservation', 400)],
      ['the image of the application', ({ service }) => definitionOf(service).addPropertyOverride('ContainerDefinitions.0.Image', 'web:2')],
      ['a label of the agent', ({ service }) => definitionOf(service).addPropertyOverride('ContainerDefinitions.1.DockerLabels', { team: 'shop' })],
    ])('may have %s overridden', (_, change) => {
      expect(errorsOf(change)).toEqual(['', '']);
    });

    test.each<[string, Change]>([
      ['is removed', ({ service }) => definitionOf(service).addPropertyDeletionOverride('ContainerDefinitions.0')],
      ['is null', ({ service }) => definitionOf(service).addPropertyOverride('ContainerDefinitions.0', null)],
      ['is behind a gap', ({ service }) => definitionOf(service).addPropertyOverride('ContainerDefinitions.3.Name', 'far')],
    ])('is found beside a container that %s by override', (_, change) => {
      for (const errors of errorsOf(change)) expect(errors).not.toMatch(/Cannot|undefined|TypeError/);
    });

    test('is the last one, also if FireLens adds its router when the template is rendered', () => {
      const given = fargate({ container: { logging: ecs.LogDrivers.firelens({ options: { Name: 'stdout' } }) } });
      kind.add(given.service);
      given.taskDefinition.addContainer('worker', { image: IMAGE });
      const rendered = (Stack.of(given.stack).resolve(definitionOf(given.service).containerDefinitions) as { name: string }[]).map(({ name }) => name);
      expect(rendered).toEqual(['web', 'worker', 'log-router', kind.containerName]);
      expect(warnings(given.app)).toEqual([]);
      expect(containersIn(given.stack).map(({ Name }) => Name)).toEqual(rendered);
    });
  });

  describe('the execution role that the template names', () => {
    const warningOf = (app: App) => {
      const { errors, messages } = synthesize(app);
      expect(errors).toBe('');
      const [text, ...others] = messages.filter(({ level }) => level === 'warning').map(message => message.text);
      expect(others).toEqual([]);
      expect(text).toContain('cdk-postman-live-collection:executionRoleNotGranted');
      return text;
    };
    const LOG = '{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],'
      + '"Resource":["arn:${AWS::Partition}:logs:eu-west-1:111122223333:log-group:<Stack/TaskDefinition/PostmanAgentLogGroup>:*"]}';

    test('gets a warning with the statements to add if roles are made outside of the app', () => {
      const app = new App();
      const stack = new Stack(app, 'Stack', { env: ENV });
      iam.Role.customizeRoles(stack, { usePrecreatedRoles: { 'Stack/TaskDefinition/TaskRole': 'task', 'Stack/TaskDefinition/ExecutionRole': 'execution' } });
      const { service } = fargate({ app, stack });
      kind.add(service);
      const text = warningOf(app);
      expect(Template.fromStack(stack).findResources('AWS::IAM::Policy')).toEqual({});
      expect(text).toContain('This app does not write to the execution role Stack/TaskDefinition/ExecutionRole,');
      expect(text).toContain('\n  - {"Effect":"Allow","Action":["secretsmanager:GetSecretValue"],'
        + '"Resource":["arn:${AWS::Partition}:secretsmanager:eu-west-1:111122223333:secret:postman/api-key-??????"]}\n');
      expect(text).toContain(`\n  - ${LOG}\n`);
    });

    test.each<[string, Change]>([
      ['by override', ({ service }) => definitionOf(service).addPropertyOverride('ExecutionRoleArn', 'arn:aws:iam::111122223333:role/other')],
      ['in the L1 resource', ({ service }) => { definitionOf(service).executionRoleArn = 'arn:aws:iam::111122223333:role/other'; }],
    ])('gets it if another role is named %s', (_, change) => {
      const given = fargate();
      kind.add(given.service);
      change(given);
      expect(warningOf(given.app)).toContain('the execution role arn:aws:iam::111122223333:role/other,');
    });

    test('has no warning if an override names the same role', () => {
      const { app, service } = fargate();
      kind.add(service);
      definitionOf(service).addPropertyOverride('ExecutionRoleArn', service.taskDefinition.executionRole!.roleArn);
      expect(warnings(app)).toEqual([]);
    });

    test('is missing if an override removes it, which is an error', () => {
      const { app, service } = fargate();
      kind.add(service);
      definitionOf(service).addPropertyDeletionOverride('ExecutionRoleArn');
      expect(synthesize(app).errors).toMatch(/has no execution role, and ECS needs one to read the API key.*Remove the override of `ExecutionRoleArn`/);
    });

    test('needs statements for a field, a key, a log group and a private image of its own, and the message has each without a token', () => {
      const app = new App();
      const stack = new Stack(app, 'Stack');
      const executionRole = (scope: Stack) => iam.Role.fromRoleArn(scope, 'Role', 'arn:aws:iam::111122223333:role/execution', { mutable: false });
      const { service } = fargate({ app, stack, executionRole });
      kind.add(service, {
        apiKeySecret: new secretsmanager.Secret(stack, 'Key', { encryptionKey: new kms.Key(stack, 'Kms') }),
        apiKeySecretField: 'postman',
        image: ecs.ContainerImage.fromEcrRepository(new ecr.Repository(stack, 'Mirror', { repositoryName: 'mirror/agent' }), '1'),
        logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'agent', logGroup: logs.LogGroup.fromLogGroupName(stack, 'Logs', '/shop/agent') }),
      });
      const text = warningOf(app);
      const statements = text.split('\n').filter(line => line.startsWith('  - ')).map(line => JSON.parse(line.slice(4)));
      expect(statements).toEqual([
        { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: ['<Stack/Key>'] },
        {
          Effect: 'Allow', Action: ['kms:Decrypt'], Resource: ['<Arn of Stack/Kms>'],
          Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.${AWS::Region}.amazonaws.com' } },
        },
        {
          Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: ['arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/shop/agent:*'],
        },
        { Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: ['*'] },
        {
          Effect: 'Allow', Action: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
          Resource: ['<ARN of the image\'s repository>'],
        },
      ]);
      expect(text).not.toContain('Token[');
      expect(agentsIn(stack)).toHaveLength(1);
    });
  });

  test('a task is judged with the definition that the template has', () => {
    const { app, service } = fargate();
    kind.add(service);
    definitionOf(service).addPropertyOverride('NetworkMode', ecs.NetworkMode.BRIDGE);
    expect(synthesize(app).errors).toMatch(/uses network mode bridge/);
  });
});
