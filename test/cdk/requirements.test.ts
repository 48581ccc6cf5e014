import { assertSupported, Versions } from '../../src/cdk/requirements';

const FINE: Versions = { node: '20.12.0', cdk: '2.201.0', cdkFloor: '2.201.0' };
const check = (versions: Partial<Versions>) => () => assertSupported({ ...FINE, ...versions });

afterEach(() => { delete process.env.JSII_AGENT; });

test.each([{}, { node: '24.1.0' }, { cdk: '2.276.0' }, { cdk: '3.0.0' }, { cdk: '2.201.0-alpha.1' }])('the versions %j are accepted', versions => {
  expect(check(versions)).not.toThrow();
});

test('an older Node is refused, and the message has its version and the wanted one', () => {
  expect(check({ node: '18.20.8' })).toThrow('needs Node 20 or later, also for apps in Python, Java and Go; this is Node 18.20.8. Install a newer Node');
});

test.each(['2.200.1', '2.99.0', '1.204.0'])('aws-cdk-lib %s is refused, and the message has its version and the wanted one', cdk => {
  expect(check({ cdk })).toThrow(`needs aws-cdk-lib 2.201.0 or later; this app has ${cdk}. Raise the version of aws-cdk-lib in package.json.`);
});

test.each([
  ['Python/3.12.1', 'requirements.txt'], ['Java/17.0.15', 'pom.xml or build.gradle'], ['Go/1.26.8', 'go.mod'],
])('for an app in %s, the message says that the version is in %s', (agent, place) => {
  process.env.JSII_AGENT = agent;
  expect(check({ cdk: '2.100.0' })).toThrow(`in ${place}.`);
});
