import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { DaemonOptions, DAEMONS, instances, serviceOn } from './given';
import { EgressCheck } from '../../../src';
import { ENV, INSIGHTS, warnings } from '../../given';
import * as fc from '../../random';

const SECRET = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:secretsmanager:${ENV.region}:${ENV.account}:secret:postman/api-key`]] };

/** Apps to which a daemon is added. */
const apps = fc.record({
  modes: fc.array(fc.constantFrom(ecs.NetworkMode.BRIDGE, ecs.NetworkMode.HOST, ecs.NetworkMode.AWS_VPC), { maxLength: 3 }),
  hasSidecars: fc.boolean(),
  hasFargate: fc.boolean(),
  isInOtherStack: fc.boolean(),
  options: fc.record<DaemonOptions>({
    ports: fc.constantFrom([80], [80, 8080]), networkInterfaces: fc.constantFrom(['ens5'], ['docker0']), memoryLimitMiB: fc.integer({ min: 100, max: 900 }),
    family: fc.constant('agents'), egressCheck: fc.constantFrom(...Object.values(EgressCheck)), apiKeySecretField: fc.constant('key'),
  }, { requiredKeys: [] }),
});

/** The resources of a template, by type. */
function byType(resources: { readonly [id: string]: any }): { readonly [type: string]: number } {
  const counts: { [type: string]: number } = {};
  for (const { Type } of Object.values(resources)) counts[Type] = (counts[Type] ?? 0) + 1;
  return counts;
}

test('a daemon changes nothing else in an app, whatever is in it and whatever the options are', () => {
  fc.assert(fc.property(fc.constantFrom(...DAEMONS), apps, (kind, { modes, hasSidecars, hasFargate, isInOtherStack, options }) => {
    const make = (isWithDaemon: boolean) => {
      const { app, stack, cluster } = instances({ vpcProps: { maxAzs: 1 } });
      const other = new Stack(app, 'Other', { env: ENV });
      if (hasFargate) cluster.enableFargateCapacityProviders();
      const services = modes.map((mode, number) => serviceOn(cluster, { id: `Web${number}`, mode }));
      const inAwsvpc = services.filter((_, number) => modes[number] === ecs.NetworkMode.AWS_VPC);
      if (hasSidecars) inAwsvpc.forEach((service, number) => INSIGHTS.add(service, {}, `Sidecar${number}`));
      if (isWithDaemon) kind.addTo(isInOtherStack ? other : stack, cluster, options);
      return app.synth().getStackByName(stack.stackName).template;
    };
    const [before, after] = [make(false), make(true)];
    const withoutAgents = Object.fromEntries(Object.entries<any>(after.Resources).filter(([id]) => !id.startsWith('Agents')));
    expect(withoutAgents).toEqual(before.Resources);
    expect(after.Parameters).toEqual(before.Parameters);
    // Another stack refers to the cluster by an export of its name.
    expect(Object.keys(after.Outputs ?? {})).toHaveLength(isInOtherStack ? 1 : 0);
  }), { numRuns: 8 });
});

describe.each(DAEMONS)('$construct', kind => {
  const { containerName, program, destination, keyVariables, image } = kind;

  test('it adds a service with its task definition, two roles, a policy and a log group, and changes nothing else', () => {
    const make = () => {
      const given = instances();
      serviceOn(given.cluster);
      return given;
    };
    const [without, given] = [make(), make()];
    kind.addTo(given.stack, given.cluster);
    const { Resources: before, ...restBefore } = Template.fromStack(without.stack).toJSON();
    const { Resources: after, ...rest } = Template.fromStack(given.stack).toJSON();
    expect(rest).toEqual(restBefore);
    expect(Object.fromEntries(Object.entries(after).filter(([id]) => id in before))).toEqual(before);
    expect(byType(Object.fromEntries(Object.entries<any>(after).filter(([id]) => !(id in before))))).toEqual({
      'AWS::ECS::Service': 1, 'AWS::ECS::TaskDefinition': 1, 'AWS::IAM::Role': 2, 'AWS::IAM::Policy': 1, 'AWS::Logs::LogGroup': 1,
    });
    expect(warnings(given.app)).toEqual([]);
  });

  test('the task definition is for the agent alone, in host mode, on Linux', () => {
    const given = instances();
    const daemon = kind.addTo(given.stack, given.cluster);
    const template = Template.fromStack(given.stack);
    const [{ Properties }] = Object.values<any>(template.findResources('AWS::ECS::TaskDefinition'));
    const logGroup = given.stack.resolve(daemon.logGroup!.logGroupName);
    expect(Properties).toEqual({
      Family: daemon.taskDefinition.family,
      NetworkMode: 'host',
      RequiresCompatibilities: ['EC2'],
      PlacementConstraints: [{ Type: 'memberOf', Expression: 'attribute:ecs.os-type == linux' }],
      ExecutionRoleArn: expect.anything(),
      TaskRoleArn: expect.anything(),
      ContainerDefinitions: [{
        Name: containerName,
        Image: image,
        Essential: true,
        EntryPoint: [program, 'apidump', ...destination, '--interfaces', 'docker0'],
        Environment: expect.arrayContaining([{ Name: expect.stringMatching(/_AWS_REGION$/), Value: ENV.region }]),
        Secrets: keyVariables.map(Name => ({ Name, ValueFrom: SECRET })),
        Cpu: 256,
        Memory: 700,
        MemoryReservation: 300,
        ReadonlyRootFilesystem: true,
        RestartPolicy: { Enabled: true, RestartAttemptPeriod: 60 },
        LogConfiguration: {
          LogDriver: 'awslogs', Options: { 'awslogs-group': logGroup, 'awslogs-region': ENV.region, 'awslogs-stream-prefix': containerName },
        },
      }],
    });
  });

  test('the service runs one task on each instance, and starts when the execution role can read the key', () => {
    const given = instances();
    const daemon = kind.addTo(given.stack, given.cluster);
    const template = Template.fromStack(given.stack);
    const idOf = (type: string) => Object.keys(template.findResources(type)).find(id => id.startsWith('Agents'));
    expect(Object.values(template.findResources('AWS::ECS::Service'))).toMatchObject([{
      Type: 'AWS::ECS::Service',
      Properties: {
        Cluster: given.stack.resolve(given.cluster.clusterName),
        TaskDefinition: given.stack.resolve(daemon.taskDefinition.taskDefinitionArn),
        LaunchType: 'EC2',
        SchedulingStrategy: 'DAEMON',
        EnableECSManagedTags: false,
        // With more than 0 %, ECS could stop no task of a cluster with one instance.
        DeploymentConfiguration: { MinimumHealthyPercent: 0, MaximumPercent: 100, DeploymentCircuitBreaker: { Enable: true, Rollback: true } },
      },
      DependsOn: [idOf('AWS::IAM::Policy'), expect.stringMatching(/^AgentsTaskDefinitionTaskRole/)],
    }]);
  });

  test('the execution role may read the key and write to the log, and nothing else', () => {
    const given = instances();
    const daemon = kind.addTo(given.stack, given.cluster);
    const { PolicyDocument } = Object.entries<any>(Template.fromStack(given.stack).findResources('AWS::IAM::Policy'))
      .find(([id]) => id.startsWith('Agents'))![1].Properties;
    expect(PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: given.stack.resolve(daemon.logGroup!.logGroupArn) },
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: expect.anything() },
    ]);
  });
});
