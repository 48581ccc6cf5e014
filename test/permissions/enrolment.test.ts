import {
  assumeMembers, EnrolmentScope, enrolmentStatements, followMapRuns, inPolicies, keepEnrolment, MOST_POLICY_CHARACTERS, noteArrivals, operatorStatements,
  policyCharacters, policyDocument, readObjects, sendEvents, Statement,
} from '../../src/permissions';
import { PolicyDocument } from '../fakes';
import { decide } from '../fakes/policy/evaluate';

const ACCOUNT = '111122223333';
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const SCOPE: EnrolmentScope = {
  partition: 'aws', account: ACCOUNT, plansOnly: false, grantableRoles: [],
  key: { store: 'secretsmanager', arn: `arn:aws:secretsmanager:*:${ACCOUNT}:secret:postman/api-key-??????` },
};
const PARAMETER: EnrolmentScope['key'] = { store: 'ssm', arn: `arn:aws:ssm:*:${ACCOUNT}:parameter/*` };
const GRANTING: EnrolmentScope = { ...SCOPE, grantableRoles: [role('*-execution')] };

const actionsOf = (statements: readonly Statement[]) => [...new Set(statements.flatMap(({ actions }) => actions))].sort();
const isRead = (action: string) => /:(?:Describe|Get|List|Simulate)/.test(action);
const allows = (scope: EnrolmentScope, action: string, resource: string, context: Record<string, string> = {}) =>
  decide([policyDocument(enrolmentStatements(scope)) as PolicyDocument], { action, resource, context }) === 'allowed';

describe('the role of a member account', () => {
  test.each<[string, EnrolmentScope]>([
    ['a secret', SCOPE], ['a parameter', { ...SCOPE, key: PARAMETER }], ['grants', GRANTING],
  ])('to plan, with %s, it reads what the operators read, and writes nothing', (_, scope) => {
    const planning = actionsOf(enrolmentStatements({ ...scope, plansOnly: true }));
    expect(planning.filter(action => !isRead(action))).toEqual([]);
    expect(planning).toEqual(actionsOf(enrolmentStatements({ ...scope, grantableRoles: [] })).filter(isRead));
    for (const statement of enrolmentStatements({ ...scope, plansOnly: true })) expect(statement.actions.length).toBeGreaterThan(0);
  });

  test('to enrol, it writes what an operator writes, and no policy unless it is asked for', () => {
    const writes = actionsOf(enrolmentStatements(SCOPE)).filter(action => !isRead(action));
    expect(writes).toEqual(['ecs:RegisterTaskDefinition', 'ecs:StopServiceDeployment', 'ecs:TagResource', 'ecs:UpdateService', 'iam:PassRole']);
    const granting = actionsOf(enrolmentStatements(GRANTING)).filter(action => !isRead(action));
    expect(granting).toEqual([...writes, 'iam:DeleteRolePolicy', 'iam:PutRolePolicy'].sort());
  });

  test('it has the statements of the operators, so both call the same', () => {
    const { partition, account, key } = SCOPE;
    const ofOperators = operatorStatements({
      partition, account, region: '*', clusters: ['*'], services: ['*'], families: ['*'], roles: undefined, listsServices: true, readsHosts: true,
      secret: { ...key, mayCreate: false, mayUpdate: false, mayGrant: false, mayRevoke: false, keyAlias: 'alias/*' },
    }, ['anyFamily']);
    expect(enrolmentStatements(SCOPE)).toEqual([...ofOperators, { actions: ['ecs:ListClusters'], resources: ['*'] }]);
  });

  test('it passes roles only to ECS tasks, and only of its account', () => {
    const context = { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' };
    expect(allows(SCOPE, 'iam:PassRole', role('orders'), context)).toBe(true);
    expect(allows(SCOPE, 'iam:PassRole', role('orders'), { 'iam:PassedToService': 'lambda.amazonaws.com' })).toBe(false);
    expect(allows(SCOPE, 'iam:PassRole', role('orders').replace(ACCOUNT, '444455556666'), context)).toBe(false);
  });

  test('it reads no value of a secret or a parameter, and creates and changes none', () => {
    for (const scope of [SCOPE, GRANTING, { ...SCOPE, key: PARAMETER }]) {
      const actions = actionsOf(enrolmentStatements(scope)).filter(action => /^(?:secretsmanager|ssm|kms):/.test(action));
      expect(actions.filter(action => !/:(?:Describe|GetResourcePolicy|ListSecretVersionIds)/.test(action))).toEqual([]);
    }
  });

  test('it writes the policies of the named roles only', () => {
    expect(allows(GRANTING, 'iam:PutRolePolicy', role('orders-execution'))).toBe(true);
    expect(allows(GRANTING, 'iam:PutRolePolicy', role('Admin'))).toBe(false);
    expect(allows(SCOPE, 'iam:PutRolePolicy', role('orders-execution'))).toBe(false);
    expect(allows({ ...GRANTING, plansOnly: true }, 'iam:DeleteRolePolicy', role('orders-execution'))).toBe(false);
  });

  test.each(['eu-west-1', 'ap-southeast-2'])('it works on every service and cluster of region %s, and of no other account', region => {
    const ecs = (rest: string, account = ACCOUNT) => `arn:aws:ecs:${region}:${account}:${rest}`;
    expect(allows(SCOPE, 'ecs:UpdateService', ecs('service/shop/orders'))).toBe(true);
    expect(allows(SCOPE, 'ecs:StopServiceDeployment', ecs('service-deployment/shop/orders/abc'))).toBe(true);
    expect(allows(SCOPE, 'ecs:ListServices', '*', { 'ecs:cluster': ecs('cluster/shop') })).toBe(true);
    expect(allows(SCOPE, 'ecs:ListClusters', '*')).toBe(true);
    expect(allows(SCOPE, 'ecs:UpdateService', ecs('service/shop/orders', '444455556666'))).toBe(false);
    expect(allows(SCOPE, 'ecs:DeleteService', ecs('service/shop/orders'))).toBe(false);
  });
});

describe('the policies of the role', () => {
  const all = enrolmentStatements(GRANTING);

  test('IAM takes it as one policy', () => {
    expect(inPolicies(all)).toEqual([all]);
    expect(policyCharacters(all)).toBeLessThanOrEqual(MOST_POLICY_CHARACTERS);
  });

  test('what would be too long is parted, without a change, and each part is as long as IAM takes', () => {
    const count = (statements: readonly Statement[]) => 2 * policyCharacters(statements);
    const policies = inPolicies(all, count);
    expect(policies.length).toBeGreaterThan(1);
    expect(policies.flat()).toEqual(all);
    policies.forEach((policy, index) => {
      expect(count(policy)).toBeLessThanOrEqual(MOST_POLICY_CHARACTERS);
      if (index > 0) expect(count([...policies[index - 1], policy[0]])).toBeGreaterThan(MOST_POLICY_CHARACTERS);
    });
  });

  test('a statement that is too long by itself is a policy by itself, which IAM then refuses', () => {
    expect(inPolicies(all.slice(0, 2), () => MOST_POLICY_CHARACTERS + 1)).toEqual([[all[0]], [all[1]]]);
  });
});

describe('the roles of the enrolment', () => {
  const bucket = 'arn:aws:s3:::enrolment';

  test('the function takes member roles, and keeps its objects under two prefixes', () => {
    expect(assumeMembers([role('Member')])).toEqual({ actions: ['sts:AssumeRole'], resources: [role('Member')] });
    expect(keepEnrolment(bucket)).toEqual([
      { actions: ['s3:ListBucket'], resources: [bucket] },
      { actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], resources: [`${bucket}/executions/*`, `${bucket}/places/*`] },
    ]);
    expect(readObjects(`${bucket}/places.json`)).toEqual({ actions: ['s3:GetObject'], resources: [`${bucket}/places.json`] });
  });

  test('the function of arrivals writes arrivals only, and starts executions of the one state machine', () => {
    expect(noteArrivals(bucket, 'machine')).toEqual([
      { actions: ['s3:PutObject'], resources: [`${bucket}/places/*/arrivals/*`] }, { actions: ['s3:ListBucket'], resources: [bucket] },
      { actions: ['s3:GetObject'], resources: [`${bucket}/places/*/lease.json`] }, { actions: ['states:StartExecution'], resources: ['machine'] },
    ]);
  });

  test('the state machine follows its own executions, and EventBridge sends to one bus', () => {
    const { actions, resources } = followMapRuns({ partition: 'aws', region: 'eu-west-1', account: ACCOUNT }, 'machine');
    expect(actions).toEqual(['states:DescribeExecution', 'states:RedriveExecution', 'states:StopExecution']);
    const isAllowed = (name: string) => decide([policyDocument([{ actions, resources }]) as PolicyDocument], {
      action: 'states:StopExecution', resource: `arn:aws:states:eu-west-1:${ACCOUNT}:execution:${name}`, context: {},
    }) === 'allowed';
    expect(['machine:1', 'machine/Enrol:1', 'machine2:1', 'other/Enrol:1'].map(isAllowed)).toEqual([true, true, false, false]);
    expect(sendEvents('bus')).toEqual({ actions: ['events:PutEvents'], resources: ['bus'] });
  });
});
