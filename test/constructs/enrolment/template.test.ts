import { existsSync } from 'node:fs';
import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sns from 'aws-cdk-lib/aws-sns';
import { enrolment, EXTERNAL_ID, only, plain, Props, resources, statementsOf } from './given';
import { EgressCheck, EnrolmentMode } from '../../../src';
import { ENV } from '../../given';
import { matches } from '../event-pattern';

const FUNCTION = /^EnrolmentFunction/;
const ARRIVAL = /^EnrolmentArrivalFunction/;
const variables = (stack: Stack, of = FUNCTION) => plain(only(stack, 'AWS::Lambda::Function', of).Properties.Environment.Variables);
const agent = (stack: Stack) => JSON.parse(variables(stack).AGENT);
const allow = (Action: string | string[], Resource: unknown, more = {}) => ({ Effect: 'Allow', Action, Resource, ...more });

describe('the function of the steps', () => {
  test('has the handler of the enrolment in the bundle that exists, five minutes, 512 MB, and no reserved concurrency', () => {
    expect(existsSync(`${__dirname}/../../../assets/handlers/existing-service.lambda/index.js`)).toBe(true);
    const { Properties } = only(enrolment().stack, 'AWS::Lambda::Function', FUNCTION);
    expect(Properties).toMatchObject({ Handler: 'index.enrolment', Runtime: 'nodejs22.x', Timeout: 300, MemorySize: 512 });
    expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  test('has exactly the variables that it reads, and plans unless it is told otherwise', () => {
    const { stack } = enrolment();
    expect(variables(stack)).toEqual({
      BUCKET: '<EnrolmentBucket>', MODE: 'PLAN', AGENT: expect.any(String), MEMBER_ROLE: 'PostmanAgentEnrolmentMember', EXTERNAL_ID,
      OWNER: expect.stringMatching(/^Organization\/[0-9a-f]{16}$/), TOLERATED: '10', NAME: expect.stringMatching(/^OrganizationEnrolment\w{8}$/),
      AWS_NODEJS_CONNECTION_REUSE_ENABLED: '1',
    });
    expect(agent(stack)).toEqual({ generation: 'insights', options: { discovery: true }, secret: 'postman/api-key' });
  });

  test('gets the mode, the opt-in, the share of failures and the role of the properties', () => {
    const { stack } = enrolment({ mode: EnrolmentMode.ENROL, optIn: true, toleratedFailurePercentage: 3, memberRoleName: 'Agents' });
    expect(variables(stack)).toMatchObject({ MODE: 'ENROL', OPT_IN: 'true', TOLERATED: '3', MEMBER_ROLE: 'Agents' });
    expect(only(stack, 'AWS::IAM::Role', /^EnrolmentRole/).Properties.RoleName).toBe('AgentsCaller');
    expect(variables(enrolment({ optIn: false }).stack)).not.toHaveProperty('OPT_IN');
  });

  test.each<[string, Props, object]>([
    ['options, whose numbers and switches stay what they are', { rateLimitPerMinute: 5, readonlyRootFilesystem: false, traceTags: { team: 'a' } }, {
      options: { discovery: true, rateLimitPerMinute: 5, readonlyRootFilesystem: false, traceTags: { team: 'a' } },
    }],
    ['an image', { imageUri: 'mirror/postman-insights-agent:1' }, { options: { discovery: true, image: 'mirror/postman-insights-agent:1' } }],
    ['a field of another secret', { apiKeySecretName: 'team/key', apiKeySecretField: 'postman' }, { secret: 'team/key', secretField: 'postman' }],
    ['what is checked, and whether roles get the permission', { egressCheck: EgressCheck.STRICT, grantSecretAccess: true }, {
      egressCheck: 'STRICT', grantSecretAccess: true,
    }],
    ['a workspace', {
      discovery: undefined, workspaceId: '6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11', systemEnvironmentId: '0a1b2c3d-0f3c-4d0e-9a55-3f1f7f3a1c11',
    }, { options: { workspaceId: '6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11', systemEnvironmentId: '0a1b2c3d-0f3c-4d0e-9a55-3f1f7f3a1c11' } }],
  ])('is asked for %s', (_, props, asked) => {
    expect(agent(enrolment(props).stack)).toEqual({ generation: 'insights', options: { discovery: true }, secret: 'postman/api-key', ...asked });
  });

  test('is asked for a parameter instead of the secret', () => {
    const wanted = { generation: 'insights', options: { discovery: true }, parameter: '/postman/api-key' };
    expect(agent(enrolment({ apiKeyParameterName: '/postman/api-key' }).stack)).toEqual(wanted);
  });

  test('needs no destination to remove the agent', () => {
    expect(variables(enrolment({ mode: EnrolmentMode.REMOVE, discovery: undefined }).stack).MODE).toBe('REMOVE');
    expect(() => enrolment({ mode: EnrolmentMode.ENROL, discovery: undefined })).toThrow(/`discovery`/);
  });

  test('keeps its owner in another version of the template, and has another one in another construct', () => {
    const owner = (props: Props) => variables(enrolment(props).stack).OWNER;
    expect(owner({ mode: EnrolmentMode.ENROL })).toBe(owner({}));
  });
});

describe('the role of the function', () => {
  const LOG = allow(['logs:CreateLogStream', 'logs:PutLogEvents'], '<EnrolmentLog.Arn>');
  const OWN = [
    allow('s3:ListBucket', '<EnrolmentBucket.Arn>'),
    allow(['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], ['<EnrolmentBucket.Arn>/executions/*', '<EnrolmentBucket.Arn>/places/*']),
  ];

  test('takes the member roles of the places, keeps its objects, and does nothing else', () => {
    const members = ['111122223333', '444455556666'].map(account => `arn:aws:iam::${account}:role/PostmanAgentEnrolmentMember`);
    expect(statementsOf(enrolment().stack, /EnrolmentRole>/)).toEqual([LOG, allow('sts:AssumeRole', members), ...OWN]);
  });

  test('takes the role of that name in any account if there are too many to name, within the limit of IAM', () => {
    const places = Array.from({ length: 51 }, (_, index) => ({ account: String(100000000000 + index), regions: ['eu-west-1'] }));
    expect(statementsOf(enrolment({ places }).stack, /EnrolmentRole>/)[1].Resource).toBe('arn:aws:iam::*:role/PostmanAgentEnrolmentMember');
    const named = statementsOf(enrolment({ places: places.slice(1), memberRoleName: 'x'.repeat(58) }).stack, /EnrolmentRole>/);
    expect(JSON.stringify(named).length).toBeLessThan(10_240);
    expect(named[1].Resource).toHaveLength(50);
  });

  test('reads the one file of places, and decrypts with the key of its bucket', () => {
    const { stack } = enrolment(one => {
      const encryptionKey = kms.Key.fromKeyArn(one, 'Key', `arn:aws:kms:eu-west-1:${ENV.account}:key/1`);
      const bucket = s3.Bucket.fromBucketAttributes(one, 'Lists', { bucketName: 'lists', encryptionKey });
      return { placesFile: { bucket, key: 'a/places.json' }, events: false };
    });
    expect(statementsOf(stack, /EnrolmentRole>/)).toEqual([
      LOG, allow('sts:AssumeRole', 'arn:aws:iam::*:role/PostmanAgentEnrolmentMember'), ...OWN, allow('s3:GetObject', 'arn:aws:s3:::lists/a/places.json'),
      allow('kms:Decrypt', `arn:aws:kms:eu-west-1:${ENV.account}:key/1`),
    ]);
  });
});

describe('the state machine', () => {
  const name = '<EnrolmentStateMachine.Name>';
  const executions = [':', '/'].map(mark => `arn:aws:states:${ENV.region}:${ENV.account}:execution:${name}${mark}*`);

  test('calls the one function, reads the lists of executions, and runs its own maps', () => {
    const { stack } = enrolment(one => ({ topic: new sns.Topic(one, 'Topic') }));
    const statements = statementsOf(stack, /StateMachineRole>/);
    const [logging, tracing] = [/^logs:/, /^xray:/].map(prefix => statements.find(({ Action }) => [Action].flat().every(action => prefix.test(action))));
    expect([logging.Resource, tracing.Resource]).toEqual(['*', '*']);
    expect(statements.filter(one => one !== logging && one !== tracing)).toEqual([
      allow('lambda:InvokeFunction', ['<EnrolmentFunction.Arn>', '<EnrolmentFunction.Arn>:*']),
      allow('s3:GetObject', '<EnrolmentBucket.Arn>/executions/*'),
      allow('sns:Publish', '<Topic>'),
      allow('states:StartExecution', '<EnrolmentStateMachine>'),
      // The CDK's own, which names no execution.
      allow(['states:DescribeExecution', 'states:StopExecution'], '<EnrolmentStateMachine>:*'),
      allow(['states:DescribeExecution', 'states:RedriveExecution', 'states:StopExecution'], executions),
    ]);
  });

  test('is a standard one, is traced, and logs its events without their data, to a log that takes no room in the resource policy', () => {
    const { stack } = enrolment();
    const { Properties } = only(stack, 'AWS::StepFunctions::StateMachine');
    expect(Properties).not.toHaveProperty('StateMachineType', 'EXPRESS');
    expect(Properties.TracingConfiguration).toEqual({ Enabled: true });
    expect(Properties.LoggingConfiguration).toMatchObject({ Level: 'ALL', IncludeExecutionData: false });
    expect(only(stack, 'AWS::Logs::LogGroup', /StateMachineLog/).Properties.LogGroupName).toMatch(/^\/aws\/vendedlogs\/states\/Organization-Enrolment-\w+$/);
  });

  test('a person may be allowed to start executions, and nothing else', () => {
    const { stack, made } = enrolment();
    made.grantStart(iam.Role.fromRoleArn(stack, 'Operators', `arn:aws:iam::${ENV.account}:role/operators`));
    expect(statementsOf(stack, /^operators$/)).toEqual([allow('states:StartExecution', '<EnrolmentStateMachine>')]);
  });
});

describe('the bucket', () => {
  test('is private, encrypted, retained, and keeps executions for 90 days, but what is known of places without end', () => {
    const { stack } = enrolment();
    expect(only(stack, 'AWS::S3::Bucket')).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
        LifecycleConfiguration: {
          Rules: [
            { Prefix: 'executions/', ExpirationInDays: 90, Status: 'Enabled' },
            { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled' },
          ],
        },
      },
    });
    const [statement] = plain(only(stack, 'AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement);
    expect(statement).toMatchObject({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
  });
});

describe('the schedule', () => {
  test('starts an execution every day, and may do nothing else', () => {
    const { stack } = enrolment();
    expect(plain(only(stack, 'AWS::Scheduler::Schedule').Properties)).toMatchObject({
      ScheduleExpression: 'cron(0 3 * * ? *)', ScheduleExpressionTimezone: 'Etc/UTC', Target: { Arn: '<EnrolmentStateMachine>', Input: '{}' },
    });
    expect(statementsOf(stack, /SchedulerRole/)).toEqual([allow('states:StartExecution', '<EnrolmentStateMachine>')]);
  });

  test('is another one, or none, if that is asked for', () => {
    const schedule = scheduler.ScheduleExpression.rate(Duration.hours(6));
    expect(only(enrolment({ schedule }).stack, 'AWS::Scheduler::Schedule').Properties.ScheduleExpression).toBe('rate(6 hours)');
    expect(resources(enrolment({ reconcile: false }).stack, 'AWS::Scheduler::Schedule')).toEqual({});
  });
});

describe('the events of members', () => {
  const policy = (props: Props | ((stack: Stack) => Props)) => plain(only(enrolment(props).stack, 'AWS::Events::EventBusPolicy').Properties.Statement);

  test('come to a bus of the enrolment, from the accounts of the places only', () => {
    const { stack, made } = enrolment();
    expect(only(stack, 'AWS::Events::EventBus').Properties.Name).toBe('PostmanAgentEnrolment');
    expect(policy({})).toMatchObject({ ...allow('events:PutEvents', '<EnrolmentBus.Arn>'), Principal: { AWS: ['111122223333', '444455556666'] } });
    expect(made.eventBus).toBeDefined();
    expect(only(enrolment({ busName: 'agents' }).stack, 'AWS::Events::EventBus').Properties.Name).toBe('agents');
  });

  test('come from the organization only, if it is named', () => {
    const wanted = { Principal: { AWS: '*' }, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } };
    expect(policy({ organizationId: 'o-a1b2c3d4e5' })).toMatchObject(wanted);
    const bucket = (stack: Stack) => s3.Bucket.fromBucketName(stack, 'Lists', 'lists');
    expect(policy(stack => ({ placesFile: { bucket: bucket(stack), key: 'places.json' }, organizationId: 'o-a1b2c3d4e5' }))).toMatchObject(wanted);
  });

  test('of 600 accounts, the policy of the bus is below 10 KB', () => {
    const places = Array.from({ length: 600 }, (_, index) => ({ account: String(100000000000 + index), regions: ['eu-west-1'] }));
    expect(JSON.stringify(policy({ places })).length).toBeLessThan(10_240);
  });

  test('call the function of arrivals with the account, the region, the service and the deployment', () => {
    const { stack } = enrolment();
    const { Properties: { EventBusName, EventPattern, Targets: [target] } } = plain(only(stack, 'AWS::Events::Rule'));
    expect([EventBusName, target.Arn]).toEqual(['<EnrolmentBus>', '<EnrolmentArrivalFunction.Arn>']);
    expect(matches(EventPattern, deployment('SERVICE_DEPLOYMENT_IN_PROGRESS'))).toBe(true);
    for (const name of ['SERVICE_DEPLOYMENT_COMPLETED', 'SERVICE_DEPLOYMENT_FAILED']) expect(matches(EventPattern, deployment(name))).toBe(false);
    const { InputPathsMap: paths, InputTemplate: template } = target.InputTransformer;
    const members = Object.entries<string>(JSON.parse(template.replace(/<([\w-]+)>/g, '"$1"')));
    const pathOf = Object.fromEntries(members.map(([member, name]) => [member, paths[name]]));
    expect(pathOf).toEqual({ account: '$.account', region: '$.region', service: '$.resources[0]', deployment: '$.detail.deploymentId' });
    expect(plain(only(stack, 'AWS::Lambda::Permission').Properties)).toMatchObject({ Principal: 'events.amazonaws.com', SourceArn: '<EnrolmentArrivals.Arn>' });
  });

  test('the function of arrivals has 30 seconds, 256 MB, and may note arrivals and start executions', () => {
    const { stack } = enrolment();
    expect(only(stack, 'AWS::Lambda::Function', ARRIVAL).Properties).toMatchObject({ Handler: 'index.arrival', Timeout: 30, MemorySize: 256 });
    expect(variables(stack, ARRIVAL)).toMatchObject({ BUCKET: '<EnrolmentBucket>', STATE_MACHINE: '<EnrolmentStateMachine>' });
    expect(statementsOf(stack, /ArrivalRole>/)).toEqual([
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], '<EnrolmentArrivalLog.Arn>'),
      allow('s3:PutObject', '<EnrolmentBucket.Arn>/places/*/arrivals/*'),
      allow('s3:ListBucket', '<EnrolmentBucket.Arn>'),
      allow('s3:GetObject', '<EnrolmentBucket.Arn>/places/*/lease.json'),
      allow('states:StartExecution', '<EnrolmentStateMachine>'),
    ]);
  });

  test('are not received if they are turned off', () => {
    const { stack, made } = enrolment({ events: false });
    expect(made.eventBus).toBeUndefined();
    for (const type of ['AWS::Events::EventBus', 'AWS::Events::EventBusPolicy', 'AWS::Events::Rule']) expect(resources(stack, type)).toEqual({});
    expect(Object.keys(resources(stack, 'AWS::Lambda::Function'))).toEqual([expect.stringMatching(FUNCTION)]);
  });
});

function deployment(eventName: string) {
  return { 'source': 'aws.ecs', 'detail-type': 'ECS Deployment State Change', 'detail': { eventName, deploymentId: 'ecs-svc/1' } };
}

test('what is logged goes with the stack, and no function may create a log group', () => {
  const { stack } = enrolment();
  const groups = Object.values(resources(stack, 'AWS::Logs::LogGroup'));
  expect(groups).toHaveLength(3);
  for (const group of groups) expect(group).toMatchObject({ DeletionPolicy: 'Delete', Properties: { RetentionInDays: 30 } });
  expect(JSON.stringify(resources(stack, 'AWS::IAM::Role'))).not.toContain('AWSLambdaBasicExecutionRole');
  expect(JSON.stringify(resources(stack, 'AWS::IAM::Policy'))).not.toContain('CreateLogGroup');
});

test('metrics have the dimension that the function writes, and the largest value of a day', () => {
  const { stack, made } = enrolment();
  const metrics = [made.metricEnrolledServices(), made.metricFailedServices(), made.metricFailedPlaces({ period: Duration.hours(1) })];
  const dimensions = { Enrolment: variables(stack).NAME };
  expect(metrics).toMatchObject(['Enrolled', 'Failed', 'FailedPlaces'].map(metricName => ({ namespace: 'PostmanAgentEnrolment', metricName, dimensions })));
  expect(metrics.map(({ statistic, period }) => [statistic, period.toHours()])).toEqual([['Maximum', 24], ['Maximum', 24], ['Maximum', 1]]);
});
