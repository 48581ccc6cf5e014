import { App } from 'aws-cdk-lib';
import { HelloMember, HelloOrganisation } from './hello-organisation';

const app = new App();
new HelloOrganisation(app, 'HelloOrganisation');
new HelloMember(app, 'HelloMember');
