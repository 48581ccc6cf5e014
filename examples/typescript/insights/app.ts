import { App } from 'aws-cdk-lib';
import { HelloInsights } from './hello-insights';

const app = new App();
new HelloInsights(app, 'HelloInsights', { natGateways: Number(app.node.tryGetContext('natGateways') ?? 1) });
