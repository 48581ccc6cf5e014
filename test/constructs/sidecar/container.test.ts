import { CfnParameter, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { containersIn, fargate, KINDS, onEc2, sidecar, variablesOf, warnings } from '../../given';

type Given = ReturnType<typeof fargate> | ReturnType<typeof onEc2>;

describe.each(KINDS)('$construct', kind => {
  const { containerName, image, program, destination } = kind;
  const agentOf = ({ stack }: Given) => containersIn(stack).find(({ Name }) => Name === containerName);

  describe('the agent\'s container', () => {
    test('the agent runs the documented image and command with its destination', () => {
      const given = fargate();
      kind.add(given.service);
      expect(agentOf(given)).toMatchObject({ Image: image, EntryPoint: [program, 'apidump', ...destination] });
      expect(agentOf(given).Command).toBeUndefined();
    });

    test('the agent is not essential, is not the default container and has no health check', () => {
      const given = fargate();
      kind.add(given.service);
      expect(agentOf(given).Essential).toBe(false);
      expect(agentOf(given).HealthCheck).toBeUndefined();
      expect(given.taskDefinition.defaultContainer).toBe(given.web);
    });

    test('the agent is not the default container of a task definition whose containers are added later', () => {
      const { stack, cluster } = fargate();
      const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Late', { memoryLimitMiB: 2048 });
      const service = new ecs.FargateService(stack, 'LateService', { cluster, taskDefinition, minHealthyPercent: 100 });
      kind.add(service);
      const web = taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx'), portMappings: [{ containerPort: 80 }] });
      expect(taskDefinition.defaultContainer).toBe(web);
    });

    test('the agent is the last container, also after containers that are added later', () => {
      const given = fargate();
      kind.add(given.service);
      given.taskDefinition.addContainer('late', { image: ecs.ContainerImage.fromRegistry('busybox') });
      expect(containersIn(given.stack).map(({ Name }) => Name)).toEqual(['web', 'late', containerName]);
    });

    test('the agent waits for no container, and no container waits for the agent', () => {
      const given = fargate();
      kind.add(given.service);
      expect(containersIn(given.stack).every(({ DependsOn }) => DependsOn === undefined)).toBe(true);
    });

    test('only the agent is restarted if it stops after 60 seconds or more', () => {
      const given = fargate();
      kind.add(given.service);
      expect(agentOf(given).RestartPolicy).toEqual({ Enabled: true, RestartAttemptPeriod: 60 });
    });

    test('the agent has no restart policy if that is switched off', () => {
      const given = fargate();
      kind.add(given.service, { enableRestartPolicy: false });
      expect(agentOf(given).RestartPolicy).toBeUndefined();
    });

    test('the agent has a read-only root file system, unless that is switched off', () => {
      const closed = fargate();
      kind.add(closed.service);
      expect(agentOf(closed).ReadonlyRootFilesystem).toBe(true);
      expect(containersIn(closed.stack)[0].ReadonlyRootFilesystem).toBeUndefined();

      const open = fargate();
      kind.add(open.service, { readonlyRootFilesystem: false });
      expect(agentOf(open).ReadonlyRootFilesystem).toBeUndefined();
    });

    test('the agent has neither a memory limit nor a reservation in a task that sets its memory', () => {
      const given = fargate();
      kind.add(given.service);
      expect(agentOf(given).Memory).toBeUndefined();
      expect(agentOf(given).MemoryReservation).toBeUndefined();
    });

    test('the agent reserves 300 MiB in a task that sets no memory', () => {
      const given = onEc2();
      kind.add(given.service);
      expect(agentOf(given).MemoryReservation).toBe(300);
    });

    test('the agent reserves no memory if an override sets the task\'s memory after the sidecar', () => {
      const given = onEc2();
      kind.add(given.service);
      (given.taskDefinition.node.defaultChild as ecs.CfnTaskDefinition).addPropertyOverride('Memory', '2048');
      expect(agentOf(given).MemoryReservation).toBeUndefined();
    });

    test('the agent has the memory and CPU units that are given', () => {
      const given = onEc2();
      kind.add(given.service, { memoryLimitMiB: 800, memoryReservationMiB: 400, cpu: 128 });
      expect(agentOf(given)).toMatchObject({ Memory: 800, MemoryReservation: 400, Cpu: 128 });
    });

    test('the agent has no default reservation if it has a limit', () => {
      const given = onEc2();
      kind.add(given.service, { memoryLimitMiB: 800 });
      expect(agentOf(given).MemoryReservation).toBeUndefined();
    });

    test('every option becomes an argument as the agent reads it', () => {
      const given = fargate();
      kind.add(given.service, {
        rateLimitPerMinute: 100,
        hostAllow: ['api', 'h{1,2}'],
        hostExclusions: ['internal'],
        pathAllow: ['^/v1'],
        pathExclusions: ['/health'],
        networkInterfaces: ['eth0'],
        bpfFilter: 'port 8080',
        proxyUrl: 'http://10.0.0.10:3128',
        traceTags: { team: 'payments' },
      });
      expect(agentOf(given).EntryPoint.slice(4)).toEqual([
        '--rate-limit', '100',
        '--host-allow', 'api', '--host-allow', '"h{1,2}"',
        '--host-exclusions', 'internal',
        '--path-allow', '^/v1',
        '--path-exclusions', '/health',
        '--interfaces', 'eth0',
        '--filter', 'port 8080',
        '--proxy', 'http://10.0.0.10:3128',
        '--tags', 'team=payments',
      ]);
    });

    test('a key and a value of a tag may be known only to CloudFormation', () => {
      const given = fargate();
      const parameter = (id: string) => new CfnParameter(given.stack, id).valueAsString;
      kind.add(given.service, { traceTags: { [parameter('Key')]: parameter('Value') } });
      expect(agentOf(given).EntryPoint.slice(4)).toEqual(['--tags', { 'Fn::Join': ['', [{ Ref: 'Key' }, '=', { Ref: 'Value' }]] }]);
    });

    test('the image may be the user\'s own', () => {
      const given = fargate();
      kind.add(given.service, { image: ecs.ContainerImage.fromRegistry(`mirror.example.com/${kind.repository}:1.2.3`) });
      expect(agentOf(given).Image).toBe(`mirror.example.com/${kind.repository}:1.2.3`);
    });

    test('the agent gets region, service and task family under both spellings of the variables', () => {
      const given = fargate({ service: { serviceName: 'orders' }, task: { family: 'orders-task' } });
      kind.add(given.service);
      expect(variablesOf(agentOf(given))).toEqual({
        AKITA_AWS_REGION: 'eu-west-1',
        POSTMAN_AWS_REGION: 'eu-west-1',
        AKITA_ECS_SERVICE: 'orders',
        POSTMAN_ECS_SERVICE: 'orders',
        AKITA_ECS_TASK: 'orders-task',
        POSTMAN_ECS_TASK: 'orders-task',
      });
    });

    test('the agent gets further variables, whose values may be known only to CloudFormation', () => {
      const given = fargate();
      const value = new CfnParameter(given.stack, 'Environment').valueAsString;
      kind.add(given.service, { environment: { POSTMAN_ENV: value, GODEBUG: 'netdns=go' } });
      expect(variablesOf(agentOf(given))).toMatchObject({ POSTMAN_ENV: { Ref: 'Environment' }, GODEBUG: 'netdns=go' });
    });

    test('the task definition does not refer to the service, since CloudFormation refuses such a circle', () => {
      const given = fargate();
      kind.add(given.service);
      const definition = JSON.stringify(Template.fromStack(given.stack).findResources('AWS::ECS::TaskDefinition'));
      const [service] = Object.keys(Template.fromStack(given.stack).findResources('AWS::ECS::Service'));
      expect(definition).not.toContain(`"${service}"`);
    });

    test('the sidecar gives the agent\'s container to the caller', () => {
      const given = fargate();
      expect(kind.add(given.service).container).toBe(given.taskDefinition.findContainer(containerName));
    });
  });

  describe('the agent\'s log', () => {
    test('the agent logs to its own log group, which keeps logs for a month', () => {
      const given = fargate();
      const { logGroup } = kind.add(given.service);
      Template.fromStack(given.stack).hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
      expect(agentOf(given).LogConfiguration).toEqual({
        LogDriver: 'awslogs',
        Options: {
          'awslogs-group': given.stack.resolve(logGroup!.logGroupName), 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': containerName,
        },
      });
    });

    test('the agent logs where the user says', () => {
      const given = fargate();
      const logGroup = new logs.LogGroup(given.stack, 'Shared');
      const added = kind.add(given.service, { logging: ecs.LogDrivers.awsLogs({ logGroup, streamPrefix: 'agent' }) });
      expect(added.logGroup).toBeUndefined();
      expect(agentOf(given).LogConfiguration.Options['awslogs-stream-prefix']).toBe('agent');
      Template.fromStack(given.stack).resourceCountIs('AWS::Logs::LogGroup', 1);
    });
  });

  describe('the rest of the template', () => {
    test('the template gains a log group, an execution role and its policy, and no other resource changes', () => {
      const plain = Template.fromStack(fargate().stack).toJSON().Resources;
      const given = fargate();
      kind.add(given.service);
      const full = Template.fromStack(given.stack).toJSON().Resources;

      const added = Object.keys(full).filter(id => !(id in plain)).map(id => full[id].Type).sort();
      expect(added).toEqual(['AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::Logs::LogGroup']);
      for (const [id, resource] of Object.entries<any>(plain)) {
        if (resource.Type === 'AWS::ECS::TaskDefinition') {
          const { ContainerDefinitions, ...rest } = full[id].Properties;
          expect(ContainerDefinitions.slice(0, -1)).toEqual(resource.Properties.ContainerDefinitions);
          expect(rest).toEqual({ ...resource.Properties, ContainerDefinitions: undefined, ExecutionRoleArn: rest.ExecutionRoleArn });
        } else if (resource.Type === 'AWS::ECS::Service') {
          expect(full[id]).toEqual({ ...resource, DependsOn: expect.arrayContaining(resource.DependsOn ?? []) });
        } else {
          expect(full[id]).toEqual(resource);
        }
      }
    });

    test('the service, and no other resource, waits for the execution role\'s policy', () => {
      const given = fargate();
      given.service.autoScaleTaskCount({ maxCapacity: 3 });
      kind.add(given.service);
      const template = Template.fromStack(given.stack);
      const policy = Object.keys(template.findResources('AWS::IAM::Policy')).find(id => id.includes('ExecutionRole'))!;
      template.hasResource('AWS::ECS::Service', { DependsOn: Match.arrayWith([policy]) });
      const waiting = Object.values<any>(template.toJSON().Resources).filter(({ DependsOn }) => DependsOn?.includes(policy));
      expect(waiting.map(({ Type }) => Type)).toEqual(['AWS::ECS::Service']);
    });
  });

  describe('bad properties', () => {
    test.each<[string, object, RegExp]>([
      ['rateLimitPerMinute', { rateLimitPerMinute: 0 }, /`rateLimitPerMinute` .*got: 0/],
      ['hostAllow', { hostAllow: ['(?=a)'] }, /`hostAllow` .*\(\?=a\)/],
      ['hostExclusions', { hostExclusions: ['('] }, /`hostExclusions`/],
      ['pathAllow', { pathAllow: [''] }, /`pathAllow`/],
      ['pathExclusions', { pathExclusions: ['(a)\\1'] }, /`pathExclusions`/],
      ['networkInterfaces', { networkInterfaces: ['any'] }, /`networkInterfaces` .*any/],
      ['bpfFilter', { bpfFilter: ' ' }, /`bpfFilter`/],
      ['proxyUrl', { proxyUrl: 'proxy:3128' }, /`proxyUrl` .*proxy:3128/],
      ['traceTags', { traceTags: { 'a=b': 'c' } }, /`traceTags` .*a=b/],
      ['memoryLimitMiB', { memoryLimitMiB: 300, memoryReservationMiB: 400 }, /`memoryLimitMiB`/],
      ['cpu', { cpu: -1 }, /`cpu`/],
      ['readonlyRootFilesystem', { readonlyRootFilesystem: 'no' }, /`readonlyRootFilesystem` must be true or false, got: no/],
      ['disableTelemetry', { disableTelemetry: 1 }, /`disableTelemetry` must be true or false, got: 1/],
      ['environment', { environment: { 'A B': 'c' } }, /`environment` must be variables whose names .*, got: "A B"/],
      ['value in environment', { environment: { A: 1 } }, /`environment` must be variables whose values are texts, got: A=1/],
    ])('a bad %s throws at once, and the message has its name and value', (_, options, message) => {
      expect(() => kind.add(fargate().service, options)).toThrow(message);
    });

    test.each([
      'POSTMAN_API_KEY', 'POSTMAN_INSIGHTS_API_KEY', 'POSTMAN_INSIGHTS_WORKSPACE_ID', 'POSTMAN_INSIGHTS_CLUSTER_NAME', 'POSTMAN_INSIGHTS_SERVICE_NAME',
      'POSTMAN_K8S_NAMESPACE', 'POSTMAN_REGION', 'AKITA_ECS_SERVICE', 'POSTMAN_AWS_REGION', 'AKITA_DISABLE_TELEMETRY',
      'POSTMAN_INSIGHTS_AGENT_DISABLE_TELEMETRY',
    ])('the further variables cannot have %s, which belongs to one of the agents', name => {
      expect(() => kind.add(fargate().service, { environment: { [name]: 'not-a-key' } }))
        .toThrow(new RegExp(`\`environment\` must be variables that are not set by other options, got: ${name}; [^;]+`));
    });

    test('an imported service is refused, since it has no task definition', () => {
      const { stack, cluster } = fargate();
      const service = ecs.FargateService.fromFargateServiceAttributes(stack, 'Imported', { cluster, serviceName: 'imported' });
      expect(() => kind.add(service as ecs.BaseService, {}, kind.id))
        .toThrow(/`service` must be a FargateService or an Ec2Service of this app, got: Stack\/Imported/);
    });

    test('a sidecar with a bad property adds no container', () => {
      const given = fargate();
      expect(() => kind.add(given.service, { rateLimitPerMinute: 0 })).toThrow();
      expect(containersIn(given.stack).map(({ Name }) => Name)).toEqual(['web']);
    });
  });

  describe('a reference to the service', () => {
    const options: readonly [string, (reference: string) => object][] = [
      ['environment', reference => ({ environment: { SERVICE: reference } })],
      ['traceTags', reference => ({ traceTags: { service: reference } })],
      ['traceTags', reference => ({ traceTags: { [reference]: 'service' } })],
      ['hostAllow', reference => ({ hostAllow: ['api', reference] })],
      ['bpfFilter', reference => ({ bpfFilter: `host ${reference}` })],
    ];

    test.each(options)('a reference to the service in `%s` throws, since CloudFormation cannot create such a circle', (prop, make) => {
      const given = fargate();
      expect(() => kind.add(given.service, make(given.service.serviceName))).toThrow(
        `Stack/${kind.id}: \`${prop}\` refers to service Stack/Service, which needs its task definition, which would need this value: `
        + 'CloudFormation cannot create such a circle. Use a literal name, or leave it out.');
      expect(containersIn(given.stack)).toHaveLength(1);
    });

    test('an option may refer to a service of another stack, also if that has the same logical id', () => {
      const given = fargate();
      const other = fargate({ app: given.app, stackId: 'Other' });
      kind.add(other.service, { traceTags: { upstream: given.service.serviceName } });
      expect(warnings(given.app)).toEqual([]);
    });
  });

  test('a service with enough memory and internet access gets no warning', () => {
    const given = fargate();
    kind.add(given.service);
    expect(warnings(given.app)).toEqual([]);
  });
});

test('the collection ID may be known only to CloudFormation', () => {
  const given = fargate();
  sidecar(given.service, { collectionId: Token.asString({ Ref: 'Collection' }) });
  expect(containersIn(given.stack)[1].EntryPoint).toEqual(['/postman-lc-agent', 'apidump', '--collection', { Ref: 'Collection' }]);
});

test.each<[string, object]>([
  ['a collection with an ID of another form', { collectionId: 'orders' }],
  ['no collection', { collectionId: undefined }],
])('the Live Collection sidecar refuses %s', (_, options) => {
  expect(() => sidecar(fargate().service, options)).toThrow(/`collectionId`/);
});
