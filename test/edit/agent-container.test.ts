import { COLLECTION, PROJECT, SECRET, SYSTEM_ENV, WORKSPACE } from './asked';
import { DESCRIBED, described, WITH_AGENT } from './described';
import { INSIGHTS } from '../../src/agent';
import { agentsIn, generationIn, hasAgent, hasApiKey, hasPlaintextKey, httpsCaptureFlagOf, isAgent, nameOf, seeAgent } from '../../src/edit';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** The agent's images, each with the part of its name that a mirror keeps. */
const KNOWN: readonly (readonly [image: string, kept: string])[] = [
  ['docker.postman.com/postman-lc-agent', 'postman-lc-agent'],
  ['docker.postman.com/postman-insights-agent', 'postman-insights-agent'],
  ['public.ecr.aws/postman/postman-insights-agent', 'postman-insights-agent'],
  ['public.ecr.aws/akitasoftware/akita-cli', 'akita-cli'],
  ['akitasoftware/cli', 'akitasoftware/cli'],
];

const REGISTRIES = [
  '', 'docker.io/', 'registry.example.com/', 'registry.example.com:5000/', 'localhost:5000/', 'localhost/',
  '111122223333.dkr.ecr.eu-west-1.amazonaws.com/', '111122223333.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/team/', '[2001:db8::1]:5000/',
];
const VERSIONS = ['', ':latest', ':1.2.3', ':sha-0a1b2c3', `@${DIGEST}`, `:1.2.3@${DIGEST}`];

describe('recognition by the image', () => {
  test.each(KNOWN)('the image %s is recognized as the agent in any registry, with any tag and digest', (image, kept) => {
    const images = [image, ...REGISTRIES.map(registry => `${registry}${kept}`)].flatMap(name => VERSIONS.map(version => `${name}${version}`));
    expect(images.filter(name => !isAgent({ image: name }))).toEqual([]);
  });

  test.each([
    'nginx', '', ' ', 'postman-lc-agent2', 'my-postman-lc-agent', 'postman-lc-agent-exporter', 'docker.postman.com/postman-lc-agent/exporter',
    'docker.postman.com/postman-lc', 'postman/newman', 'postman-agent',
    'amazon/aws-cli', 'amazon/cli', 'cli', 'docker.io/library/cli', 'akitasoftware/cli2', 'akitasoftware/cli/x', 'notakitasoftware/cli',
    'akitasoftware-cli', 'akita-cli-x', 'akitasoftware/akita',
    'postman-insights-agent.example.com/web', 'registry.example.com/web:postman-lc-agent', 'registry.example.com/web@sha256:postman-lc-agent',
    'postman-lc-agent:5000/web', 'POSTMAN-LC-AGENT',
  ])('the image "%s" is not recognized as the agent', image => {
    expect(isAgent({ image })).toBe(false);
  });

  test.each([
    [{}], [{ image: null }], [{ image: 5 }], [{ image: ['postman-lc-agent'] }], [{ name: 'postman-lc-agent' }],
  ])('the container %j is not recognized as the agent', container => {
    expect(isAgent(container)).toBe(false);
  });
});

describe('recognition by the program', () => {
  test.each([
    [['/postman-lc-agent', 'apidump']], [['/postman-insights-agent']],
  ])('the entry point %j is recognized as the agent, whatever the image is called', entryPoint => {
    expect(isAgent({ image: 'registry.example.com/tools/collector:3', entryPoint })).toBe(true);
  });

  test.each([
    [['postman-lc-agent']], [['/bin/sh', '/postman-lc-agent']], [[]], ['/postman-lc-agent'], [[null]], [['/postman-lc-agent.sh']],
  ])('the entry point %j is not recognized as the agent', entryPoint => {
    expect(isAgent({ image: 'registry.example.com/tools/collector:3', entryPoint: entryPoint as never })).toBe(false);
  });
});

test('exactly the written definitions whose names begin with agent- have the agent', () => {
  expect(DESCRIBED.filter(({ hasAgent: expected, body }) => hasAgent(body) !== expected).map(({ name }) => name)).toEqual([]);
  expect(WITH_AGENT.length).toBeGreaterThan(20);
  expect(agentsIn(described('agent-twice')).map(nameOf)).toEqual(['postman-lc-agent', 'postman-insights-agent']);
});

describe('what is seen of an agent', () => {
  const US = 'api.observability.postman.com';
  const USUAL = {
    container: 'postman-lc-agent', image: 'docker.postman.com/postman-lc-agent:latest', generation: 'live-collection',
    destination: { collectionId: COLLECTION }, host: US,
  };
  const UPSTREAM = { container: 'postman-insights-agent', image: 'public.ecr.aws/postman/postman-insights-agent', generation: 'insights', host: US };
  const PINNED = { ...UPSTREAM, image: 'public.ecr.aws/postman/postman-insights-agent:v0.40.1' };
  const workspace = { workspaceId: WORKSPACE, systemEnvironmentId: SYSTEM_ENV };

  test.each<[string, object]>([
    ['agent-of-this-library', USUAL],
    ['agent-of-akita', { ...USUAL, container: 'akita', image: 'akitasoftware/cli:0.37.0' }],
    ['agent-with-arguments-in-both', USUAL],
    ['agent-with-flags-by-equals-signs', USUAL],
    ['agent-with-values-like-flags', USUAL],
    ['agent-with-a-flag-twice', USUAL],
    ['agent-without-arguments', { ...USUAL, destination: {} }],
    ['agent-of-upstream-with-the-key-in-clear', { ...USUAL, image: 'docker.postman.com/postman-lc-agent' }],
    ['agent-of-upstream-akita', {
      container: 'akita-agent', image: 'public.ecr.aws/akitasoftware/akita-cli', generation: 'live-collection', destination: { projectId: 'shop' }, host: US,
    }],
    ['agent-insights', { ...UPSTREAM, image: INSIGHTS.image, destination: { projectId: 'svc_0123456789' } }],
    ['agent-insights-by-workspace', { ...UPSTREAM, container: 'insights', image: 'docker.postman.com/postman-insights-agent:0.9.1', destination: workspace }],
    ['agent-of-upstream-insights-by-project', { ...UPSTREAM, destination: { projectId: PROJECT } }],
    ['agent-of-upstream-insights-by-workspace', { ...UPSTREAM, destination: workspace }],
    ['agent-of-upstream-insights-by-discovery', { ...UPSTREAM, destination: { discovery: 'true' } }],
    ['agent-of-upstream-insights-of-2024', { ...UPSTREAM, image: 'docker.postman.com/postman-insights-agent', destination: { projectId: PROJECT } }],
    ['agent-of-upstream-as-a-daemon', { ...UPSTREAM, destination: { projectId: PROJECT } }],
    ['agent-insights-by-variables', { ...PINNED, destination: workspace, host: 'api.observability.eu.postman.com' }],
    ['agent-insights-by-variables-over-flags', { ...PINNED, destination: { projectId: PROJECT }, host: 'api.observability.eu.postman.com' }],
    ['agent-insights-by-discovery-in-variables',
      { ...PINNED, destination: { discovery: 'true', discoveryNamespace: 'team-a', discoveryName: 'orders' } }],
    // What the secret has is not known here.
    ['agent-insights-with-the-project-in-a-secret', { ...PINNED, destination: { projectId: 'arn:aws:ssm:eu-west-1:111122223333:parameter/insights/project' } }],
    ['agent-of-this-library-insights',
      { ...UPSTREAM, image: INSIGHTS.image, destination: { discovery: 'true', discoveryNamespace: 'shop', discoveryName: 'web' } }],
  ])('container, image, generation, destination and host of the agent in %s are seen', (name, expected) => {
    expect(seeAgent(agentsIn(described(name))[0])).toEqual({ proxy: undefined, ...expected });
  });

  test('every written definition with an Insights agent is among these', () => {
    const insights = WITH_AGENT.filter(({ body }) => agentsIn(body).some(agent => generationIn(agent) === INSIGHTS)).map(({ name }) => name);
    expect(insights.length).toBeGreaterThanOrEqual(11);
    expect(insights.filter(name => !name.includes('insights') && name !== 'agent-of-upstream-as-a-daemon')).toEqual([]);
  });

  test('an agent that only its program tells is seen, with its proxy', () => {
    expect(seeAgent({ entryPoint: ['/postman-lc-agent', 'apidump', '--proxy=http://10.0.0.10:3128'] })).toEqual({
      container: '(no name)', image: '(no image)', generation: 'live-collection', destination: {}, proxy: 'http://10.0.0.10:3128', host: US,
    });
  });

  test.each<[readonly string[], string | undefined]>([
    [['--enable-https-capture'], '--enable-https-capture'], [['--enable-https-capture=true'], '--enable-https-capture'],
    [['--enable-https-capture=false'], undefined], [['--enable-https-capture=0'], undefined], [['--filter', '--enable-https-capture'], undefined],
    [[], undefined],
  ])('with the flags %j the flag that captures HTTPS is %j', (flags, expected) => {
    expect(httpsCaptureFlagOf({ entryPoint: ['/postman-insights-agent', 'apidump', ...flags] })).toBe(expected);
    expect(httpsCaptureFlagOf({ entryPoint: ['/postman-lc-agent', 'apidump', ...flags] })).toBeUndefined();
    expect(httpsCaptureFlagOf({ image: 'nginx', command: [...flags] })).toBeUndefined();
  });
});

describe('the API key', () => {
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
  ])('the container %j has the key: %s, and has it in clear text: %s', (container, isThere, isClear) => {
    expect([hasApiKey(container as never), hasPlaintextKey(container as never)]).toEqual([isThere, isClear]);
  });
});
