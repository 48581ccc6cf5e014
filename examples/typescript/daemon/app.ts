import { App } from 'aws-cdk-lib';
import { HelloDaemon } from './hello-daemon';

const app = new App();
new HelloDaemon(app, 'HelloDaemon');
