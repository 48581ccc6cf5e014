import { deployExample, destroyExample, exampleApp } from './cdk';
import { containersOf } from './deployed';
import { Speaker } from './hand-made';
import { makeServiceByHand } from './hand-made-service';
import { LocalAws } from './local-aws';
import { Language } from '../packages/versions';

/** A stack with a service that it does not manage: the deployment adds the agent, and deleting the stack removes it. */
export async function demonstrateFromAStack(aws: LocalAws, language: Language, { heading, say }: Speaker): Promise<void> {
  heading('Another service that no CDK app manages. Now a stack adds the agent to it');
  const { clusterArn, serviceArn, executionRoleArn, taskRoleArn } = await makeServiceByHand(aws, { name: 'payments' });
  const app = exampleApp(language, 'existing-service');
  const context = { serviceArn, executionRoleArn, taskRoleArn };
  const { containers, revision: before } = await containersOf(aws, clusterArn, serviceArn);
  say(`service          ${serviceArn}`);
  say(`before           ${before}: ${containers.join(', ')}`);

  heading(`cdk deploy HelloExistingService, in examples/${language}/existing-service`);
  say('The custom resource registers a revision with the agent, updates the service, and waits until its tasks run it.');
  await deployExample(aws, app, context, line => /CREATE_COMPLETE .*Custom::|HelloExistingService\.\w+ = |✅/.test(line) && say(line.trim()));
  const attached = await containersOf(aws, clusterArn, serviceArn);
  say(`attached         ${attached.revision}: ${attached.containers.join(', ')}`);

  heading('cdk destroy HelloExistingService');
  await destroyExample(aws, app, context);
  const { containers: left, revision: after } = await containersOf(aws, clusterArn, serviceArn);
  if (after !== before) throw new Error(`The service must run ${before} again, got: ${after}.`);
  say(`detached         ${after}: ${left.join(', ')}. It is the task definition of before`);
}
