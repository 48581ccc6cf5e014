import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Execution, HOME, Mode, Organisation } from './enrolment';
import { MANAGED, OPTED_OUT, PLAIN, PlaceOfServices, TIGHT } from './services';
import { Language } from '../../packages/versions';
import { Speaker } from '../hand-made';
import { LocalAws } from '../local-aws';

const PLACES = [HOME, { account: '210987654321', region: HOME.region }, { ...HOME, region: 'eu-west-1' }, { account: '210987654321', region: 'eu-west-1' }];
const REPORTS = resolve(__dirname, '../../.cache/organisation');
const AGENT_LIMIT_MS = 120_000;

/** The services of two accounts and two regions: planned, enrolled, enrolled again after a deployment without the agent, and as they were. */
export async function demonstrateOrganisation(aws: LocalAws, language: Language, { heading, say }: Speaker): Promise<void> {
  heading('Two accounts with two regions each, and services that no CDK app manages');
  const places: PlaceOfServices[] = [];
  const shown = new Map<string, string>();
  for (const place of PLACES) places.push(await PlaceOfServices.make(aws, place));
  await places[0].makeManaged();
  say(`${TIGHT} has no room for a second container, ${OPTED_OUT} has the tag postman:agent = off, and ${MANAGED} belongs to a stack`);
  await showServices();

  heading(`cdk deploy HelloOrganisation and HelloMember, in examples/${language}/organisation, and HelloMember in each other account and region`);
  const resources = /CREATE_COMPLETE .*AWS::(IAM::Role |IAM::ManagedPolicy|Events|Lambda::Function|S3::Bucket |Scheduler|StepFunctions)|✅/;
  const organisation = await Organisation.deploy(aws, places, { language, onLine: line => resources.test(line) && say(line.trim()) });

  await execute('PLAN', 'The first execution only plans');
  await setMode('ENROL');
  await execute('ENROL', 'It adds the agent');
  await showServices();
  await execute('again', 'The next execution changes nothing, and does not try again what has failed');

  const { place } = places[1];
  heading(`A team of account ${place.account} deploys ${PLAIN}:1 in ${place.region}, which has no agent`);
  await organisation.untilIdle();
  await places[1].deploy(PLAIN, `${PLAIN}:1`);
  await showServices();
  const [arrived] = await withAgent();
  await showServices();
  say(`ECS sent an event to the rule in ${place.account}, the rule to the bus in ${HOME.account}, and its rule to a function, which started ${arrived.name}`);

  await setMode('REMOVE');
  await execute('REMOVE', 'It removes what it has added');
  await showServices();
  say(`The reports of these executions are in ${REPORTS}`);

  heading('What only the launcher of this repository supplies here, and not MiniStack');
  say('ECS with its events, simulated: no container runs. The checks of AssumeRole, the credentials of the functions, events to the bus of another account,');
  say('and parts of CloudFormation and Step Functions: emulator/README.md names each of them. Waits are shorter: those of Step Functions a fifth,');
  say('and the events of four seconds are worked on together; AWS has two minutes. So this shows how the parts work together, and not what AWS accepts.');

  /** Those that have changed since the last time. */
  async function showServices(): Promise<void> {
    for (const { account, region, name, revision, containers } of (await Promise.all(places.map(of => of.found()))).flat()) {
      const line = `${account} ${region.padEnd(10)} ${name.padEnd(9)} ${revision.padEnd(11)} ${containers.join(', ')}`;
      const service = [account, region, name].join(' ');
      if (shown.get(service) !== line) say(line);
      shown.set(service, line);
    }
  }

  async function setMode(mode: Mode): Promise<void> {
    heading(`cdk deploy HelloOrganisation -c mode=${mode}`);
    await organisation.setMode(mode);
  }

  async function execute(name: string, what: string): Promise<void> {
    heading(`${what}: StartExecution with the input {}`);
    await organisation.untilIdle();
    const execution = await organisation.run();
    if (execution.status !== 'SUCCEEDED') throw new Error(`The execution must succeed, got: ${JSON.stringify(execution)}.`);
    for (const { account, region, service, outcome, reason } of await organisation.results(execution)) {
      say(`${account} ${region.padEnd(10)} ${service.padEnd(9)} ${outcome.padEnd(11)} ${short(reason)}`);
    }
    mkdirSync(REPORTS, { recursive: true });
    writeFileSync(join(REPORTS, `${name}.html`), await organisation.object(`executions/${execution.name}/report.html`));
  }

  async function withAgent(): Promise<Execution[]> {
    for (const end = Date.now() + AGENT_LIMIT_MS; Date.now() < end; await setTimeout(200)) {
      const found = (await places[1].found()).find(({ name }) => name === PLAIN)!;
      if (found.containers.length > 1) return organisation.untilIdle();
    }
    throw new Error(`${PLAIN} has not got the agent again.`);
  }
}

/** Its first words, in one line. */
function short(reason: string): string {
  const line = reason.replace(/\s+/g, ' ');
  return line.length > 90 ? `${line.slice(0, 90)}…` : line;
}
