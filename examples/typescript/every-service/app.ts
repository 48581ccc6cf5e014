import { App } from 'aws-cdk-lib';
import { HelloEveryService } from './hello-every-service';

const app = new App();
new HelloEveryService(app, 'HelloEveryService');
