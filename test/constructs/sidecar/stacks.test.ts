import { App, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ENV, fargate, KINDS } from '../../given';
import { circleIn, templatesOf } from '../templates';

const IMAGE = ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable');

/** An app of up to four stacks. */
function given(definitionIn: 'Service' | 'Tasks') {
  const app = new App();
  const stack = (id: string) => app.node.tryFindChild(id) as Stack | undefined ?? new Stack(app, id, { env: ENV });
  const vpc = new ec2.Vpc(stack('Service'), 'Vpc', { maxAzs: 1, natGateways: 1 });
  const cluster = new ecs.Cluster(stack('Service'), 'Cluster', { vpc });
  const taskDefinition = new ecs.FargateTaskDefinition(stack(definitionIn), 'Task', { cpu: 512, memoryLimitMiB: 2048 });
  taskDefinition.addContainer('web', { image: IMAGE });
  const service = new ecs.FargateService(stack('Service'), 'Service', { cluster, taskDefinition, minHealthyPercent: 100 });
  return { app, stack, service, taskDefinition };
}

describe.each(KINDS)('$construct', kind => {
  const add = (scope: Construct, props: Parameters<typeof kind.add>[1] & { readonly service: ecs.BaseService }) =>
    kind.add(props.service, props, kind.id, scope as Stack);

  describe.each(['Service', 'Tasks'] as const)('a task definition in stack %s, with its service in stack Service', definitionIn => {
    test.each<[string, (of: ReturnType<typeof given>) => Construct]>([
      ['the stack of the service', ({ stack }) => stack('Service')],
      ['the stack of the task definition', ({ stack }) => stack(definitionIn)],
      ['a stack of its own', ({ stack }) => stack('Agent')],
      ['the service', ({ service }) => service],
    ])('can have the sidecar in %s, with a rule and a metric for a stopped agent', (_, scopeOf) => {
      const of = given(definitionIn);
      const scope = scopeOf(of);
      const added = add(scope, { service: of.service });
      added.onAgentStopped('Stopped', { target: new targets.SnsTopic(new sns.Topic(Stack.of(scope), 'Topic')) });
      expect(added.metricAgentStopped().namespace).toBe('AWS/Events');
      const templates = templatesOf(of.app);
      const containers = templates.flatMap(({ Resources }) => Object.values<any>(Resources ?? {}))
        .filter(({ Type }) => Type === 'AWS::ECS::TaskDefinition').flatMap(({ Properties }) => Properties.ContainerDefinitions);
      expect(containers.map(({ Name }) => Name)).toEqual(['web', kind.containerName]);
    });
  });

  test('a secret in the stack of the sidecar can be used with a rule for a stopped agent', () => {
    const of = given('Service');
    const added = add(of.stack('Agent'), { service: of.service, apiKeySecret: new secretsmanager.Secret(of.stack('Agent'), 'Key') });
    expect(added.onAgentStopped('Stopped').node.path).toBe('Service/Service/PostmanAgentRules/Stopped');
    templatesOf(of.app);
  });

  test.each<[string, (stack: Stack) => object, string]>([
    ['apiKeySecret', stack => ({ apiKeySecret: new secretsmanager.Secret(stack, 'Key') }), 'Service/Key'],
    ['apiKeySecret', stack => ({
      apiKeySecret: secretsmanager.Secret.fromSecretAttributes(stack, 'Key', {
        secretCompleteArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:k-AbCdEf', encryptionKey: new kms.Key(stack, 'Kms'),
      }),
    }), 'Service/Kms'],
    ['proxyUrl', stack => ({ proxyUrl: new CfnParameter(stack, 'Proxy').valueAsString }), 'Service/Proxy'],
  ])('%s of the service\'s stack is refused if the task definition is in another one, and the error names both', (prop, options, path) => {
    const of = given('Tasks');
    expect(() => add(of.stack('Service'), { service: of.service, ...options(of.stack('Service')) }))
      .toThrow(`\`${prop}\` refers to ${path} of stack Service, and the task definition of service Service/Service is in stack Tasks`);
  });

  test.each<[string, (role: iam.IRole, service: ecs.FargateService) => void]>([
    ['the service', (role, service) => {
      role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['ecs:UpdateService'], resources: [service.serviceArn] }));
    }],
    ['an alarm of the service', (role, service) => {
      const alarm = service.metricCpuUtilization().createAlarm(service, 'Alarm', { threshold: 80, evaluationPeriods: 1 });
      role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['cloudwatch:SetAlarmState'], resources: [alarm.alarmArn] }));
    }],
  ])('an execution role whose policy names %s causes no circle', (_, name) => {
    const of = given('Service');
    add(of.stack('Service'), { service: of.service });
    name(of.taskDefinition.obtainExecutionRole(), of.service);
    const [template] = templatesOf(of.app);
    const { DependsOn } = Object.values<any>(template.Resources).find(({ Type }) => Type === 'AWS::ECS::Service');
    expect(DependsOn).not.toContainEqual(expect.stringContaining('ExecutionRole'));
  });

  test('a text in the policies of two stacks names what each has under that logical id', () => {
    const app = new App();
    const text = Fn.ref('Orders');
    const [first, second] = ['First', 'Second'].map(stackId => fargate({ app, stackId }));
    (new logs.LogGroup(first!.stack, 'Orders').node.defaultChild as logs.CfnLogGroup).overrideLogicalId('Orders');
    (second!.service.node.defaultChild as ecs.CfnService).overrideLogicalId('Orders');
    for (const { service, taskDefinition } of [first!, second!]) {
      kind.add(service);
      taskDefinition.obtainExecutionRole().addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['ecs:UpdateService'], resources: [text] }));
    }
    const waits = templatesOf(app).map(({ Resources }) => Object.values<any>(Resources).find(({ Type }) => Type === 'AWS::ECS::Service').DependsOn
      .some((id: string) => id.includes('ExecutionRole')));
    expect(waits).toEqual([true, false]);
  });

  test.each<[string, (stack: Stack) => iam.IRole]>([
    ['of the app', stack => new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') })],
    ['that is imported there', stack => iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/execution')],
  ])('an execution role %s in another stack needs a log group there, and the error names both stacks', (_, roleIn) => {
    const make = (logging?: (stack: Stack) => ecs.LogDriver) => {
      const app = new App();
      const [stack, roles] = ['Stack', 'Roles'].map(id => new Stack(app, id, { env: ENV }));
      const of = fargate({ app, stack, executionRole: () => roleIn(roles) });
      kind.add(of.service, logging ? { logging: logging(roles) } : {});
      return app;
    };
    expect(() => make())
      .toThrow(/^The execution role Roles\/Role of task definition Stack\/TaskDefinition is in stack Roles, .*Set `logging` to LogDrivers\.awsLogs/);
    templatesOf(make(stack => ecs.LogDrivers.awsLogs({ streamPrefix: 'agent', logGroup: new logs.LogGroup(stack, 'Logs') })));
  });

  test('the service waits for the policy of an imported role', () => {
    const of = fargate({ executionRole: stack => iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/execution') });
    kind.add(of.service);
    const [service] = Object.values<any>(Template.fromStack(of.stack).findResources('AWS::ECS::Service'));
    expect(service.DependsOn).toContainEqual(expect.stringMatching(/^RolePolicy/));
  });

  test('the service waits for the grant if the policy of the execution role names another service', () => {
    const of = given('Service');
    add(of.stack('Service'), { service: of.service });
    const other = new ecs.FargateTaskDefinition(of.stack('Service'), 'Other');
    other.addContainer('web', { image: IMAGE });
    const service = new ecs.FargateService(of.stack('Service'), 'OtherService', { cluster: of.service.cluster, taskDefinition: other, minHealthyPercent: 100 });
    of.taskDefinition.obtainExecutionRole().addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['ecs:UpdateService'], resources: [service.serviceArn] }));
    const [template] = templatesOf(of.app);
    const [resource] = Object.values<any>(template.Resources).filter(({ Type }) => Type === 'AWS::ECS::Service');
    expect(resource.DependsOn).toContainEqual(expect.stringContaining('TaskExecutionRoleDefaultPolicy'));
  });
});

test('the circle of a template is found', () => {
  const Resources = { A: { DependsOn: 'B' }, B: { Properties: { Of: { Ref: 'C' } } }, C: { Properties: { Of: { 'Fn::GetAtt': ['A', 'Arn'] } } } };
  expect(circleIn({ Resources })).toEqual(['A', 'B', 'C', 'A']);
});
