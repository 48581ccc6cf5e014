import { parseArgs } from 'node:util';
import { Agent, AGENTS, EXAMPLES, ShownExample } from './agents';
import { bootstrap, CdkApp, deployExample, exampleApp, synthesizeExample } from './cdk';
import { createSecret, Deployed, readBack } from './deployed';
import { demonstrateFromAStack } from './existing-service';
import { demonstrateByHand } from './hand-made';
import { LocalAws, runningAws, startAws } from './local-aws';
import { demonstrateOrganisation } from './organisation/show';
import { Language, LANGUAGES } from '../packages/versions';

// The SDK's warning about the version of Node does not concern the demo.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/**
 * Shows both modes on a local AWS: deploys an example with the real CDK CLI, reads it back, and shows a network that is refused; then
 * runs the command line on a service that CDK did not create, and adds the agent to such a service from a stack.
 *
 * Usage: ts-node demo/main.ts [--agent live-collection|insights] [--language typescript|python|java] [endpoint of a running local AWS]
 *
 * With --organisation it shows the services of several accounts instead: ts-node demo/main.ts --organisation [--language …]
 */
async function main(agent: Agent, language: Language, endpoint: string | undefined): Promise<void> {
  const example = EXAMPLES[agent];
  const app = exampleApp(language, example.folder);
  await withAws(endpoint === undefined ? await startAws() : runningAws(endpoint), async aws => {
    say(`created the secret ${await createSecret(aws)} (it contains no real key: nothing here calls Postman)`);
    await bootstrap(aws);
    say('cdk bootstrap: done');
    await deploy(aws, language, app, example);
    show(await readBack(aws, example.stack));
    await refuse(aws, app, example);
    // The rollouts of another local AWS may not take time, or never fail.
    if (endpoint === undefined) {
      await demonstrateByHand(aws, agent, { heading, say });
      await demonstrateFromAStack(aws, language, { heading, say });
    }
  });
}

async function showOrganisation(language: Language, endpoint: string | undefined): Promise<void> {
  if (endpoint !== undefined) throw new Error(`ORGANISATION=1 needs the local AWS of this repository, which has several accounts, got: ${endpoint}. Leave ENDPOINT out.`);
  await withAws(await startAws({ waitScale: 0.2 }), async aws => demonstrateOrganisation(aws, language, { heading, say }));
}

async function withAws(aws: LocalAws, use: (aws: LocalAws) => Promise<void>): Promise<void> {
  const interrupted = () => void aws.stop().then(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    heading(`A local AWS on ${aws.endpoint}`);
    await use(aws);
  } finally {
    await aws.stop();
  }
}

async function deploy(aws: LocalAws, language: Language, app: CdkApp, { folder, stack, context }: ShownExample): Promise<void> {
  heading(`${['cdk deploy', stack, ...Object.entries(context).map(([key, value]) => `-c ${key}=${value}`)].join(' ')}, in examples/${language}/${folder}`);
  const { verdicts } = await deployExample(aws, app, context, line => /CREATE_COMPLETE .*AWS::(ECS|IAM::Policy|Logs|EC2::NatGateway)|✅|✨/.test(line) && say(line.trim()));

  heading('What synthesis found');
  for (const { path, verdict, evidence } of verdicts) {
    say(`egress of ${path}: ${verdict}`);
    evidence.forEach(({ finding, remedy }) => say(`  - ${finding}${remedy === undefined ? '' : ` ${remedy}`}`));
  }
}

function show({ service, taskDefinition, grants }: Deployed): void {
  heading('What is deployed, read back through the ECS and IAM APIs');
  say(`service          ${service.serviceName} (${service.launchType}, ${service.status}, desired ${service.desiredCount}; ECS is simulated, and no container runs)`);
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

async function refuse(aws: LocalAws, app: CdkApp, { context }: ShownExample): Promise<void> {
  heading('The same example without a NAT gateway: cdk synth -c natGateways=0');
  const { code, output } = await synthesizeExample(aws, app, { ...context, natGateways: '0' });
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

/** @throws if the value is not one of those */
function oneOf<T extends string>(what: string, known: readonly T[], given: string): T {
  const found = known.find(value => value === given);
  if (found === undefined) throw new Error(`The ${what} must be one of ${known.join(', ')}, got: ${given}.`);
  return found;
}

const { values, positionals } = parseArgs({
  options: {
    agent: { type: 'string', default: AGENTS[0] }, language: { type: 'string', default: LANGUAGES[0] }, organisation: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
Promise.resolve().then(() => {
  const language = oneOf('language', LANGUAGES, values.language);
  return values.organisation ? showOrganisation(language, positionals[0]) : main(oneOf('agent', AGENTS, values.agent), language, positionals[0]);
}).catch(error => {
  console.error(`\n${(error as Error).message}`);
  process.exit(1);
});
