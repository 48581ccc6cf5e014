import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import { DAEMONS, instances } from './given';
import { warnings } from '../../given';
import { matches, Pattern } from '../event-pattern';

const CLUSTER = 'arn:aws:ecs:eu-west-1:111122223333:cluster/shop';

interface Seen {
  readonly lastStatus: string;
  /** Of the agent's container. */
  readonly agent: string;
  readonly stopCode?: string;
  readonly group?: string;
  readonly clusterArn?: string;
}

/** An event as ECS sends it. @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html */
function taskEvent(name: string, { lastStatus, agent, stopCode, group = 'service:agents', clusterArn = CLUSTER }: Seen) {
  return {
    'detail-type': 'ECS Task State Change',
    'source': 'aws.ecs',
    'detail': { clusterArn, group, lastStatus, containers: [{ name, lastStatus: agent }], launchType: 'EC2', ...stopCode === undefined ? {} : { stopCode } },
  };
}

const EXITED: Seen = { lastStatus: 'STOPPED', agent: 'STOPPED', stopCode: 'EssentialContainerExited' };

describe.each(DAEMONS)('$construct', kind => {
  /** Which of the events the only rule of a daemon matches. */
  function matched(add: (daemon: ReturnType<typeof kind.addTo>) => void, seen: readonly Seen[]): readonly Seen[] {
    const given = instances();
    add(kind.addTo(given.stack, given.cluster));
    const [{ Properties }] = Object.values<any>(Template.fromStack(given.stack).findResources('AWS::Events::Rule'));
    const pattern: Pattern = JSON.parse(JSON.stringify(Properties.EventPattern), (_, value) => {
      if (value?.['Fn::GetAtt']) return value['Fn::GetAtt'][1] === 'Arn' ? CLUSTER : 'agents';
      return value?.['Fn::Join'] ? value['Fn::Join'][1].join(value['Fn::Join'][0]) : value;
    });
    return seen.filter(one => matches(pattern, taskEvent(kind.containerName, one)));
  }

  const DEPLOYED: Seen = { ...EXITED, stopCode: 'ServiceSchedulerInitiated' };
  const GONE: Seen = { ...EXITED, stopCode: 'TerminationNotice' };
  const NOT_STARTED: Seen = { lastStatus: 'STOPPED', agent: 'PENDING', stopCode: 'TaskFailedToStart' };
  const RUNNING: Seen = { lastStatus: 'RUNNING', agent: 'RUNNING' };
  const OTHERS: readonly Seen[] = [{ ...EXITED, group: 'service:web' }, { ...EXITED, clusterArn: CLUSTER.replace('shop', 'beta') }];

  test('onAgentStopped matches each task of the daemon whose agent has stopped, whatever the reason', () => {
    expect(matched(daemon => daemon.onAgentStopped('Stopped'), [EXITED, DEPLOYED, GONE, RUNNING, ...OTHERS])).toEqual([EXITED, DEPLOYED, GONE]);
  });

  test('metricAgentStopped counts agents that exit or cannot start, once each, and no deployments or instances that go away', () => {
    const deprovisioning = { ...EXITED, lastStatus: 'DEPROVISIONING' };
    const seen = [EXITED, deprovisioning, DEPLOYED, GONE, NOT_STARTED, RUNNING, ...OTHERS];
    expect(matched(daemon => daemon.metricAgentStopped(), seen)).toEqual([EXITED, NOT_STARTED]);
  });

  test('metricAgentStopped is the number of events that the rule has matched, and uses one rule', () => {
    const given = instances();
    const daemon = kind.addTo(given.stack, given.cluster);
    const [first, second] = [daemon.metricAgentStopped(), daemon.metricAgentStopped()];
    expect(given.stack.resolve(first.dimensions)).toEqual(given.stack.resolve(second.dimensions));
    Template.fromStack(given.stack).resourceCountIs('AWS::Events::Rule', 1);
    expect([first.namespace, first.metricName, first.statistic]).toEqual(['AWS/Events', 'MatchedEvents', 'Sum']);
    expect(warnings(given.app)).toEqual([]);
  });

  test('metricAgentNotCapturing counts lines of the log, with one filter', () => {
    const given = instances();
    const daemon = kind.addTo(given.stack, given.cluster);
    daemon.metricAgentNotCapturing();
    daemon.metricAgentNotCapturing();
    const filters = Object.values<any>(Template.fromStack(given.stack).findResources('AWS::Logs::MetricFilter'));
    expect(filters.map(({ Properties }) => Properties.LogGroupName)).toEqual([given.stack.resolve(daemon.logGroup!.logGroupName)]);
  });

  test('a rule gets the target and the description of the user', () => {
    const given = instances();
    const target: events.IRuleTarget = { bind: () => ({ arn: 'arn:aws:sns:eu-west-1:111122223333:topic' }) };
    kind.addTo(given.stack, given.cluster).onAgentStopped('Stopped', { target, description: 'the agent stopped' });
    Template.fromStack(given.stack).hasResourceProperties('AWS::Events::Rule', {
      Description: 'the agent stopped', Targets: [{ Arn: 'arn:aws:sns:eu-west-1:111122223333:topic', Id: 'Target0' }],
    });
  });
});
