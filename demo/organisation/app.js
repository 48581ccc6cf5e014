// The stacks of an enrolment, and a service that belongs to a stack. `ORGANISATION` has the properties.
const { App, BootstraplessSynthesizer, CfnOutput, Stack } = require('aws-cdk-lib');
const ecs = require('aws-cdk-lib/aws-ecs');
const sns = require('aws-cdk-lib/aws-sns');
const { PostmanAgentEnrolment, PostmanAgentEnrolmentMember } = require('../..');

const { account, region, places, mode, service: { name, clusterArn, executionRoleArn, image, networkConfiguration } } = JSON.parse(process.env.ORGANISATION);
const WINDOW_SECONDS = 4;
const names = { externalId: 'postman-agent-4f7a', grantSecretAccess: true };
const app = new App();

const stack = new Stack(app, 'Enrolment', { env: { account, region } });
const enrolment = new PostmanAgentEnrolment(stack, 'Enrolment', {
  ...names, places, mode, discovery: true, toleratedFailurePercentage: 50, topic: new sns.Topic(stack, 'Ended'),
});
// Otherwise the events of two minutes are worked on together.
const arrival = enrolment.node.findAll().find(({ node }) => node.path.endsWith('/Arrival/Function/Resource'));
arrival.addPropertyOverride('Environment.Variables.WINDOW_SECONDS', String(WINDOW_SECONDS));
new CfnOutput(stack, 'BucketName', { value: enrolment.bucket.bucketName });
new CfnOutput(stack, 'StateMachineArn', { value: enrolment.stateMachine.stateMachineArn });

// For each account and region, as a stack set rolls it out.
const member = new Stack(app, 'Member', { synthesizer: new BootstraplessSynthesizer() });
new PostmanAgentEnrolmentMember(member, 'Member', { ...names, enrolmentAccount: account, enrolmentRegion: region, homeRegion: region });

const other = new Stack(app, 'Managed', { synthesizer: new BootstraplessSynthesizer() });
const taskDefinition = new ecs.CfnTaskDefinition(other, 'TaskDefinition', {
  family: name, requiresCompatibilities: ['FARGATE'], networkMode: 'awsvpc', cpu: '512', memory: '1024', executionRoleArn,
  containerDefinitions: [{ name: 'web', image, portMappings: [{ containerPort: 80 }] }],
});
new ecs.CfnService(other, 'Service', {
  serviceName: name, cluster: clusterArn, taskDefinition: taskDefinition.ref, desiredCount: 1, launchType: 'FARGATE', networkConfiguration,
});
