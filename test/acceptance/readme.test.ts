import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { CATALOG, FINDING_IDS, severityOf } from '../../src/preflight';
import { sidecar, synthesize } from '../given';

const README = readFileSync(resolve(__dirname, '../../README.md'), 'utf8');
const ROOT = resolve(__dirname, '../..');

describe('the README', () => {
  test('the README shows the error of synthesis for a closed network', () => {
    const app = new App();
    const stack = new Stack(app, 'HelloFargate');
    const cluster = new ecs.Cluster(stack, 'Cluster', { vpc: new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0 }) });
    const taskDefinition = new ecs.FargateTaskDefinition(stack, 'TaskDefinition', { cpu: 512, memoryLimitMiB: 1024 });
    taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx') });
    sidecar(new ecs.FargateService(stack, 'Service', { cluster, taskDefinition, minHealthyPercent: 100 }));
    expect(README).toContain(synthesize(app).errors);
  });

  test('the README names every property and every warning of the construct', () => {
    const source = readFileSync(join(ROOT, 'src/constructs/live-collection-sidecar.ts'), 'utf8');
    const properties = [...source.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name);
    expect(properties.length).toBeGreaterThan(18);
    for (const property of properties) expect(README).toContain(`\`${property}\``);

    const warnings = FINDING_IDS.filter(id => CATALOG[id].onlyIn !== 'commandLine' && severityOf(id, 'construct') !== 'error');
    expect(warnings.length).toBeGreaterThan(9);
    for (const id of warnings) expect(README).toContain(`\`${id}\``);
  });

  // PyPI and Maven show the README outside the repository. docs.test.ts checks the targets of its links.
  test('the README has only links that work outside the repository', () => {
    expect([...README.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link).filter(link => !/^(https:|#)/.test(link))).toEqual([]);
  });
});
