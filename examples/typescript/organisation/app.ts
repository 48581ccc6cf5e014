import { App, BootstraplessSynthesizer, CfnOutput, Stack, StackProps } from 'aws-cdk-lib';
import * as sns from 'aws-cdk-lib/aws-sns';
import { PostmanAgentEnrolment, PostmanAgentEnrolmentMember } from 'cdk-postman-live-collection';
import { Construct } from 'constructs';

/** The services of several accounts. The accounts, the regions and the mode are in cdk.json. */
export class HelloOrganisation extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const regions: string[] = this.node.getContext('regions').split(',');
    const accounts: string[] = this.node.getContext('accounts').split(',');

    // Gets a message at the end of each execution.
    const topic = new sns.Topic(this, 'Topic', { enforceSSL: true });

    // It only plans, until the mode is ENROL.
    const enrolment = new PostmanAgentEnrolment(this, 'Enrolment', {
      places: accounts.map(account => ({ account, regions })),
      mode: this.node.getContext('mode'),
      discovery: true,
      externalId: this.node.getContext('externalId'),
      topic,
    });

    new CfnOutput(this, 'StateMachine', { value: enrolment.stateMachine.stateMachineArn });
    new CfnOutput(this, 'Reports', { value: enrolment.bucket.bucketName });
  }
}

/** What each of these accounts needs. A stack set rolls out its template, which is the same for all. */
export class HelloMember extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id, { synthesizer: new BootstraplessSynthesizer() });

    new PostmanAgentEnrolmentMember(this, 'Member', {
      enrolmentAccount: this.node.getContext('enrolmentAccount'),
      enrolmentRegion: this.node.getContext('enrolmentRegion'),
      homeRegion: this.node.getContext('enrolmentRegion'),
      externalId: this.node.getContext('externalId'),
    });
  }
}

const app = new App();
new HelloOrganisation(app, 'HelloOrganisation');
new HelloMember(app, 'HelloMember');
