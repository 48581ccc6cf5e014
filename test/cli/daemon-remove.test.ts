import { addInstances, addUpstreamDaemon, BRIDGE, DAEMON, DAEMON_ADD, DAEMON_REMOVE, DAEMON_STATUS, ids, LOG_GROUP, onEc2, places, ROLE } from './daemon-given';
import { CAPTURING, WRONG_KEY } from './log-lines';
import { CLUSTER_ARN, INSIGHTS_AGENT, revisionArn, scenario, serviceArn, Shop, ShopOptions } from './shop';
import { accessDenied, connectionReset } from '../fakes';

/** The scenario with a daemon on two instances. */
function withDaemon(name: string, play: (shop: Shop) => Promise<void>, options: ShopOptions = {}): void {
  scenario(name, async shop => {
    addInstances(shop, 'i-1', 'i-2');
    shop.aws.ecs.logs(INSIGHTS_AGENT, CAPTURING);
    expect((await shop.run(DAEMON_ADD)).code).toBe(0);
    await play(shop);
  }, { ...BRIDGE, ...options });
}

/** The writing calls after those of `ecs daemon add`. */
const since = (shop: Shop) => shop.writes.slice(6);
const status = (shop: Shop, revision: string) => shop.aws.ecs.describeTaskDefinition(revision).status;

describe('remove', () => {
  withDaemon('deletes the service and deregisters its revisions; the role and the log stay, and it says so', async shop => {
    const { code, service } = await shop.json(DAEMON_REMOVE);
    expect(code).toBe(0);
    expect(service).toMatchObject({
      clusterArn: CLUSTER_ARN, serviceArn: serviceArn(DAEMON), action: 'remove', refusals: [], currentTaskDefinitionArn: revisionArn(`${DAEMON}:1`),
      agent: { state: null, generation: 'insights' }, daemon: { revisions: [revisionArn(`${DAEMON}:1`)] }, outcome: 'completed',
    });
    expect(service.warnings).toMatchObject([{ id: 'keptOfDaemon', message: expect.stringContaining(`Role ${ROLE} and log group ${LOG_GROUP} stay.`) }]);
    expect(since(shop)).toEqual(['DeleteService', 'DeregisterTaskDefinition']);
    expect([places(shop), status(shop, `${DAEMON}:1`), shop.aws.ecs.service(DAEMON).status]).toEqual([[], 'INACTIVE', 'INACTIVE']);
    expect(shop.aws.iam.findRole(ROLE)).toBeDefined();
  });

  withDaemon('with --dry-run only shows it', async shop => {
    const { code, service } = await shop.json([...DAEMON_REMOVE, '--dry-run']);
    expect([code, service.action, service.outcome, since(shop)]).toEqual([3, 'remove', null, []]);
  });

  withDaemon('may be left to ECS', async shop => {
    const { code, service } = await shop.json([...DAEMON_REMOVE, '--no-follow']);
    expect([code, service.outcome]).toEqual([0, 'notFollowed']);
  });

  withDaemon('tells that tasks still run after its time', async shop => {
    shop.aws.ecs.state.times = { ...shop.aws.ecs.state.times, rolloutMs: 3_600_000 };
    const { code, service } = await shop.json([...DAEMON_REMOVE, '--timeout', '90s'], { env: { POSTMAN_LIVE_COLLECTION_POLL_SECONDS: '10' } });
    expect([code, service.outcome]).toEqual([4, 'timedOut']);
  });

  withDaemon('leaves the revisions of others, and those of another cluster', async shop => {
    shop.aws.ecs.registerTaskDefinition({ family: DAEMON, ...onEc2('host') });
    shop.aws.ecs.registerTaskDefinition({
      family: DAEMON, ...onEc2('host'), tags: [{ key: 'postman:created_by', value: 'postman-live-collection' }, { key: 'postman:cluster', value: 'other' }],
    });
    await shop.run(DAEMON_REMOVE);
    expect([1, 2, 3].map(revision => status(shop, `${DAEMON}:${revision}`))).toEqual(['INACTIVE', 'ACTIVE', 'ACTIVE']);
  });

  withDaemon('and then add runs it again with the role and the log that stayed', async shop => {
    await shop.run(DAEMON_REMOVE);
    expect((await shop.run(DAEMON_ADD)).code).toBe(0);
    expect(since(shop)).toEqual(['DeleteService', 'DeregisterTaskDefinition', 'RegisterTaskDefinition', 'CreateService']);
    expect(places(shop)).toEqual(['i-1', 'i-2']);
  });

  for (const action of ['DeleteService', 'DeregisterTaskDefinition']) {
    withDaemon(`that is interrupted in ${action} is finished by the next run`, async shop => {
      await shop.runUntil(action, 'SIGKILL', DAEMON_REMOVE);
      shop.aws.advance(10_000);
      expect((await shop.run(DAEMON_REMOVE)).code).toBe(0);
      expect([places(shop), status(shop, `${DAEMON}:1`)]).toEqual([[], 'INACTIVE']);
      expect((await shop.json(DAEMON_REMOVE)).ran.json).toEqual({ version: 2, verb: 'daemon remove', services: [] });
    });

    withDaemon(`repeats ${action} if its answer is lost`, async shop => {
      shop.aws.inject(`ecs:${action}`, connectionReset('after'));
      expect((await shop.run(DAEMON_REMOVE)).code).toBe(0);
      expect([places(shop), status(shop, `${DAEMON}:1`)]).toEqual([[], 'INACTIVE']);
    });
  }

  withDaemon('names the permission that is missing', async shop => {
    shop.aws.inject('ecs:DeleteService', accessDenied());
    const ran = await shop.run(DAEMON_REMOVE);
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('"Action":"ecs:DeleteService"')]);
  });

  withDaemon('is refused for a service that CloudFormation manages, unless the user says otherwise', async shop => {
    shop.aws.ecs.tag(serviceArn(DAEMON), { 'aws:cloudformation:stack-name': 'agents' });
    const { code, service } = await shop.json(DAEMON_REMOVE);
    expect([code, ids(service.refusals), since(shop)]).toEqual([5, ['managedByCloudFormation'], []]);
    expect((await shop.run([...DAEMON_REMOVE, '--allow-managed'])).code).toBe(0);
  });

  scenario('of a service that is no daemon is refused', async shop => {
    const { code, service } = await shop.json([...DAEMON_REMOVE, '--service', 'orders']);
    expect([code, ids(service.refusals), shop.writes]).toEqual([5, ['serviceNotDaemon'], []]);
  }, BRIDGE);

  scenario('of one of several daemons asks for its name', async shop => {
    addInstances(shop, 'i-1');
    addUpstreamDaemon(shop, 'one');
    addUpstreamDaemon(shop, 'two');
    const ran = await shop.run(DAEMON_REMOVE);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('Cluster shop has 2 daemons of the agent: one, two. Name one with `--service`.')]);
    expect((await shop.run([...DAEMON_REMOVE, '--service', 'two'])).code).toBe(0);
    // Postman's own tool sets no tag on what a user registers.
    expect(shop.writes).toEqual(['DeleteService']);
  }, BRIDGE);

  scenario('has nothing to do where there is no daemon', async shop => {
    const ran = await shop.run(DAEMON_REMOVE);
    expect([ran.code, ran.stdout]).toEqual([0, 'Cluster shop has no daemon of the agent: nothing to do.\n']);
  }, BRIDGE);
});

describe('status', () => {
  withDaemon('tells on how many instances the agent runs, and that it captures', async shop => {
    const { code, service } = await shop.json(DAEMON_STATUS);
    expect(code).toBe(0);
    expect(service).toMatchObject({
      serviceArn: serviceArn(DAEMON), agent: { state: 'running', log: { state: 'capturing' } }, tasks: { desired: 2, running: 2, withAgent: 2 },
      egress: { verdict: 'reachable' }, daemon: { instances: { total: 2, withAgent: 2, without: [] } },
    });
    expect((await shop.run(DAEMON_STATUS)).stdout).toContain('  instances        2 of 2 run the agent\n');
  });

  withDaemon('names the instances without an agent', async shop => {
    // ECS does not start a task on an instance whose agent is not connected.
    shop.aws.ec2.addInstance('i-3', 'subnet-1');
    shop.aws.ecs.addContainerInstance('shop', 'i-3', { agentConnected: false });
    const ran = await shop.run(DAEMON_STATUS);
    expect([ran.code, ran.stdout]).toEqual([3, expect.stringContaining('  instances        2 of 3 run the agent; none on i-3\n')]);
  });

  withDaemon('tells what stopped, and why the agent does not capture', async shop => {
    for (const task of shop.tasks(DAEMON)) shop.aws.logs.put(LOG_GROUP, `${INSIGHTS_AGENT}/${INSIGHTS_AGENT}/${task}`, ...WRONG_KEY);
    const { code, service } = await shop.json(DAEMON_STATUS);
    expect([code, service.agent.state, service.agent.log.cause]).toEqual([3, 'degraded', 'keyRejected']);
  });

  scenario('recognizes a daemon of Postman\'s own tool', async shop => {
    addInstances(shop, 'i-1');
    addUpstreamDaemon(shop);
    const { code, service } = await shop.json(DAEMON_STATUS);
    expect([code, service.serviceArn, service.agent.generation]).toEqual([0, serviceArn('postman-agent'), 'insights']);
  }, BRIDGE);

  scenario('is exit 3 where there is no daemon', async shop => {
    const { code, ran } = await shop.json(DAEMON_STATUS);
    expect([code, ran.json]).toEqual([3, { version: 2, verb: 'daemon status', services: [] }]);
  }, BRIDGE);

  withDaemon('says what could not be read of the instances', async shop => {
    shop.aws.inject('ecs:ListContainerInstances', accessDenied());
    const { code, service } = await shop.json(DAEMON_STATUS);
    expect([code, service.daemon.instances]).toEqual([0, null]);
    expect((await shop.run(DAEMON_STATUS)).stdout).toContain('the permission ecs:ListContainerInstances is missing');
  });
});
