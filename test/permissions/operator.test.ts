import { EGRESS_READS, operatorStatements, OperatorScope, Statement } from '../../src/permissions';

const SCOPE: OperatorScope = {
  partition: 'aws',
  region: 'eu-west-1',
  account: '111122223333',
  clusters: ['shop'],
  services: ['shop/orders'],
  families: ['orders'],
  roles: ['arn:aws:iam::111122223333:role/orders-task', 'arn:aws:iam::111122223333:role/orders-execution'],
  executionRoles: ['arn:aws:iam::111122223333:role/orders-execution'],
  grantableRoles: ['arn:aws:iam::111122223333:role/orders-execution'],
  listsServices: false,
  readsHosts: false,
  secret: { arn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman/api-key-AbCdEf', mayCreate: false, mayUpdate: false, mayGrant: false },
};

const allowing = (statements: readonly Statement[], action: string) => statements.filter(({ actions }) => actions.includes(action));
const actionsOf = (scope: OperatorScope) => operatorStatements(scope).flatMap(({ actions }) => actions);

/** The called actions for which IAM allows no resource. */
const WITHOUT_RESOURCES = new RegExp([
  '^ec2:',
  '^ecs:(DescribeTaskDefinition|RegisterTaskDefinition|ListTasks|ListServices|DescribeCapacityProviders|ListContainerInstances|ListClusters)$',
  '^elasticloadbalancing:DescribeTargetGroups$',
  '^route53:ListHostedZonesByVPC$',
  '^ssm:DescribeParameters$',
  '^route53resolver:(ListFirewallDomainLists|ListFirewallRuleGroupAssociations|ListResolverRuleAssociations|ListResolverRules)$',
].join('|'));

describe('the permissions of the command line', () => {
  test('for a parameter only its description may be read, and the key behind an alias is found in the region and account of the parameter', () => {
    const arn = 'arn:aws:ssm:us-east-1:444455556666:parameter/a';
    const secret = { store: 'ssm', arn, mayCreate: false, mayUpdate: false, mayGrant: false, keyAlias: 'alias/a' } as const;
    const statements = operatorStatements({ ...SCOPE, secret });
    const actions = statements.flatMap(one => one.actions).filter(action => /^(ssm|secretsmanager|kms):/.test(action));
    expect(actions).toEqual(['ssm:DescribeParameters', 'kms:DescribeKey']);
    expect(allowing(statements, 'kms:DescribeKey')[0].resources).toEqual(['arn:aws:kms:us-east-1:444455556666:key/*']);
    expect(allowing(statements, 'iam:SimulatePrincipalPolicy')).toHaveLength(1);
  });

  test('the six actions of the agent\'s documentation are allowed only on the selection', () => {
    const statements = operatorStatements(SCOPE);
    expect(allowing(statements, 'ecs:UpdateService')).toEqual([
      { actions: ['ecs:DescribeServices', 'ecs:UpdateService'], resources: ['arn:aws:ecs:eu-west-1:111122223333:service/shop/orders'] },
    ]);
    expect(allowing(statements, 'ecs:TagResource')[0].resources).toEqual(['arn:aws:ecs:eu-west-1:111122223333:task-definition/orders:*']);
    expect(allowing(statements, 'ecs:DescribeClusters')[0].resources).toEqual(['arn:aws:ecs:eu-west-1:111122223333:cluster/shop']);
    for (const action of ['ecs:RegisterTaskDefinition', 'ecs:DescribeTaskDefinition']) expect(allowing(statements, action)).toHaveLength(1);
  });

  test('the tasks\' roles may be passed, and only to ECS tasks', () => {
    expect(allowing(operatorStatements(SCOPE), 'iam:PassRole')).toEqual([{
      actions: ['iam:PassRole'], resources: SCOPE.roles, conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    }]);
    expect(actionsOf({ ...SCOPE, roles: [] })).not.toContain('iam:PassRole');
  });

  test('a statement has `*` as its resource only if IAM allows no other for the action', () => {
    const secret = { ...SCOPE.secret!, mayRevoke: true };
    const scope = { ...SCOPE, listsServices: true, readsHosts: true };
    const parameter = operatorStatements({ ...scope, secret: { ...secret, store: 'ssm' } });
    for (const { actions, resources } of [...operatorStatements({ ...scope, secret }), ...parameter]) {
      if (resources.includes('*')) expect(actions.filter(action => !WITHOUT_RESOURCES.test(action))).toEqual([]);
    }
  });

  test('listings, for which IAM allows no resource, are limited to the cluster by a condition', () => {
    for (const action of ['ecs:ListTasks', 'ecs:ListServices']) {
      const [{ conditions }] = allowing(operatorStatements({ ...SCOPE, listsServices: true }), action);
      expect(conditions).toEqual({ ArnEquals: { 'ecs:cluster': ['arn:aws:ecs:eu-west-1:111122223333:cluster/shop'] } });
    }
  });

  test('of DNS, only the records of hosted zones and what DNS Firewall filters may be read, also what other accounts share', () => {
    const statements = operatorStatements({ ...SCOPE, partition: 'aws-cn', region: 'cn-north-1' });
    expect(allowing(statements, 'route53:ListResourceRecordSets')).toEqual([
      { actions: ['route53:ListResourceRecordSets'], resources: ['arn:aws-cn:route53:::hostedzone/*'] },
    ]);
    expect(allowing(statements, 'route53resolver:ListFirewallRules')).toEqual([{
      actions: ['route53resolver:ListFirewallDomains', 'route53resolver:ListFirewallRules'],
      resources: [
        'arn:aws-cn:route53resolver:cn-north-1:*:firewall-domain-list/*', 'arn:aws-cn:route53resolver:cn-north-1:*:firewall-rule-group/*',
      ],
    }]);
    expect(actionsOf(SCOPE).filter(action => /^route53/.test(action) && !/:List/.test(action))).toEqual([]);
  });

  test('every read of the egress verdict is allowed once', () => {
    const actions = actionsOf(SCOPE);
    for (const action of EGRESS_READS) expect(actions.filter(other => other === action)).toHaveLength(1);
  });

  test('only the streams of the agents\' containers may be read in CloudWatch Logs, and only whether a log group exists', () => {
    const statements = operatorStatements({ ...SCOPE, partition: 'aws-cn', region: 'cn-north-1' });
    const groups = 'arn:aws-cn:logs:cn-north-1:111122223333:log-group:*';
    expect(statements.filter(({ actions }) => actions.some(action => action.startsWith('logs:')))).toEqual([
      {
        actions: ['logs:GetLogEvents'],
        resources: [`${groups}:log-stream:*/postman-lc-agent/*`, `${groups}:log-stream:*/postman-insights-agent/*`],
      },
      { actions: ['logs:DescribeLogGroups'], resources: [groups] },
    ]);
  });

  test('only the update of a key may read a secret\'s value, and only a rollout, a grant and the secret may be stopped, deleted or written', () => {
    const secret = { ...SCOPE.secret!, mayCreate: true, mayUpdate: true, mayGrant: true };
    const all = actionsOf({ ...SCOPE, listsServices: true, readsHosts: true, secret });
    expect(all.filter(action => /GetSecretValue|:(Delete|Stop|Run|Create|Put)/.test(action)).sort()).toEqual([
      'ecs:StopServiceDeployment', 'iam:DeleteRolePolicy', 'iam:PutRolePolicy', 'secretsmanager:CreateSecret', 'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
    ]);
    expect(actionsOf({ ...SCOPE, secret: { ...secret, mayUpdate: false } })).not.toContain('secretsmanager:GetSecretValue');
    expect(allowing(operatorStatements({ ...SCOPE, secret }), 'secretsmanager:GetSecretValue').flatMap(({ resources }) => resources))
      .toEqual(expect.arrayContaining([SCOPE.secret!.arn]));
  });

  test.each([
    ['listsServices', { listsServices: true }, ['ecs:ListServices']],
    ['readsHosts', { readsHosts: true }, ['ecs:DescribeCapacityProviders', 'ecs:ListContainerInstances', 'ecs:DescribeContainerInstances']],
    ['mayCreate', { secret: { ...SCOPE.secret!, mayCreate: true } }, ['secretsmanager:CreateSecret']],
    ['mayUpdate', { secret: { ...SCOPE.secret!, mayUpdate: true } },
      ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage']],
    ['mayGrant', { secret: { ...SCOPE.secret!, mayGrant: true } },
      ['ecs:ListClusters', 'ecs:ListServices', 'iam:DeleteRolePolicy', 'iam:PutRolePolicy']],
    ['mayRevoke', { secret: { ...SCOPE.secret!, mayRevoke: true } }, ['ecs:ListClusters', 'ecs:ListServices', 'iam:DeleteRolePolicy']],
    ['keyAlias', { secret: { ...SCOPE.secret!, keyAlias: 'alias/postman' } }, ['kms:DescribeKey']],
  ])('the actions of %s are allowed only if that feature is chosen', (_, feature, more) => {
    const before = new Set(actionsOf(SCOPE));
    expect(actionsOf({ ...SCOPE, ...feature }).filter(action => !before.has(action)).sort()).toEqual([...more].sort());
  });

  test('the policies of execution roles may be written, never those of task roles, and of no role that is not named', () => {
    const secret = { ...SCOPE.secret!, mayGrant: true, mayRevoke: true };
    expect(allowing(operatorStatements({ ...SCOPE, secret }), 'iam:PutRolePolicy')).toEqual([
      { actions: ['iam:DeleteRolePolicy', 'iam:PutRolePolicy'], resources: SCOPE.executionRoles },
    ]);
    for (const scope of [{ grantableRoles: undefined }, { grantableRoles: [] }, { roles: undefined, executionRoles: undefined, grantableRoles: undefined }]) {
      expect(actionsOf({ ...SCOPE, ...scope, secret }).filter(action => /(Put|Delete)RolePolicy/.test(action))).toEqual([]);
    }
  });

  test('only execution roles are read, or any role if it is unknown which they are', () => {
    const reading = (scope: OperatorScope) => allowing(operatorStatements(scope), 'iam:SimulatePrincipalPolicy')[0].resources;
    expect(reading(SCOPE)).toEqual(SCOPE.executionRoles);
    expect(reading({ ...SCOPE, executionRoles: undefined })).toEqual(SCOPE.roles);
    expect(reading({ ...SCOPE, roles: undefined, executionRoles: undefined })).toEqual(['arn:aws:iam::111122223333:role/*']);
  });

  test('before a grant is revoked, services of every cluster may be read, but only those of the selection may be changed', () => {
    const statements = operatorStatements({ ...SCOPE, listsServices: true, secret: { ...SCOPE.secret!, mayRevoke: true } });
    expect(allowing(statements, 'ecs:ListServices')).toEqual([{ actions: ['ecs:ListClusters', 'ecs:ListServices'], resources: ['*'] }]);
    expect(allowing(statements, 'ecs:DescribeServices').map(({ resources }) => resources)).toEqual([
      ['arn:aws:ecs:eu-west-1:111122223333:service/shop/orders'], ['arn:aws:ecs:eu-west-1:111122223333:service/*'],
    ]);
    expect(allowing(statements, 'ecs:UpdateService').map(({ resources }) => resources)).toEqual([['arn:aws:ecs:eu-west-1:111122223333:service/shop/orders']]);
  });

  test.each([
    ['alias/postman', 'StringEquals'], ['alias/*', 'StringLike'],
  ])('a key may be looked up only by the alias %s, in the place of the secret', (keyAlias, operator) => {
    const arn = 'arn:aws-cn:secretsmanager:cn-north-1:444455556666:secret:postman/api-key-AbCdEf';
    expect(allowing(operatorStatements({ ...SCOPE, secret: { ...SCOPE.secret!, arn, keyAlias } }), 'kms:DescribeKey')).toEqual([{
      actions: ['kms:DescribeKey'], resources: ['arn:aws-cn:kms:cn-north-1:444455556666:key/*'], conditions: { [operator]: { 'kms:RequestAlias': keyAlias } },
    }]);
  });

  test.each([
    ['arn:aws-cn:kms:cn-north-1:999988887777:key/1234', 'arn:aws-cn:kms:cn-north-1:999988887777:key/1234'],
    ['*', 'arn:aws-cn:kms:cn-north-1:444455556666:key/*'],
  ])('the update of a secret under the customer managed key %s may use it, only through Secrets Manager in the region of the secret', (keyArn, key) => {
    const secret = { ...SCOPE.secret!, arn: 'arn:aws-cn:secretsmanager:cn-north-1:444455556666:secret:postman/api-key-AbCdEf', keyArn };
    expect(allowing(operatorStatements({ ...SCOPE, secret: { ...secret, mayUpdate: true } }), 'kms:GenerateDataKey')).toEqual([{
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key],
      conditions: { StringEquals: { 'kms:ViaService': 'secretsmanager.cn-north-1.amazonaws.com' } },
    }]);
    expect(actionsOf({ ...SCOPE, secret }).filter(action => action.startsWith('kms:'))).toEqual([]);
    expect(actionsOf({ ...SCOPE, secret: { ...SCOPE.secret!, mayUpdate: true } }).filter(action => action.startsWith('kms:'))).toEqual([]);
  });

  test('no action of Secrets Manager or IAM is allowed if the key is in the task definition and the tasks have no roles', () => {
    const scope = { ...SCOPE, secret: undefined, roles: [], executionRoles: [], grantableRoles: [] };
    expect(actionsOf(scope).filter(action => /^(secretsmanager|iam):/.test(action))).toEqual([]);
  });
});
