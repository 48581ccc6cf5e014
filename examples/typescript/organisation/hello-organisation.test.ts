import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { HelloMember, HelloOrganisation } from './hello-organisation';

const context = {
  accounts: '111122223333,444455556666', regions: 'eu-west-1', mode: 'PLAN', enrolmentAccount: '111122223333', enrolmentRegion: 'eu-west-1', externalId: 'test',
};
const app = new App({ context });
const organisation = new HelloOrganisation(app, 'Organisation');
const member = new HelloMember(app, 'Member');

test('it only plans, and each service gets a name of its own in Postman', () => {
  Template.fromStack(organisation).hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: { MODE: 'PLAN', AGENT: Match.stringLikeRegexp('"discovery":true') } },
  });
});

test('the role of a member account trusts only the account of the enrolment, with the external id', () => {
  Template.fromStack(member).hasResourceProperties('AWS::IAM::Role', {
    RoleName: 'PostmanAgentEnrolmentMember',
    AssumeRolePolicyDocument: { Statement: [Match.objectLike({ Action: 'sts:AssumeRole', Condition: Match.objectLike({ StringEquals: { 'sts:ExternalId': 'test' } }) })] },
  });
});
