import { operatorStatements, OperatorScope, policyDocument, Statement } from '../../src/permissions';

const SCOPE: OperatorScope = {
  partition: 'aws',
  region: 'eu-west-1',
  account: '111122223333',
  clusters: ['shop'],
  services: ['shop/orders'],
  families: ['orders'],
  roles: ['arn:aws:iam::111122223333:role/orders-task', 'arn:aws:iam::111122223333:role/orders-execution'],
  listsServices: false,
  readsHosts: false,
  secret: { arn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman/api-key-AbCdEf', mayCreate: false, mayUpdate: false, mayGrant: false },
};

const allowing = (statements: readonly Statement[], action: string) => statements.filter(({ actions }) => actions.includes(action));
const actionsOf = (scope: OperatorScope) => operatorStatements(scope).flatMap(({ actions }) => actions);

/** Of the actions that are called, those for which AWS takes no resource. */
const WITHOUT_RESOURCES = /^(ec2:|ecs:(DescribeTaskDefinition|RegisterTaskDefinition|ListTasks|ListServices|DescribeCapacityProviders|ListContainerInstances)$)/;

describe('what the imperative mode needs', () => {
  test('begins with the six actions of the agent\'s documentation, on the selection alone', () => {
    const statements = operatorStatements(SCOPE);
    expect(allowing(statements, 'ecs:UpdateService')).toEqual([{ actions: ['ecs:DescribeServices', 'ecs:UpdateService'], resources: ['arn:aws:ecs:eu-west-1:111122223333:service/shop/orders'] }]);
    expect(allowing(statements, 'ecs:TagResource')[0].resources).toEqual(['arn:aws:ecs:eu-west-1:111122223333:task-definition/orders:*']);
    expect(allowing(statements, 'ecs:DescribeClusters')[0].resources).toEqual(['arn:aws:ecs:eu-west-1:111122223333:cluster/shop']);
    for (const action of ['ecs:RegisterTaskDefinition', 'ecs:DescribeTaskDefinition']) expect(allowing(statements, action)).toHaveLength(1);
  });

  test('passes the tasks\' roles, to ECS tasks alone', () => {
    expect(allowing(operatorStatements(SCOPE), 'iam:PassRole')).toEqual([{
      actions: ['iam:PassRole'], resources: SCOPE.roles, conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    }]);
    expect(actionsOf({ ...SCOPE, roles: [] })).not.toContain('iam:PassRole');
  });

  test('takes every resource only where the action knows no other', () => {
    for (const { actions, resources } of operatorStatements({ ...SCOPE, listsServices: true, readsHosts: true })) {
      if (resources.includes('*')) expect(actions.filter(action => !WITHOUT_RESOURCES.test(action))).toEqual([]);
    }
  });

  test('limits the listings, which take no resource, to the cluster', () => {
    for (const action of ['ecs:ListTasks', 'ecs:ListServices']) {
      expect(allowing(operatorStatements({ ...SCOPE, listsServices: true }), action)[0].conditions).toEqual({ ArnEquals: { 'ecs:cluster': ['arn:aws:ecs:eu-west-1:111122223333:cluster/shop'] } });
    }
  });

  test('never reads the value of a secret, nor deletes, stops or runs anything but a rollout', () => {
    const all = actionsOf({ ...SCOPE, listsServices: true, readsHosts: true, secret: { ...SCOPE.secret!, mayCreate: true, mayUpdate: true, mayGrant: true } });
    expect(all.filter(action => /GetSecretValue|:(Delete|Stop|Run|Create|Put)/.test(action)).sort()).toEqual([
      'ecs:StopServiceDeployment', 'iam:DeleteRolePolicy', 'iam:PutRolePolicy', 'secretsmanager:CreateSecret', 'secretsmanager:PutSecretValue',
    ]);
  });

  test.each([
    ['listsServices', { listsServices: true }, ['ecs:ListServices']],
    ['readsHosts', { readsHosts: true }, ['ecs:DescribeCapacityProviders', 'ecs:ListContainerInstances', 'ecs:DescribeContainerInstances']],
    ['mayCreate', { secret: { ...SCOPE.secret!, mayCreate: true } }, ['secretsmanager:CreateSecret']],
    ['mayUpdate', { secret: { ...SCOPE.secret!, mayUpdate: true } }, ['secretsmanager:PutSecretValue']],
    ['mayGrant', { secret: { ...SCOPE.secret!, mayGrant: true } }, ['ecs:ListServices', 'iam:DeleteRolePolicy', 'iam:PutRolePolicy']],
  ])('takes more for a feature only where it is chosen: %s', (_, feature, more) => {
    const before = new Set(actionsOf(SCOPE));
    expect(actionsOf({ ...SCOPE, ...feature }).filter(action => !before.has(action)).sort()).toEqual([...more].sort());
  });

  test('asks neither Secrets Manager nor IAM of whoever puts the key into the task definition', () => {
    expect(actionsOf({ ...SCOPE, secret: undefined, roles: [] }).filter(action => /^(secretsmanager|iam):/.test(action))).toEqual([]);
  });

  test('is a policy document', () => {
    expect(policyDocument([{ actions: ['a:B'], resources: ['*'], conditions: { Bool: { c: 'true' } } }, { actions: ['d:E'], resources: ['f'] }])).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['a:B'], Resource: ['*'], Condition: { Bool: { c: 'true' } } }, { Effect: 'Allow', Action: ['d:E'], Resource: ['f'] }],
    });
  });
});
