import { App } from 'aws-cdk-lib';
import { HelloScheduledTask } from './hello-scheduled-task';

const app = new App();
new HelloScheduledTask(app, 'HelloScheduledTask');
