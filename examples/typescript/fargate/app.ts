import { App } from 'aws-cdk-lib';
import { HelloFargate } from './hello-fargate';

const app = new App();
new HelloFargate(app, 'HelloFargate', {
  collectionId: app.node.tryGetContext('collectionId'),
  natGateways: Number(app.node.tryGetContext('natGateways') ?? 1),
});
