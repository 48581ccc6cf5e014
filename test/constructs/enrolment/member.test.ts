import { BootstraplessSynthesizer, LegacyStackSynthesizer, StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { enrolment, EXTERNAL_ID, member, MemberProps, only, plain, resources, statementsOf } from './given';
import { INSIGHTS_AGENT, scenario } from '../../cli/shop';
import { matches } from '../event-pattern';

const SYNTHESIZERS: [string, () => StackProps][] = [
  ['BootstraplessSynthesizer', () => ({ synthesizer: new BootstraplessSynthesizer() })],
  ['LegacyStackSynthesizer', () => ({ synthesizer: new LegacyStackSynthesizer() })],
];

describe('the template of a member', () => {
  test.each(SYNTHESIZERS)('is an ordinary one with %s: without assets, parameters and rules, below the limit of stack sets', (_, props) => {
    const { stack } = member({}, props());
    const template = Template.fromStack(stack).toJSON();
    expect(Object.keys(template).sort()).toEqual(['Conditions', 'Resources']);
    expect(JSON.stringify(template)).not.toMatch(/cdk-hnb659fds|AssetParameters|SSM::Parameter/);
    expect(JSON.stringify(template).length).toBeLessThan(51_200);
  });

  test('has the same text for every account and region', () => {
    const text = JSON.stringify(Template.fromStack(member().stack).toJSON());
    expect(text.match(/\d{12}/g)!.every(account => account === '111122223333')).toBe(true);
  });

  test('has the roles and their policies only in the home region, and the rule in every region', () => {
    const { stack } = member({ homeRegion: 'us-east-1' });
    const conditions = Template.fromStack(stack).toJSON().Conditions;
    const [[isHome, condition]] = Object.entries(conditions);
    expect([Object.keys(conditions).length, condition]).toEqual([1, { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] }]);
    const all = Object.values<any>(Template.fromStack(stack).toJSON().Resources).map(({ Type, Condition }) => [Type, Condition]);
    expect(all.sort()).toEqual([
      ['AWS::Events::Rule', undefined], ['AWS::IAM::ManagedPolicy', isHome], ['AWS::IAM::Role', isHome], ['AWS::IAM::Role', isHome],
    ]);
  });

  test('the roles have fixed names, since in other regions the rule names one, and the enrolment the other', () => {
    const names = ({ memberRoleName }: MemberProps) => {
      const { stack, made } = member({ memberRoleName });
      return [made.roleName, ...Object.values(resources(stack, 'AWS::IAM::Role')).map(({ Properties }) => Properties.RoleName)];
    };
    expect(names({})).toEqual(['PostmanAgentEnrolmentMember', 'PostmanAgentEnrolmentMember', 'PostmanAgentEnrolmentMemberEvents']);
    expect(names({ memberRoleName: 'Agents' })).toEqual(['Agents', 'Agents', 'AgentsEvents']);
  });
});

describe('the trust of the role', () => {
  test('is in the function of the enrolment only, and only with the external id', () => {
    const { stack } = member();
    expect(plain(only(stack, 'AWS::IAM::Role', /^MemberRole/).Properties.AssumeRolePolicyDocument.Statement)).toEqual([{
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
      Condition: {
        StringEquals: { 'sts:ExternalId': EXTERNAL_ID },
        ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/PostmanAgentEnrolmentMemberCaller' },
      },
    }]);
  });

  test.each(['PostmanAgentEnrolmentMember', 'Agents'])('names the role that the enrolment gives its function, with the role name %s', memberRoleName => {
    const { RoleName } = only(enrolment({ memberRoleName }).stack, 'AWS::IAM::Role', /^EnrolmentRole/).Properties;
    const [{ Condition }] = plain(only(member({ memberRoleName }).stack, 'AWS::IAM::Role', /^MemberRole/).Properties.AssumeRolePolicyDocument.Statement);
    expect(Condition.ArnEquals['aws:PrincipalArn']).toBe(`arn:aws:iam::111122223333:role/${RoleName}`);
    const [{ Resource }] = statementsOf(enrolment({ memberRoleName }).stack, /EnrolmentRole>/).filter(({ Action }) => Action === 'sts:AssumeRole');
    expect(Resource).toContain(`arn:aws:iam::111122223333:role/${memberRoleName}`);
  });

  test('both roles have the boundary', () => {
    const stack = member().stack;
    const permissionsBoundary = iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'agents');
    const roles = Object.values(resources(member({ permissionsBoundary }).stack, 'AWS::IAM::Role'));
    expect(roles.map(({ Properties }) => plain(Properties.PermissionsBoundary))).toEqual(Array(2).fill('arn:aws:iam::<AWS::AccountId>:policy/agents'));
  });
});

describe('the events of a member', () => {
  test('go to the bus of the enrolment with the role of the account, which may send to this bus only', () => {
    const { stack } = member({ enrolmentRegion: 'eu-central-1', busName: 'agents' });
    const bus = 'arn:aws:events:eu-central-1:111122223333:event-bus/agents';
    const { EventPattern, Targets: [target] } = only(stack, 'AWS::Events::Rule').Properties;
    expect(plain(target.Arn)).toBe(bus);
    const [isHome, here, elsewhere] = target.RoleArn['Fn::If'];
    expect(Object.keys(Template.fromStack(stack).toJSON().Conditions)).toEqual([isHome]);
    expect([plain(here), plain(elsewhere)]).toEqual(['<MemberEventsRole.Arn>', 'arn:aws:iam::<AWS::AccountId>:role/PostmanAgentEnrolmentMemberEvents']);
    const { AssumeRolePolicyDocument, Policies } = plain(only(stack, 'AWS::IAM::Role', /EventsRole/).Properties);
    expect(AssumeRolePolicyDocument.Statement).toEqual([{
      Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'events.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' } },
    }]);
    expect(Policies[0].PolicyDocument.Statement).toEqual([{ Effect: 'Allow', Action: 'events:PutEvents', Resource: bus }]);
    const event = { 'source': 'aws.ecs', 'detail-type': 'ECS Deployment State Change', 'detail': { eventName: 'SERVICE_DEPLOYMENT_IN_PROGRESS' } };
    expect(matches(EventPattern, event)).toBe(true);
    expect(matches(EventPattern, { ...event, detail: { eventName: 'SERVICE_DEPLOYMENT_COMPLETED' } })).toBe(false);
  });

  test('are those that the enrolment waits for, on the bus that it has', () => {
    const rule = only(enrolment().stack, 'AWS::Events::Rule').Properties;
    const sent = only(member().stack, 'AWS::Events::Rule').Properties;
    expect(sent.EventPattern).toEqual(rule.EventPattern);
    expect(plain(sent.Targets[0].Arn)).toContain(`:event-bus/${only(enrolment().stack, 'AWS::Events::EventBus').Properties.Name}`);
  });

  test('are not sent if they are turned off', () => {
    expect(Object.values(Template.fromStack(member({ events: false }).stack).toJSON().Resources).map((one: any) => one.Type))
      .toEqual(['AWS::IAM::Role', 'AWS::IAM::ManagedPolicy']);
  });
});

describe('the statements of the role', () => {
  const resourcesOf = (props: MemberProps, action: string) =>
    statementsOf(member(props).stack, /MemberRole>/).filter(({ Action }) => [Action].flat().includes(action)).flatMap(({ Resource }) => Resource as string);

  test.each<[string, MemberProps, string]>([
    ['the default name', {}, 'arn:aws:secretsmanager:*:<AWS::AccountId>:secret:postman/api-key-??????'],
    ['another name', { apiKeySecretName: 'team/key' }, 'arn:aws:secretsmanager:*:<AWS::AccountId>:secret:team/key-??????'],
    ['a secret that all share', { apiKeySecretName: 'arn:aws:secretsmanager:eu-west-1:777788889999:secret:key-AbCdEf' },
      'arn:aws:secretsmanager:eu-west-1:777788889999:secret:key-AbCdEf'],
  ])('describe the one secret of %s', (_, props, arn) => {
    expect(resourcesOf(props, 'secretsmanager:DescribeSecret')).toEqual([arn]);
  });

  test('describe no secret if the key is in a parameter', () => {
    expect(resourcesOf({ apiKeyParameterName: '/key' }, 'secretsmanager:DescribeSecret')).toEqual([]);
    expect(resourcesOf({ apiKeyParameterName: '/key' }, 'ssm:DescribeParameters')).toEqual(['*']);
  });

  test('write the policies of every role of the account, or of the named ones, only if that is asked for', () => {
    expect(resourcesOf({}, 'iam:PutRolePolicy')).toEqual([]);
    expect(resourcesOf({ grantSecretAccess: true }, 'iam:PutRolePolicy')).toEqual(['arn:aws:iam::<AWS::AccountId>:role/*']);
    expect(resourcesOf({ grantSecretAccess: true, grantableRoleNames: ['*-execution'] }, 'iam:PutRolePolicy'))
      .toEqual(['arn:aws:iam::<AWS::AccountId>:role/*-execution']);
  });

  test('change nothing if the member only plans', () => {
    expect(resourcesOf({}, 'ecs:UpdateService')).toHaveLength(1);
    for (const action of ['ecs:UpdateService', 'ecs:RegisterTaskDefinition', 'iam:PassRole']) expect(resourcesOf({ planOnly: true }, action)).toEqual([]);
  });

  /** The policy of the role, in the account of the tests. */
  const policyOf = (props: MemberProps) => JSON.parse(JSON.stringify({ Version: '2012-10-17', Statement: statementsOf(member(props).stack, /MemberRole>/) })
    .replaceAll('<AWS::AccountId>', '123456789012'));
  const ALL = ['--cluster', 'shop', '--all'];
  const FLAGS = [...ALL, '--discovery-mode', '--grant-secret-access'];

  scenario('are enough to plan, add the agent, give the role the permission, and take back both', async shop => {
    shop.aws.ecs.addService('web', { cluster: 'shop' });
    shop.aws.ecs.logs(INSIGHTS_AGENT, []);
    shop.aws.allowOnly(policyOf({ grantSecretAccess: true }));
    expect((await shop.run(['ecs', 'plan', ...FLAGS])).code).toBe(3);
    expect((await shop.run(['ecs', 'add', ...FLAGS])).code).toBe(0);
    expect((await shop.run(['ecs', 'remove', ...ALL, '--revoke-secret-access'])).code).toBe(0);
    expect(shop.aws.calls.filter(({ outcome }) => /Denied|Unauthorized/.test(outcome ?? ''))).toEqual([]);
  }, { rates: [], mayRead: false });

  scenario('of a member that only plans are enough to plan, and every change is denied by IAM', async shop => {
    shop.aws.allowOnly(policyOf({ planOnly: true }));
    expect((await shop.run(['ecs', 'plan', ...ALL, '--discovery-mode'])).code).toBe(3);
    expect(shop.aws.calls.filter(({ outcome }) => /Denied|Unauthorized/.test(outcome ?? ''))).toEqual([]);
    expect((await shop.run(['ecs', 'add', ...ALL, '--discovery-mode'])).code).toBe(1);
    const tried = shop.aws.calls.filter(({ action }) => shop.writes.includes(action));
    expect(tried.length).toBeGreaterThan(0);
    expect(tried.filter(({ outcome }) => !/Denied|Unauthorized/.test(outcome ?? ''))).toEqual([]);
    expect(shop.runs()).toBe('orders:1');
  }, { rates: [] });
});
