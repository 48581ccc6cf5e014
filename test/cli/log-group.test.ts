import { CAPTURING } from './log-lines';
import { ADD, ADD_PROJECT, AGENT, awslogs, INSIGHTS_AGENT, PROJECT, scenario, SELECT, Shop } from './shop';
import { accessDenied } from '../fakes';

const GROUP = '/ecs/agents';
const TO_GROUP = ['--log-group', GROUP];
const logOf = (shop: Shop) => shop.agent().logConfiguration;
const inGroup = (agent: string) => ({
  logDriver: 'awslogs', options: { 'awslogs-group': GROUP, 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': agent },
});

describe('--log-group', () => {
  for (const [agent, args] of [[INSIGHTS_AGENT, ADD_PROJECT], [AGENT, ADD]] as const) {
    scenario(`--log-group gives ${agent} a log in an existing group, and add reads there whether it captures`, async shop => {
      shop.aws.logs.addGroup(GROUP);
      shop.aws.ecs.logs(agent, CAPTURING);
      const { code, service } = await shop.json([...args, ...TO_GROUP]);
      expect(code).toBe(0);
      expect(logOf(shop)).toMatchObject(inGroup(agent));
      expect(service.agent.log.state).toBe('capturing');
    });
  }

  scenario('without --log-group an agent has no log if no container of the task logs to CloudWatch', async shop => {
    expect((await shop.run(ADD_PROJECT)).code).toBe(0);
    expect(logOf(shop)).toBeUndefined();
    expect(shop.aws.callsOf('DescribeLogGroups')).toEqual([]);
  });

  scenario('a log group that does not exist is refused with 5 and the command that creates it, and nothing is written', async shop => {
    shop.aws.logs.addGroup(`${GROUP}-of-others`);
    const [add, plan] = await Promise.all([shop.json([...ADD_PROJECT, ...TO_GROUP]), shop.json(['ecs', 'plan', ...SELECT, '--project', PROJECT, ...TO_GROUP])]);
    expect([add.code, plan.code]).toEqual([5, 5]);
    const message = expect.stringContaining(`aws logs create-log-group --log-group-name ${GROUP}`);
    for (const { service } of [add, plan]) expect(service).toMatchObject({ action: 'refuse', refusals: [{ id: 'logGroupMissing', message }] });
    expect(shop.writes).toEqual([]);
  }, { hasSecret: true });

  scenario('a log group among many with the same prefix is found', async shop => {
    for (let index = 0; index < 60; index++) shop.aws.logs.addGroup(`${GROUP}-${index}`);
    shop.aws.logs.addGroup(GROUP);
    expect((await shop.run([...ADD_PROJECT, ...TO_GROUP])).code).toBe(0);
  });

  scenario('a log group that may not be looked for is a warning that names the permission, and add completes', async shop => {
    shop.aws.logs.addGroup(GROUP);
    shop.aws.inject('logs:DescribeLogGroups', accessDenied());
    const { code, service } = await shop.json([...ADD_PROJECT, ...TO_GROUP]);
    expect({ code, outcome: service.outcome }).toEqual({ code: 0, outcome: 'completed' });
    expect(service.warnings).toContainEqual({ id: 'logGroupUnknown', message: expect.stringMatching(/logs:DescribeLogGroups is missing/) });
    expect(logOf(shop)).toMatchObject(inGroup(INSIGHTS_AGENT));
  });

  scenario('the agent borrows the log of a container that logs to CloudWatch, and the group is not looked for', async shop => {
    const { code, service } = await shop.json([...ADD_PROJECT, ...TO_GROUP]);
    expect(code).toBe(0);
    expect(logOf(shop)).toMatchObject(awslogs(INSIGHTS_AGENT));
    expect(service.warnings.map(({ id }: { id: string }) => id)).toEqual(['unpinnedImage']);
    expect(shop.aws.callsOf('DescribeLogGroups')).toEqual([]);
  }, { definition: { containerDefinitions: [{ name: 'web', image: 'nginx', logConfiguration: awslogs('web', { 'awslogs-datetime-format': '%Y' }) }] } });

  scenario('--log-group gives an agent that is there a log, and changes nothing else in it', async shop => {
    await shop.run(ADD_PROJECT);
    const before = shop.agent();
    shop.aws.logs.addGroup(GROUP);
    expect(await shop.json([...ADD_PROJECT, ...TO_GROUP])).toMatchObject({ code: 0, service: { action: 'update', outcome: 'completed' } });
    const { logConfiguration, ...rest } = shop.agent();
    expect(logConfiguration).toMatchObject(inGroup(INSIGHTS_AGENT));
    expect(rest).toEqual(before);
    expect(await shop.json([...ADD_PROJECT, ...TO_GROUP])).toMatchObject({ code: 0, service: { action: 'none' } });
  });

  scenario('an agent that has a log keeps it, whatever --log-group names', async shop => {
    shop.aws.logs.addGroup(GROUP);
    await shop.run([...ADD_PROJECT, ...TO_GROUP]);
    expect(await shop.json([...ADD_PROJECT, '--log-group', '/ecs/other'])).toMatchObject({ code: 0, service: { action: 'none' } });
    expect(logOf(shop)).toMatchObject(inGroup(INSIGHTS_AGENT));
  });
});
