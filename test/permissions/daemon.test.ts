import {
  daemonPolicy, daemonRoleDocument, daemonRoleStatements, DaemonScope, daemonStatements, keepRuns, policyCharacters, Statement, tasksTrust,
} from '../../src/permissions';

const ROLE = 'arn:aws:iam::111122223333:role/shop-eu-west-1-postman-insights-daemon';
const GROUP = '/ecs/shop/postman-insights-daemon';
const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman/api-key-AbCdEf';
const SCOPE: DaemonScope = {
  partition: 'aws', region: 'eu-west-1', account: '111122223333', clusters: ['shop'], services: ['shop/agents'], families: ['agents'],
  roles: [ROLE], newRoles: [ROLE], newLogGroups: [GROUP], mayGrant: false,
  secret: { arn: SECRET, mayCreate: false, mayUpdate: false, mayGrant: false },
};

const allowing = (statements: readonly Statement[], action: string) => statements.filter(({ actions }) => actions.includes(action));

describe('the permissions of who runs a daemon', () => {
  test('only its own service may be created, tagged and deleted', () => {
    const statements = daemonStatements(SCOPE);
    const service = ['arn:aws:ecs:eu-west-1:111122223333:service/shop/agents'];
    expect(allowing(statements, 'ecs:CreateService')).toEqual([{ actions: ['ecs:CreateService', 'ecs:DeleteService'], resources: service }]);
    expect(allowing(statements, 'ecs:TagResource')).toContainEqual(
      { actions: ['ecs:TagResource'], resources: service, conditions: { StringEquals: { 'ecs:CreateAction': 'CreateService' } } });
    const described = allowing(statements, 'ecs:DescribeServices').map(({ resources }) => resources);
    expect(described).toEqual([service, ['arn:aws:ecs:eu-west-1:111122223333:service/shop/*']]);
  });

  test('only the role and the log group that are made for it may be written', () => {
    const statements = daemonStatements(SCOPE);
    expect(allowing(statements, 'iam:CreateRole').map(({ resources }) => resources)).toEqual([[ROLE]]);
    expect(allowing(statements, 'iam:PutRolePolicy').map(({ resources }) => resources)).toEqual([[ROLE]]);
    expect(allowing(statements, 'logs:CreateLogGroup')).toEqual([{
      actions: ['logs:CreateLogGroup', 'logs:PutRetentionPolicy'], resources: [`arn:aws:logs:eu-west-1:111122223333:log-group:${GROUP}:*`],
    }]);
  });

  test('a role and a log group of the user are not written, unless the missing statement is to be added', () => {
    const own = { ...SCOPE, newRoles: [], newLogGroups: [] };
    const actions = (scope: DaemonScope) => daemonStatements(scope).flatMap(statement => statement.actions);
    for (const action of ['iam:CreateRole', 'iam:PutRolePolicy', 'logs:CreateLogGroup']) expect(actions(own)).not.toContain(action);
    expect(allowing(daemonStatements({ ...own, mayGrant: true }), 'iam:PutRolePolicy').map(({ resources }) => resources)).toEqual([[ROLE]]);
    expect(actions({ ...own, roles: undefined })).not.toContain('iam:GetRole');
  });

  test('it has no load balancer, and the policy says how many characters it has', () => {
    const { statements, characters, widenings } = daemonPolicy(SCOPE);
    expect(statements.flatMap(({ actions }) => actions)).not.toContain('elasticloadbalancing:DescribeTargetGroups');
    expect([characters, widenings]).toEqual([policyCharacters(statements), []]);
  });
});

describe('the execution role of a daemon', () => {
  const LOG = { partition: 'aws', region: 'eu-west-1', account: '111122223333', name: GROUP };
  const KEY = { store: 'secretsmanager', arn: SECRET, arnIsComplete: true, region: 'eu-west-1' } as const;
  const WRITE = { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [`arn:aws:logs:eu-west-1:111122223333:log-group:${GROUP}:*`] };

  test('reads the one secret and writes to the one log group', () => {
    const statements = daemonRoleStatements(KEY, LOG, 'public.ecr.aws/postman/postman-insights-agent:latest');
    expect(statements).toEqual([{ actions: ['secretsmanager:GetSecretValue'], resources: [SECRET] }, WRITE]);
    expect(JSON.parse(daemonRoleDocument(statements))).toEqual({
      Version: '2012-10-17', Statement: statements.map(({ actions, resources }) => ({ Effect: 'Allow', Action: actions, Resource: resources })),
    });
  });

  test('reads no secret if the key is in clear text, and pulls an image of Amazon ECR', () => {
    const statements = daemonRoleStatements(undefined, LOG, '111122223333.dkr.ecr.eu-west-1.amazonaws.com/mirror/agent:1');
    expect(statements[0]).toEqual(WRITE);
    const pulled = allowing(statements, 'ecr:BatchGetImage').map(({ resources }) => resources);
    expect(pulled).toEqual([['arn:aws:ecr:eu-west-1:111122223333:repository/mirror/agent']]);
    expect(statements.flatMap(({ actions }) => actions)).not.toContain('secretsmanager:GetSecretValue');
  });

  test('only ECS gives it to tasks', () => {
    expect(JSON.parse(tasksTrust()).Statement).toEqual([{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }]);
  });
});

test('the handler of an existing service keeps its run in one table', () => {
  expect(keepRuns('table')).toEqual([{ actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: ['table'] }]);
});
