import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { EgressCheck, PostmanInsightsDaemon, PostmanInsightsSidecar, PostmanInsightsTaskSidecar } from '../../../src';
import { PROJECT_ID } from '../../given';

function serviceIn(scope: Stack, natGateways: number): ecs.FargateService {
  const vpc = new ec2.Vpc(scope, 'Vpc', { maxAzs: 1, natGateways });
  const cluster = new ecs.Cluster(scope, 'Cluster', { vpc });
  const taskDefinition = new ecs.FargateTaskDefinition(scope, 'Task', { cpu: 512, memoryLimitMiB: 1024 });
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx') });
  return new ecs.FargateService(scope, 'Orders', { cluster, taskDefinition, minHealthyPercent: 100 });
}

const drawingsIn = (folder: string) => readdirSync(folder).filter(name => name.endsWith('.svg'));

test('the cloud assembly has the drawing beside the template, with the same verdict as the manifest', () => {
  const stack = new Stack(new App(), 'Shop');
  new PostmanInsightsSidecar(stack, 'Insights', { service: serviceIn(stack, 1), discovery: true, egressDiagram: true });
  const { directory } = (stack.node.root as App).synth();
  expect(drawingsIn(directory)).toEqual(['Shop.Insights.egress.svg']);
  const drawing = readFileSync(join(directory, 'Shop.Insights.egress.svg'), 'utf8');
  expect(drawing).toContain('<title>service Shop/Orders: Postman at api.observability.postman.com is reachable</title>');
  expect(drawing).toContain('NAT gateway Shop/Vpc/PublicSubnet1/NATGateway: passes');
});

test('a synthesis that fails leaves the drawing, which shows where the way is blocked', () => {
  const stack = new Stack(new App(), 'Shop');
  new PostmanInsightsSidecar(stack, 'Insights', { service: serviceIn(stack, 0), discovery: true, egressDiagram: true });
  const app = stack.node.root as App;
  expect(() => app.synth()).toThrow('have no way out to the internet');
  expect(readFileSync(join(app.outdir, 'Shop.Insights.egress.svg'), 'utf8')).toContain('subnet Shop/Vpc/IsolatedSubnet1: blocked');
});

test('a stage has its drawings in its own folder', () => {
  const app = new App();
  const stack = new Stack(new Stage(app, 'Prod'), 'Shop');
  new PostmanInsightsSidecar(stack, 'Insights', { service: serviceIn(stack, 1), discovery: true, egressDiagram: true });
  const { directory } = app.synth();
  expect(drawingsIn(directory)).toEqual([]);
  expect(drawingsIn(join(directory, 'assembly-Prod'))).toEqual(['Prod.Shop.Insights.egress.svg']);
});

test('ids that are no names of files are replaced, and do not collide', () => {
  const stack = new Stack(new App(), 'Shop');
  const service = serviceIn(stack, 1);
  const { taskDefinition } = service;
  for (const id of ['In sights', 'In?sights']) new PostmanInsightsTaskSidecar(stack, id, { taskDefinition, projectId: PROJECT_ID, egressDiagram: true });
  const names = drawingsIn((stack.node.root as App).synth().directory);
  expect(names).toEqual([0, 1].map(() => expect.stringMatching(/^Shop\.In-sights\.[0-9a-f]{8}\.egress\.svg$/)));
  expect(new Set(names).size).toBe(2);
});

test('each thing that runs a task definition has a drawing', () => {
  const stack = new Stack(new App(), 'Shop');
  const { taskDefinition, cluster } = serviceIn(stack, 1);
  new ecs.FargateService(stack, 'Second', { cluster, taskDefinition, minHealthyPercent: 100 });
  new PostmanInsightsTaskSidecar(stack, 'Insights', { taskDefinition, projectId: PROJECT_ID, egressDiagram: true });
  const { directory } = (stack.node.root as App).synth();
  expect(drawingsIn(directory)).toEqual(['Shop.Insights.egress-2.svg', 'Shop.Insights.egress.svg']);
  expect(readFileSync(join(directory, 'Shop.Insights.egress-2.svg'), 'utf8')).toContain('<title>service Shop/Second: ');
});

test('a daemon has the drawing of its instances', () => {
  const stack = new Stack(new App(), 'Shop');
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 1, natGateways: 1 });
  const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
  cluster.addCapacity('Capacity', { instanceType: new ec2.InstanceType('t3.medium') });
  new PostmanInsightsDaemon(stack, 'Agents', { cluster, discovery: true, egressDiagram: true });
  expect(drawingsIn((stack.node.root as App).synth().directory)).toEqual(['Shop.Agents.egress.svg']);
});

test.each([
  ['without the property', {}],
  ['if the network is not checked', { egressDiagram: true, egressCheck: EgressCheck.OFF }],
])('nothing is drawn %s', (_name, props) => {
  const stack = new Stack(new App(), 'Shop');
  new PostmanInsightsSidecar(stack, 'Insights', { service: serviceIn(stack, 1), discovery: true, ...props });
  expect(drawingsIn((stack.node.root as App).synth().directory)).toEqual([]);
});
