import { parseArgs } from 'node:util';
import { bootstrap, CdkApp, deployExample, exampleApp, synthesizeExample } from './cdk';
import { createSecret, Deployed, readBack } from './deployed';
import { demonstrateByHand } from './hand-made';
import { LocalAws, runningAws, startAws } from './local-aws';
import { Language, LANGUAGES } from '../packages/versions';

/**
 * Shows both modes on a local AWS: deploys the Fargate example with the real CDK CLI, reads it back, and shows a network that is
 * refused; then runs the command line on a service that CDK did not create.
 *
 * Usage: ts-node demo/main.ts [--language typescript|python|java] [endpoint of a running local AWS]
 */
const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
const STACK = 'HelloFargate';

// The SDK's warning about the version of Node does not concern the demo.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

async function main(language: Language, endpoint: string | undefined): Promise<void> {
  const app = exampleApp(language, 'fargate');
  const aws = endpoint === undefined ? await startAws({ processes: true }) : runningAws(endpoint);
  const interrupted = () => void aws.stop().then(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    heading(`A local AWS on ${aws.endpoint}`);
    say(`created the secret ${await createSecret(aws)} (it contains no real key: nothing here calls Postman)`);
    await bootstrap(aws);
    say('cdk bootstrap: done');
    await deploy(aws, language, app);
    show(await readBack(aws, STACK));
    await refuse(aws, app);
    // Another local AWS may have no processes for the containers.
    if (endpoint === undefined) await demonstrateByHand(aws, COLLECTION, { heading, say });
  } finally {
    await aws.stop();
  }
}

async function deploy(aws: LocalAws, language: Language, app: CdkApp): Promise<void> {
  heading(`cdk deploy ${STACK} -c collectionId=${COLLECTION}, in examples/${language}/fargate`);
  const { verdicts } = await deployExample(aws, app, { collectionId: COLLECTION }, line => /CREATE_COMPLETE .*AWS::(ECS|IAM::Policy|Logs|EC2::NatGateway)|✅|✨/.test(line) && say(line.trim()));

  heading('What synthesis found');
  for (const { path, verdict, evidence } of verdicts) {
    say(`egress of ${path}: ${verdict}`);
    evidence.forEach(({ finding, remedy }) => say(`  - ${finding}${remedy === undefined ? '' : ` ${remedy}`}`));
  }
}

function show({ service, taskDefinition, grants }: Deployed): void {
  heading('What is deployed, read back through the ECS and IAM APIs');
  say(`service          ${service.serviceName} (${service.launchType}, ${service.status}, desired ${service.desiredCount}; local processes run in place of containers)`);
  say(`task definition  ${taskDefinition.family}:${taskDefinition.revision}, cpu ${taskDefinition.cpu}, memory ${taskDefinition.memory}`);
  for (const container of taskDefinition.containerDefinitions!) {
    say(`container        ${container.name}${container.essential ? ', essential' : ', not essential'}`);
    say(`  image          ${container.image}`);
    if (container.entryPoint?.length) say(`  entry point    ${container.entryPoint.join(' ')}`);
    for (const { name, value } of container.environment ?? []) say(`  variable       ${name}=${value}`);
    for (const { name, valueFrom } of container.secrets ?? []) say(`  secret         ${name} from ${valueFrom}`);
    if (container.restartPolicy) say(`  restarts       ${container.restartPolicy.enabled}, attempt period ${container.restartPolicy.restartAttemptPeriod} s`);
    const log = container.logConfiguration;
    if (log) say(`  log            ${log.logDriver} ${log.options?.['awslogs-group'] ?? ''}`);
  }
  say(`execution role   ${taskDefinition.executionRoleArn}`);
  for (const { actions, resources } of grants) say(`  may            ${actions.join(', ')} on ${resources.join(', ')}`);
}

async function refuse(aws: LocalAws, app: CdkApp): Promise<void> {
  heading('The same example without a NAT gateway: cdk synth -c natGateways=0');
  const { code, output } = await synthesizeExample(aws, app, { collectionId: COLLECTION, natGateways: '0' });
  if (code === 0) throw new Error('The synthesis must fail, but it succeeded.');
  // The stack traces around the message do not concern the network.
  output.split('\n').map(line => line.replace(/^\[ERROR\] ?/, '')).filter(line => !/^\s+(at |File "|\^|return |response = |raise )|^Traceback|Help 1|-[eX] switch|For more information/.test(line)).forEach(say);
  say(`exit code ${code}`);
}

function heading(text: string): void {
  console.log(`\n== ${text}`);
}

function say(line: string): void {
  console.log(line === '' ? '' : `   ${line}`);
}

/** @throws if there is no example in the language */
function languageOf(text: string): Language {
  const language = LANGUAGES.find(known => known === text);
  if (language === undefined) throw new Error(`The language must be one of ${LANGUAGES.join(', ')}, got: ${text}.`);
  return language;
}

const { values, positionals } = parseArgs({ options: { language: { type: 'string', default: 'typescript' } }, allowPositionals: true });
Promise.resolve().then(() => main(languageOf(values.language), positionals[0])).catch(error => {
  console.error(`\n${(error as Error).message}`);
  process.exit(1);
});
