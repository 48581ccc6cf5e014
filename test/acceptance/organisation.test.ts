import { setTimeout } from 'node:timers/promises';
import { LocalAws, startAws } from '../../demo/local-aws';
import { Execution, HOME, Organisation, Result } from '../../demo/organisation/enrolment';
import { FoundService, MANAGED, OPTED_OUT, PLAIN, PlaceOfServices, TIGHT } from '../../demo/organisation/services';

const MINUTE = 60_000;
/** `all`: three accounts, two regions, 60 services. Otherwise two accounts, one region, 7 services. */
const IS_LARGE = process.env.ORGANISATION === 'all';
const ACCOUNTS = [HOME.account, '210987654321', ...IS_LARGE ? ['321098765432'] : []];
const REGIONS = [HOME.region, ...IS_LARGE ? ['eu-west-1'] : []];
/** With two others in each place, and one of a stack. */
const COPIES = IS_LARGE ? 8 : 1;
const AGENT = 'postman-insights-agent';

// The real CDK CLI deploys the example, and the bundled functions run in processes of Node. Everything else is the local AWS.
describe('an enrolment of several accounts, on the local AWS', () => {
  let aws: LocalAws;
  let places: PlaceOfServices[];
  let organisation: Organisation;
  let before: FoundService[];

  beforeAll(async () => {
    aws = await startAws({ rolloutSeconds: 1, waitScale: 0.05 });
    places = await Promise.all(REGIONS.flatMap(region => ACCOUNTS.map(account => PlaceOfServices.make(aws, { account, region }, COPIES))));
    await places[0].makeManaged();
    organisation = await Organisation.deploy(aws, places);
    before = await services();
  });

  afterAll(() => aws?.stop());

  async function services(): Promise<FoundService[]> {
    return (await Promise.all(places.map(place => place.found()))).flat();
  }

  /** Runs when no other execution does: one that an event has started could have the lease of a place. */
  async function run(): Promise<Execution> {
    await organisation.untilIdle();
    return organisation.run();
  }

  const kindOf = ({ name }: FoundService) => name.split('-')[0];

  /** Each service is in the results exactly once. @param outcomes  by what the name begins with */
  async function expectOutcomes(execution: Execution, outcomes: { readonly [name: string]: string }): Promise<Result[]> {
    const results = await organisation.results(execution);
    const expected = before.map(service => [service.account, service.region, service.name, outcomes[kindOf(service)]].join(' '));
    expect(results.map(({ account, region, service, outcome }) => [account, region, service, outcome].join(' ')).sort()).toEqual(expected.sort());
    expect(execution).toMatchObject({ status: 'SUCCEEDED' });
    return results;
  }

  test('plans first, and nothing is written', async () => {
    await expectOutcomes(await run(), { [PLAIN]: 'planned', [TIGHT]: 'planned', [OPTED_OUT]: 'optedOut', [MANAGED]: 'managed' });
    expect(await services()).toEqual(before);
  });

  test('adds the agent to each service; one whose rollout fails goes back to what it ran', async () => {
    await organisation.setMode('ENROL');
    const results = await expectOutcomes(await run(), { [PLAIN]: 'enrolled', [TIGHT]: 'rolledBack', [OPTED_OUT]: 'optedOut', [MANAGED]: 'managed' });
    expect(results.find(({ service }) => service === TIGHT)!.reason).toMatch(/Essential container in task exited/);
    const isPlain = (service: FoundService) => kindOf(service) === PLAIN;
    const enrolled = (service: FoundService) => ({ ...service, revision: service.revision.replace(/1$/, '2'), containers: ['web', AGENT] });
    expect(await services()).toEqual(before.map(service => isPlain(service) ? enrolled(service) : service));
  });

  test('changes nothing again, and does not try again what has failed', async () => {
    const present = await services();
    await expectOutcomes(await run(), { [PLAIN]: 'unchanged', [TIGHT]: 'quarantined', [OPTED_OUT]: 'optedOut', [MANAGED]: 'managed' });
    expect(await services()).toEqual(present);
  });

  test('is told of a deployment without the agent in another account, and adds the agent again', async () => {
    const place = places.at(-1)!;
    await organisation.untilIdle();
    await place.deploy(PLAIN, `${PLAIN}:1`);
    const hasAgent = async () => (await place.found()).some(({ name, containers }) => name === PLAIN && containers.includes(AGENT));
    for (const end = Date.now() + 15 * MINUTE; !await hasAgent(); await setTimeout(200)) {
      if (Date.now() > end) throw new Error(`${PLAIN} has not got the agent again: ${JSON.stringify(await organisation.untilIdle())}`);
    }
    const { account, region } = place.place;
    expect((await organisation.untilIdle()).map(({ name }) => name)).toContainEqual(expect.stringContaining(`arrivals-${account}-${region}-`));
  });

  test('removes what it has added', async () => {
    await organisation.setMode('REMOVE');
    await expectOutcomes(await run(), { [PLAIN]: 'removed', [TIGHT]: 'unchanged', [OPTED_OUT]: 'unchanged', [MANAGED]: 'unchanged' });
    expect(await services()).toEqual(before);
  });

  test('reports an account whose role wants another external id, and does the others', async () => {
    const { place: { account: refused } } = places[1];
    await places[1].changeExternalId('PostmanAgentEnrolmentMember');
    await organisation.untilIdle();
    const execution = await organisation.run({ mode: 'PLAN' });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'EnrolmentFailed' });
    const { places: found } = JSON.parse(await organisation.object(`executions/${execution.name}/summary.json`));
    for (const { place, state, reason } of found) {
      if (place.account === refused) expect([state, reason]).toEqual(['failed', expect.stringMatching(/sts:AssumeRole.*PostmanAgentEnrolmentMember/)]);
      else expect(state).toBe('done');
    }
    const others = before.filter(({ account }) => account !== refused);
    expect((await organisation.results(execution)).map(({ account, service }) => `${account} ${service}`).sort())
      .toEqual(others.map(({ account, name }) => `${account} ${name}`).sort());
  });
});
