import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { PostmanInsightsSidecar, PostmanLiveCollectionSidecar } from '../../src';
import { INSIGHTS, LIVE_COLLECTION } from '../../src/agent';
import { CATALOG, FINDING_IDS, severityOf } from '../../src/preflight';
import { synthesize } from '../given';

const README = readFileSync(resolve(__dirname, '../../README.md'), 'utf8');
const ROOT = resolve(__dirname, '../..');

const page = (name: string) => readFileSync(join(ROOT, 'docs', `${name}.md`), 'utf8');

const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
const PROJECT = 'svc_0123456789abcdefABCDEF';

/** The stack of the Insights example, without its sidecar. */
function helloInsights(natGateways: number): { readonly stack: Stack; readonly service: ecs.FargateService } {
  const stack = new Stack(new App(), 'HelloInsights');
  const cluster = new ecs.Cluster(stack, 'Cluster', { vpc: new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways }) });
  const taskDefinition = new ecs.FargateTaskDefinition(stack, 'TaskDefinition', { cpu: 512, memoryLimitMiB: 1024 });
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx') });
  return { stack, service: new ecs.FargateService(stack, 'Service', { cluster, taskDefinition, minHealthyPercent: 100 }) };
}

describe('the README', () => {
  test.each([
    ['ts nofixture', 'typescript/hello/app.ts'],
    ['python', 'python/hello/app.py'],
    ['java', 'java/src/main/java/com/example/hello/Hello.java'],
  ])('the app of the README in `%s` is that of the examples', (language, file) => {
    expect(README).toContain(`\`\`\`${language}\n${readFileSync(join(ROOT, 'examples', file), 'utf8').trimEnd()}\n\`\`\`\n`);
  });

  test.each([
    ['typescript', 'typescript/hello/app.ts'],
    ['python', 'python/hello/app.py'],
    ['java', 'java/src/main/java/com/example/hello/Hello.java'],
  ])('the app of the home page of the site in `%s` is that of the examples', (language, file) => {
    expect(page('index')).toContain(`\`\`\`${language}\n${readFileSync(join(ROOT, 'examples', file), 'utf8').trimEnd()}\n\`\`\`\n`);
  });

  test('the README and the page of checks show the error of synthesis for a closed network', () => {
    const { stack, service } = helloInsights(0);
    new PostmanInsightsSidecar(stack, 'Insights', { service, discovery: true });
    for (const text of [README, page('checks')]) expect(text).toContain(synthesize(stack.node.root as App).errors);
  });

  describe('the test that the page of checks shows', () => {
    const [, sample] = /^```js\n([\s\S]*?)^```$/m.exec(page('checks'))!;

    /** Runs the test with another stack of the user. */
    function run(natGateways: number): void {
      class ShopStack {
        readonly agent: PostmanInsightsSidecar;
        constructor() {
          const { stack, service } = helloInsights(natGateways);
          this.agent = new PostmanInsightsSidecar(stack, 'Insights', { service, discovery: true });
        }
      }
      const now = (_: string, body: () => void) => body();
      new Function('test', 'expect', 'App', 'ShopStack', sample)(now, expect, App, ShopStack);
    }

    test('the test that the page of checks shows passes for a network with a NAT gateway', () => {
      expect(() => run(1)).not.toThrow();
    });

    test('the test that the page of checks shows fails for a network without one, and shows what to change', () => {
      expect(() => run(0)).toThrow(/Add a NAT gateway/);
    });
  });

  test('with one changed line and the same id the log group stays, and one agent takes the place of the other, as the page of constructs says', () => {
    const before = helloInsights(1);
    new PostmanLiveCollectionSidecar(before.stack, 'Lca', { service: before.service, collectionId: COLLECTION });
    const after = helloInsights(1);
    new PostmanInsightsSidecar(after.stack, 'Lca', { service: after.service, projectId: PROJECT });
    const [older, today] = [before, after].map(({ stack }) => Template.fromStack(stack).toJSON().Resources as { readonly [id: string]: any });

    const ofType = (resources: typeof older, type: string) => Object.entries(resources).filter(([, resource]) => resource.Type === type);
    const containersOf = (resources: typeof older) => ofType(resources, 'AWS::ECS::TaskDefinition')[0][1].Properties.ContainerDefinitions;
    expect(containersOf(older)).toEqual([expect.objectContaining({ Name: 'web' }), expect.objectContaining({ Name: LIVE_COLLECTION.containerName })]);
    expect(containersOf(today)).toEqual([expect.objectContaining({ Name: 'web' }), expect.objectContaining({ Name: INSIGHTS.containerName })]);
    expect(ofType(older, 'AWS::Logs::LogGroup')).toHaveLength(1);
    const different = Object.keys({ ...older, ...today }).filter(id => JSON.stringify(older[id]) !== JSON.stringify(today[id]));
    expect(different.map(id => today[id]?.Type ?? `without ${id}`)).toEqual(['AWS::ECS::TaskDefinition']);
  });

  test('the pages name every property and every warning of the constructs', () => {
    const files = ['agent', 'insights', 'live-collection'].flatMap(name => [`src/constructs/${name}-options.ts`, `src/constructs/${name}-sidecar.ts`]);
    const ofCalls = ['add-to-services-options', 'insights', 'live-collections'].map(name => `src/constructs/${name}.ts`);
    const sources = [...files, ...ofCalls].map(file => readFileSync(join(ROOT, file), 'utf8')).join('\n');
    const properties = [...sources.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name);
    expect(properties.length).toBeGreaterThan(30);
    const pages = ['properties', 'constructs'].map(page).join('\n');
    for (const property of properties) expect(pages).toContain(`\`${property}\``);

    const warnings = FINDING_IDS.filter(id => CATALOG[id].onlyIn !== 'commandLine' && severityOf(id, 'construct') !== 'error');
    expect(warnings.length).toBeGreaterThan(9);
    for (const id of warnings) expect(page('checks')).toContain(`\`${id}\``);
  });

  // PyPI and Maven show the README outside the repository. docs.test.ts checks the targets of its links.
  test('the README has only links that work outside the repository', () => {
    expect([...README.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link).filter(link => !/^(https:|#)/.test(link))).toEqual([]);
  });
});
