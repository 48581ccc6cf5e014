import { setTimeout } from 'node:timers/promises';
import { LocalAws, startAws } from '../../demo/local-aws';
import { Execution, HOME, MANAGED, Organisation, Result } from '../../demo/organisation/enrolment';
import { FoundService, PlaceOfServices } from '../../demo/organisation/services';

const MINUTE = 60_000;
const MEMBERS = ['210987654321', '321098765432'];
/** `all`: three accounts, two regions, 60 services. */
const IS_LARGE = process.env.ORGANISATION === 'all';
const REGIONS = IS_LARGE ? [HOME.region, 'eu-west-1'] : [HOME.region];
const ACCOUNTS = [HOME.account, ...IS_LARGE ? MEMBERS : MEMBERS.slice(0, 1)];
/** Of the service that takes the agent. With the others, and the one of a stack, there are 61. */
const COPIES = IS_LARGE ? 8 : 1;
const AGENT = 'postman-insights-agent';
const SPENT_MS = IS_LARGE ? 30 * MINUTE : 10 * MINUTE;

// The real CDK CLI, with the bundled functions in processes of Node; everything else is the local AWS.
describe('an enrolment of several accounts, on the local AWS', () => {
  let aws: LocalAws;
  let places: PlaceOfServices[];
  let organisation: Organisation;
  let before: FoundService[];

  beforeAll(async () => {
    aws = await startAws({ rolloutSeconds: 1, waitScale: 0.05 });
    places = await Promise.all(REGIONS.flatMap(region => ACCOUNTS.map(account => PlaceOfServices.make(aws, { account, region }, COPIES))));
    organisation = await Organisation.deploy(aws, places);
    before = await services();
  }, SPENT_MS);

  afterAll(() => aws?.stop());

  async function services(): Promise<FoundService[]> {
    return (await Promise.all(places.map(place => place.found()))).flat();
  }

  const isPlain = ({ name }: { readonly name: string }) => name.startsWith('orders');

  /** Runs when no other execution does: one that an event has started would have the lease of a place. */
  async function run(): Promise<Execution> {
    await organisation.untilIdle();
    return organisation.run();
  }

  /** Each service is in the results exactly once. */
  async function expectOutcomes(execution: Execution, { plain, tight }: { readonly plain: string; readonly tight: string }, others = true): Promise<Result[]> {
    const results = await organisation.results(execution);
    const found = results.map(({ account, region, service, outcome }) => [account, region, service, outcome].join(' ')).sort();
    const managed = { ...HOME, name: MANAGED };
    const expected = [...before, managed].map(service => {
      const outcome = service === managed ? 'managed' : service.name === 'internal' ? 'optedOut' : isPlain(service) ? plain : tight;
      return [service.account, service.region, service.name, others || isPlain(service) ? outcome : tight].join(' ');
    });
    expect(found).toEqual(expected.sort());
    expect(execution).toMatchObject({ status: 'SUCCEEDED' });
    return results;
  }

  test('is deployed, plans first, and nothing is written', async () => {
    const grants = await Promise.all(places.map(place => place.grants()));
    await expectOutcomes(await run(), { plain: 'planned', tight: 'planned' });
    expect(await services()).toEqual(before);
    expect(await Promise.all(places.map(place => place.grants()))).toEqual(grants);
  }, SPENT_MS);

  test('adds the agent to each service; one whose rollout fails goes back to what it ran', async () => {
    await organisation.setMode('ENROL');
    const results = await expectOutcomes(await run(), { plain: 'enrolled', tight: 'rolledBack' });
    expect(results.filter(({ outcome }) => outcome === 'rolledBack').every(({ reason }) => reason.includes('Essential container in task exited'))).toBe(true);
    for (const [index, service] of (await services()).entries()) {
      if (isPlain(service)) expect(service).toMatchObject({ revision: before[index].revision.replace(/1$/, '2'), containers: ['web', AGENT] });
      else expect(service).toEqual(before[index]);
    }
  }, SPENT_MS);

  test('changes nothing again, and does not try the failed definition again', async () => {
    const present = await services();
    await expectOutcomes(await run(), { plain: 'unchanged', tight: 'quarantined' });
    expect(await services()).toEqual(present);
  }, SPENT_MS);

  test('is told of a deployment without the agent in another account, and adds the agent again', async () => {
    const place = places.at(-1)!;
    const [{ revision, name }] = (await place.found()).filter(isPlain);
    await organisation.untilIdle();
    await place.deploy(name, revision.replace(/2$/, '1'));
    const isBack = async () => (await place.found()).some(found => found.name === name && found.containers.includes(AGENT));
    for (const end = Date.now() + SPENT_MS / 2; !await isBack(); await setTimeout(200)) {
      if (Date.now() > end) throw new Error(`${name} has not got the agent again.`);
    }
    const executions = await organisation.untilIdle();
    expect(executions.some(execution => execution.startsWith(`arrivals-${place.place.account}-${place.place.region}-`))).toBe(true);
  }, SPENT_MS);

  test('removes what it has added', async () => {
    await organisation.setMode('REMOVE');
    await expectOutcomes(await run(), { plain: 'removed', tight: 'unchanged' }, false);
    expect(await services()).toEqual(before);
  }, SPENT_MS);
});
