import { Annotations, CfnParameter, CfnResource } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { DaemonKind, DaemonOptions, DAEMONS, instances, serviceOn } from './given';
import { EgressCheck, PostmanInsights, PostmanInsightsDaemon } from '../../../src';
import { agentsIn, containersIn, INSIGHTS, synthesize, variablesOf, warnings } from '../../given';

/** The options are the same for both daemons, and each takes a synthesis. */
const [, kind] = DAEMONS as readonly [DaemonKind, DaemonKind];

/** The agent's container of a daemon with options. */
function agentWith(options: DaemonOptions): any {
  const given = instances();
  kind.addTo(given.stack, given.cluster, options);
  return containersIn(given.stack)[0];
}

/** The arguments after the destination. */
const argumentsOf = ({ EntryPoint }: any) => EntryPoint.slice(2 + kind.destination.length);

describe('a daemon', () => {
  describe('ports', () => {
    test('become the filter of the agent', () => {
      expect(argumentsOf(agentWith({ ports: [8080, 9090] }))).toEqual(['--interfaces', 'docker0', '--filter', 'tcp port 8080 or tcp port 9090']);
    });

    test('may be known only to CloudFormation', () => {
      const given = instances();
      const port = new CfnParameter(given.stack, 'Port', { type: 'Number' });
      kind.addTo(given.stack, given.cluster, { ports: [port.valueAsNumber] });
      expect(containersIn(given.stack)[0].EntryPoint).toEqual(expect.arrayContaining([{ 'Fn::Join': ['', ['tcp port ', { Ref: 'Port' }]] }]));
    });

    test.each<[string, unknown, RegExp]>([
      ['zero', [8080, 0], /`ports` must be a list of TCP ports, each a whole number from 1 to 65535, got: 0\./],
      ['above 65535', [65536], /got: 65536\./],
      ['a fraction', [80.5], /got: 80\.5\./],
      ['a text', ['8080'], /got: "8080"\./],
      ['an empty list', [], /got: an empty list; leave it out for all ports\./],
      ['no list', 8080, /got: 8080\./],
    ])('%s is refused', (_, ports, message) => {
      expect(() => agentWith({ ports: ports as number[] })).toThrow(message);
    });

    test('beside a filter are refused', () => {
      expect(() => agentWith({ ports: [80, 8080], bpfFilter: 'port 1' }))
        .toThrow('Stack/Agents: `ports` must be left out if `bpfFilter` is given, got: 80 and 8080; put the ports into `bpfFilter`, such as `tcp port 8080`.');
    });
  });

  describe('sizes', () => {
    test.each<[string, DaemonOptions, object]>([
      ['a limit of 1000 MiB', { memoryLimitMiB: 1000 }, { Memory: 1000, MemoryReservation: 300, Cpu: 256 }],
      ['a limit below the reservation of a daemon', { memoryLimitMiB: 200, rateLimitPerMinute: 10 }, { Memory: 200 }],
      ['a reservation above the limit of a daemon', { memoryReservationMiB: 900 }, { Memory: 900, MemoryReservation: 900 }],
      ['other CPU', { cpu: 128 }, { Memory: 700, MemoryReservation: 300, Cpu: 128 }],
    ])('%s', (_, options, expected) => {
      const { Memory, MemoryReservation, Cpu } = agentWith(options);
      expect({ Memory, MemoryReservation, Cpu }).toEqual({ Cpu: 256, ...expected });
    });

    test('a reservation above the limit is refused', () => {
      expect(() => agentWith({ memoryLimitMiB: 400, memoryReservationMiB: 500 })).toThrow(/memoryReservationMiB/i);
    });
  });

  test('the agent listens on other interfaces if they are named', () => {
    expect(argumentsOf(agentWith({ networkInterfaces: ['ens5'] }))).toEqual(['--interfaces', 'ens5']);
  });

  test('further constraints select the instances, and the one on Linux stays', () => {
    const given = instances();
    kind.addTo(given.stack, given.cluster, { placementConstraints: [ecs.PlacementConstraint.memberOf('attribute:team == orders')] });
    const template = Template.fromStack(given.stack);
    template.hasResourceProperties('AWS::ECS::Service', { PlacementConstraints: [{ Type: 'memberOf', Expression: 'attribute:team == orders' }] });
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      PlacementConstraints: [{ Type: 'memberOf', Expression: 'attribute:ecs.os-type == linux' }],
    });
  });

  test('constraints that are none are refused', () => {
    expect(() => agentWith({ placementConstraints: ['attribute:team == orders'] as unknown as ecs.PlacementConstraint[] }))
      .toThrow('`placementConstraints` must be a list of placement constraints (`ecs.PlacementConstraint`), '
        + 'got: a list of 1; use PlacementConstraint.memberOf.');
  });

  test('the family is the one that is given', () => {
    const given = instances();
    kind.addTo(given.stack, given.cluster, { family: 'postman-agents' });
    Template.fromStack(given.stack).hasResourceProperties('AWS::ECS::TaskDefinition', { Family: 'postman-agents' });
  });

  test('a log driver of the user takes the place of the log group', () => {
    const given = instances();
    const daemon = kind.addTo(given.stack, given.cluster, { logging: ecs.LogDrivers.firelens({ options: { Name: 'stdout' } }) });
    expect(daemon.logGroup).toBeUndefined();
    expect(warnings(given.app)).toEqual([]);
    // The router is a second container, and the agent stays essential.
    expect(containersIn(given.stack).map(({ Essential }) => Essential)).toEqual([true, true]);
    expect(() => daemon.metricAgentNotCapturing()).toThrow(/Leave `logging` out/);
  });

  test('an override of the task definition is no reason to refuse that the agent is essential', () => {
    const given = instances();
    const { taskDefinition } = kind.addTo(given.stack, given.cluster);
    (taskDefinition.node.defaultChild as CfnResource).addPropertyOverride('PidMode', 'task');
    expect(warnings(given.app)).toEqual([]);
  });

  test('interfaces that are known later are not compared', () => {
    const given = instances();
    const name = new CfnParameter(given.stack, 'Interface').valueAsString;
    kind.addTo(given.stack, given.cluster, { networkInterfaces: ['docker0', name] });
    expect(warnings(given.app)).toEqual([]);
  });

  describe('egress of the instances', () => {
    const closed = () => {
      const given = instances({ vpcProps: { natGateways: 0, subnetConfiguration: [{ name: 'closed', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] } });
      return given;
    };

    test('a way out is missing: an error that says what to change', () => {
      const given = closed();
      const daemon = kind.addTo(given.stack, given.cluster);
      expect(daemon.egressVerdict().verdict).toBe('unreachable');
      expect(synthesize(given.app).errors).toMatch(/The tasks of service Stack\/Agents\/Service have no way out to the internet/);
    });

    test.each<[string, EgressCheck, string[]]>([
      ['warned of', EgressCheck.WARN, ['egressUnreachable']], ['not checked', EgressCheck.OFF, []],
    ])('it is %s', (_, egressCheck, expected) => {
      const given = closed();
      kind.addTo(given.stack, given.cluster, { egressCheck });
      expect(warnings(given.app)).toEqual(expected);
    });

    test('subnets that the user vouches for are not judged', () => {
      const given = closed();
      kind.addTo(given.stack, given.cluster, { knownEgress: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } });
      expect(synthesize(given.app).errors).not.toMatch(/has no route to the internet/);
    });

    test('instances with public addresses in public subnets reach Postman', () => {
      const given = instances({
        vpcProps: { natGateways: 0 }, capacity: { vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC }, associatePublicIpAddress: true },
      });
      expect(kind.addTo(given.stack, given.cluster).egressVerdict().verdict).toBe('reachable');
    });

    test('a subnet that `knownEgress` does not find is an error', () => {
      const given = closed();
      expect(() => kind.addTo(given.stack, given.cluster, { knownEgress: { subnetType: ec2.SubnetType.PUBLIC } }))
        .toThrow(/`knownEgress` selects no subnet of VPC Stack\/Vpc/);
    });
  });

  test('a sidecar for the service of a daemon is refused', () => {
    const given = instances();
    const daemon = kind.addTo(given.stack, given.cluster);
    expect(() => INSIGHTS.add(daemon.service)).toThrow(/Service Stack\/Agents\/Service already has the sidecar Stack\/Agents/);
  });

  test('the agent for every service of a scope is not added to a daemon', () => {
    const given = instances();
    serviceOn(given.cluster, { mode: ecs.NetworkMode.AWS_VPC });
    kind.addTo(given.stack, given.cluster);
    PostmanInsights.of(given.app).addToServices({ discovery: true });
    expect(synthesize(given.app).errors).toBe('');
    expect(agentsIn(given.stack)).toHaveLength(2);
  });

  test('a warning is acknowledged by its id', () => {
    const given = instances();
    kind.addTo(given.stack, given.cluster, { networkInterfaces: ['docker0', 'ens5'] });
    Annotations.of(given.app).acknowledgeWarning('cdk-postman-live-collection:requestsSeenTwice');
    expect(warnings(given.app)).toEqual([]);
  });
});

test('in discovery, the agents of a daemon are registered under the cluster and the family', () => {
  const given = instances();
  new PostmanInsightsDaemon(given.stack, 'Agents', { cluster: given.cluster, discovery: true, family: 'agents' });
  expect(variablesOf(containersIn(given.stack)[0])).toMatchObject({
    POSTMAN_INSIGHTS_CLUSTER_NAME: { Ref: expect.stringMatching(/^Cluster/) }, POSTMAN_INSIGHTS_WORKLOAD_NAME: 'agents',
  });
});
