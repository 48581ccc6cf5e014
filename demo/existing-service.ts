import { deployExample, destroyExample, exampleApp } from './cdk';
import { containersOf } from './deployed';
import { Speaker } from './hand-made';
import { makeServiceByHand } from './hand-made-service';
import { LocalAws } from './local-aws';
import { Language } from '../packages/versions';

/** A stack with a service that it does not manage: the deployment adds the agent, and deleting the stack removes it. */
export async function demonstrateFromAStack(aws: LocalAws, language: Language, { heading, say }: Speaker): Promise<void> {
  heading('The same from a stack: a service that no CDK app manages');
  const { clusterArn, serviceArn, executionRoleArn, taskRoleArn } = await makeServiceByHand(aws, { name: 'payments' });
  const app = exampleApp(language, 'existing-service');
  const context = { serviceArn, executionRoleArn, taskRoleArn };
  const containers = async () => say(`containers       ${(await containersOf(aws, clusterArn, serviceArn)).join(', ')}`);
  await containers();

  heading(`cdk deploy HelloExistingService, in examples/${language}/existing-service`);
  await deployExample(aws, app, context, line => /CREATE_COMPLETE .*Custom::|HelloExistingService\.\w+ = |✅/.test(line) && say(line.trim()));
  await containers();

  heading('cdk destroy HelloExistingService');
  await destroyExample(aws, app, context);
  await containers();
}
