import { COLLECTION, SECRET } from './asked';
import { DESCRIBED, described, WITH_AGENT } from './described';
import { agentsIn, hasAgent, hasApiKey, hasPlaintextKey, isAgent, nameOf, seeAgent } from '../../src/edit';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** The images that hold the agent, each with what a mirror keeps of its name. */
const KNOWN: readonly (readonly [image: string, kept: string])[] = [
  ['docker.postman.com/postman-lc-agent', 'postman-lc-agent'],
  ['docker.postman.com/postman-insights-agent', 'postman-insights-agent'],
  ['public.ecr.aws/postman/postman-insights-agent', 'postman-insights-agent'],
  ['public.ecr.aws/akitasoftware/akita-cli', 'akita-cli'],
  ['akitasoftware/cli', 'akitasoftware/cli'],
];

const REGISTRIES = ['', 'docker.io/', 'registry.example.com/', 'registry.example.com:5000/', 'localhost:5000/', 'localhost/', '111122223333.dkr.ecr.eu-west-1.amazonaws.com/', '111122223333.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/team/', '[2001:db8::1]:5000/'];
const VERSIONS = ['', ':latest', ':1.2.3', ':sha-0a1b2c3', `@${DIGEST}`, `:1.2.3@${DIGEST}`];

describe('the agent is known by its image', () => {
  test.each(KNOWN)('%s, from any registry, by any tag and digest', (image, kept) => {
    const images = [image, ...REGISTRIES.map(registry => `${registry}${kept}`)].flatMap(name => VERSIONS.map(version => `${name}${version}`));
    expect(images.filter(name => !isAgent({ image: name }))).toEqual([]);
  });

  test.each([
    'nginx', '', ' ', 'postman-lc-agent2', 'my-postman-lc-agent', 'postman-lc-agent-exporter', 'docker.postman.com/postman-lc-agent/exporter', 'docker.postman.com/postman-lc', 'postman/newman', 'postman-agent',
    'amazon/aws-cli', 'amazon/cli', 'cli', 'docker.io/library/cli', 'akitasoftware/cli2', 'akitasoftware/cli/x', 'notakitasoftware/cli', 'akitasoftware-cli', 'akita-cli-x', 'akitasoftware/akita',
    'postman-insights-agent.example.com/web', 'registry.example.com/web:postman-lc-agent', 'registry.example.com/web@sha256:postman-lc-agent', 'postman-lc-agent:5000/web', 'POSTMAN-LC-AGENT',
  ])('and "%s" is another', image => {
    expect(isAgent({ image })).toBe(false);
  });

  test.each([[{}], [{ image: null }], [{ image: 5 }], [{ image: ['postman-lc-agent'] }], [{ name: 'postman-lc-agent' }]])('and a container such as %j is none', container => {
    expect(isAgent(container)).toBe(false);
  });
});

describe('the agent is known by its program', () => {
  test.each([[['/postman-lc-agent', 'apidump']], [['/postman-insights-agent']]])('%j, whatever the image is called', entryPoint => {
    expect(isAgent({ image: 'registry.example.com/tools/collector:3', entryPoint })).toBe(true);
  });

  test.each([[['postman-lc-agent']], [['/bin/sh', '/postman-lc-agent']], [[]], ['/postman-lc-agent'], [[null]], [['/postman-lc-agent.sh']]])('and %j is another', entryPoint => {
    expect(isAgent({ image: 'registry.example.com/tools/collector:3', entryPoint: entryPoint as never })).toBe(false);
  });
});

test('the written definitions whose names say so have the agent, and no others', () => {
  expect(DESCRIBED.filter(({ hasAgent: expected, body }) => hasAgent(body) !== expected).map(({ name }) => name)).toEqual([]);
  expect(WITH_AGENT.length).toBeGreaterThan(20);
  expect(agentsIn(described('agent-twice')).map(nameOf)).toEqual(['postman-lc-agent', 'postman-insights-agent']);
});

describe('what the agent is', () => {
  test.each<[string, object]>([
    ['agent-of-this-library', { container: 'postman-lc-agent', image: 'docker.postman.com/postman-lc-agent:latest', collection: COLLECTION }],
    ['agent-of-akita', { container: 'akita', image: 'akitasoftware/cli:0.37.0', collection: COLLECTION }],
    ['agent-with-arguments-in-both', { container: 'postman-lc-agent', image: 'docker.postman.com/postman-lc-agent:latest', collection: COLLECTION }],
    ['agent-with-flags-by-equals-signs', { container: 'postman-lc-agent', image: 'docker.postman.com/postman-lc-agent:latest', collection: COLLECTION }],
    ['agent-with-values-like-flags', { container: 'postman-lc-agent', image: 'docker.postman.com/postman-lc-agent:latest', collection: COLLECTION }],
    ['agent-with-a-flag-twice', { container: 'postman-lc-agent', image: 'docker.postman.com/postman-lc-agent:latest', collection: COLLECTION }],
    ['agent-insights', { container: 'postman-insights-agent', generation: 'insights', image: 'public.ecr.aws/postman/postman-insights-agent:latest', collection: undefined }],
    ['agent-without-arguments', { container: 'postman-lc-agent', image: 'docker.postman.com/postman-lc-agent:latest', collection: undefined }],
  ])('is seen in %s', (name, expected) => {
    expect(seeAgent(agentsIn(described(name))[0])).toEqual({ generation: 'live-collection', proxy: undefined, ...expected });
  });

  test('is seen where its program alone tells, with its proxy', () => {
    expect(seeAgent({ entryPoint: ['/postman-lc-agent', 'apidump', '--proxy=http://10.0.0.10:3128'] })).toEqual({
      container: '(no name)', generation: 'live-collection', image: '(no image)', collection: undefined, proxy: 'http://10.0.0.10:3128',
    });
  });
});

describe('the key', () => {
  test.each<[object, boolean, boolean]>([
    [{}, false, false],
    [{ environment: [{ name: 'OTHER', value: 'x' }], secrets: [{ name: 'OTHER', valueFrom: SECRET }] }, false, false],
    [{ environment: [{ name: 'POSTMAN_API_KEY', value: 'x' }] }, true, true],
    [{ environment: [{ name: 'POSTMAN_INSIGHTS_API_KEY', value: 'x' }] }, true, true],
    [{ environment: [{ name: 'POSTMAN_API_KEY', value: '' }] }, false, false],
    [{ environment: [{ name: 'POSTMAN_API_KEY' }] }, false, false],
    [{ secrets: [{ name: 'POSTMAN_API_KEY', valueFrom: SECRET }] }, true, false],
    [{ secrets: [{ name: 'POSTMAN_INSIGHTS_API_KEY', valueFrom: SECRET }] }, true, false],
    [{ secrets: 'POSTMAN_API_KEY', environment: null }, false, false],
  ])('in %j is there: %s, and in clear: %s', (container, isThere, isClear) => {
    expect([hasApiKey(container as never), hasPlaintextKey(container as never)]).toEqual([isThere, isClear]);
  });
});
