import { App } from 'aws-cdk-lib';
import { HelloExistingService } from './hello-existing-service';

const app = new App();
new HelloExistingService(app, 'HelloExistingService');
