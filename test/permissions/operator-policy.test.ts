import { MOST_POLICY_CHARACTERS, operatorPolicy, OperatorScope, operatorStatements, policyCharacters, policyDocument, Statement } from '../../src/permissions';
import { PolicyDocument } from '../fakes';
import { decide } from '../fakes/policy/evaluate';

const ACCOUNT = '111122223333';
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

interface Selection {
  readonly count: number;
  /** Whether each service has a task role and an execution role of its own. */
  readonly ownRoles?: boolean;
  readonly whole?: boolean;
}

function scopeOf({ count, ownRoles = false, whole = false }: Selection): OperatorScope {
  const names = Array.from({ length: count }, (_, index) => `orders-${index}`);
  const executionRoles = ownRoles ? names.map(name => role(`${name}-execution`)) : [role('execution')];
  return {
    partition: 'aws', region: 'eu-west-1', account: ACCOUNT, clusters: ['shop'], services: names.map(name => `shop/${name}`), families: names,
    roles: [...executionRoles, ...ownRoles ? names.map(name => role(`${name}-task`)) : [role('task')]], executionRoles, grantableRoles: executionRoles,
    listsServices: whole, takesWholeClusters: whole, readsHosts: false,
    secret: { arn: `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:postman/api-key-AbCdEf`, mayCreate: false, mayUpdate: false, mayGrant: false },
  };
}

/** Each access that statements name. */
function accessesOf(statements: readonly Statement[]) {
  return statements.flatMap(({ actions, resources, conditions = {} }) => actions.flatMap(action => resources.map(resource => ({
    action, resource, context: Object.fromEntries(Object.values(conditions).flatMap(keys => Object.entries(keys))),
  }))));
}

const isAllowed = (statements: readonly Statement[], access: ReturnType<typeof accessesOf>[number]) =>
  decide([policyDocument(statements) as PolicyDocument], access) === 'allowed';

test('a policy that IAM takes as it is stays as it is', () => {
  const scope = scopeOf({ count: 3, whole: true });
  const { statements, characters, widenings } = operatorPolicy(scope);
  expect(statements).toEqual(operatorStatements(scope));
  expect([characters, widenings]).toEqual([policyCharacters(statements), []]);
});

test('statements that are only merged allow the same, no more and no less', () => {
  const scope = scopeOf({ count: 13 });
  expect(policyCharacters(operatorStatements(scope))).toBeGreaterThan(MOST_POLICY_CHARACTERS);
  const { statements, characters, widenings } = operatorPolicy(scope);
  expect(characters).toBeLessThanOrEqual(MOST_POLICY_CHARACTERS);
  expect(widenings).toEqual([]);
  const one = (all: readonly Statement[]) => accessesOf(all).map(access => JSON.stringify(access)).sort();
  expect(one(statements)).toEqual(one(operatorStatements(scope)));
});

test.each<[string, Selection]>([
  ['thirteen services', { count: 13 }], ['twenty services', { count: 20 }], ['thirteen services with roles of their own', { count: 13, ownRoles: true }],
  ['every one of five hundred services', { count: 500, whole: true }],
  ['every one of fifteen services with roles of their own', { count: 15, ownRoles: true, whole: true }],
])('the policy of %s is short enough for IAM, and allows all that the selection needs', (_, selection) => {
  const scope = scopeOf(selection);
  const { statements, characters } = operatorPolicy(scope);
  expect(characters).toBeLessThanOrEqual(MOST_POLICY_CHARACTERS);
  const tagging = { 'ecs:CreateAction': 'RegisterTaskDefinition' };
  const needed = accessesOf(operatorStatements(scope)).map(access => access.action === 'ecs:TagResource' ? { ...access, context: tagging } : access);
  expect(needed.filter(access => !isAllowed(statements, access))).toEqual([]);
});

test('what a folded policy allows beyond the selection is named, and is no write except of every service, if every service is selected', () => {
  const scope = scopeOf({ count: 500, whole: true });
  const { statements, widenings } = operatorPolicy(scope);
  expect(widenings).toEqual(['anyFamily', 'anyRoleRead', 'anyNetworkRead', 'anyService']);
  expect(operatorPolicy({ ...scope, takesWholeClusters: false }).widenings).not.toContain('anyService');
  const other = (action: string, resource: string, context = {}) => isAllowed(statements, { action, resource, context });
  const ecs = (rest: string) => `arn:aws:ecs:eu-west-1:${ACCOUNT}:${rest}`;
  expect([
    other('ecs:UpdateService', ecs('service/other/orders-1')),
    other('iam:PassRole', role('other'), { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' }),
    other('iam:PutRolePolicy', role('other')), other('ecs:TagResource', ecs('task-definition/other:1')), other('ecs:TagResource', ecs('service/shop/orders-1')),
    other('ec2:CreateTags', '*'), other('ec2:TerminateInstances', '*'),
  ]).toEqual(Array(7).fill(false));
  const beyond = [other('ecs:UpdateService', ecs('service/shop/later')), other('iam:GetRolePolicy', role('other')), other('ec2:DescribeVolumes', '*')];
  expect(beyond).toEqual([true, true, true]);
});

test('a policy that no fold makes short enough says how long it is', () => {
  const { characters } = operatorPolicy(scopeOf({ count: 100, ownRoles: true, whole: true }));
  expect(characters).toBeGreaterThan(MOST_POLICY_CHARACTERS);
});
