import { App } from 'aws-cdk-lib';
import { HelloEc2 } from './hello-ec2';

const app = new App();
new HelloEc2(app, 'HelloEc2', {
  collectionId: app.node.tryGetContext('collectionId'),
  apiKeySecretArn: app.node.tryGetContext('apiKeySecretArn'),
});
