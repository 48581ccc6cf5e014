import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { resources } from './given';
import { PostmanAgentAlarms, PostmanAgentDashboard } from '../../../src';
import { ENV, insights, PROJECT_ID } from '../../given';

/** A service whose network, cluster, task definition, agent and key are in stacks of their own, unless they share one. */
function given(places: { readonly [what: string]: string }) {
  const app = new App();
  const stack = (what: string) => {
    const id = places[what] ?? what;
    return app.node.tryFindChild(id) as Stack | undefined ?? new Stack(app, id, { env: ENV });
  };
  const vpc = new ec2.Vpc(stack('Network'), 'Vpc', { maxAzs: 1, natGateways: 1 });
  const cluster = new ecs.Cluster(stack('Cluster'), 'Cluster', { vpc });
  const taskDefinition = new ecs.FargateTaskDefinition(stack('Tasks'), 'Task', { cpu: 512, memoryLimitMiB: 2048 });
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx') });
  const service = new ecs.FargateService(stack('Service'), 'Service', { cluster, taskDefinition, minHealthyPercent: 100 });
  const apiKeySecret = new secretsmanager.Secret(stack('Key'), 'Key');
  const agent = insights(service, { projectId: PROJECT_ID, apiKeySecret }, 'Insights', stack('Agent'));
  return { app, stack, agent };
}

/** All in one stack, but for what each line names. */
const SHARED = { Network: 'Service', Cluster: 'Service', Tasks: 'Service', Agent: 'Service', Key: 'Service' };
const APART: { readonly [what: string]: { readonly [what: string]: string } } = {
  'nothing': SHARED,
  'the network': { ...SHARED, Network: 'Network' },
  'the network and the cluster': { ...SHARED, Network: 'Base', Cluster: 'Base' },
  'the task definition': { ...SHARED, Tasks: 'Tasks', Key: 'Tasks' },
  'the agent': { ...SHARED, Agent: 'Agent' },
  'the key': { ...SHARED, Key: 'Key' },
  'the agent and the key': { ...SHARED, Agent: 'Agent', Key: 'Agent' },
  'everything': {},
};

describe.each(Object.entries(APART))('an app with %s in stacks apart', (_, places) => {
  const all = [...new Set(['Own', ...Object.values(places), ...['Network', 'Cluster', 'Tasks', 'Service', 'Agent', 'Key'].filter(what => !(what in places))])];

  test.each(all)('a dashboard with alarms in stack %s works, or is refused at once with the way out', where => {
    const { app, agent } = given(places);
    const scope = app.node.tryFindChild(where) as Stack | undefined ?? new Stack(app, where, { env: ENV });
    let refused = '';
    try {
      new PostmanAgentDashboard(scope, 'Dashboard', { agents: [agent], alarms: new PostmanAgentAlarms(scope, 'Alarms', { agents: [agent] }) });
    } catch (error) {
      refused = (error as Error).message;
    }
    // The rule of an agent in a stack apart names the service, unless the service needs that stack.
    const holder = places.Key === 'Agent' ? 'Service' : places.Agent ?? 'Agent';
    const needed = where !== 'Own' && where !== holder;
    const found = `is in stack ${holder}, which needs `;
    if (needed) {expect(refused).toMatch(found);} else {
      expect(refused).toBe('');
      app.synth();
      expect(Object.keys(resources(scope, 'AWS::CloudWatch::Dashboard'))).toHaveLength(1);
    }
  });
});
