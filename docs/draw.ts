import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { EgressCheck, PostmanInsightsSidecar } from '../src';

/** The style of every picture, unless its source overrides it. */
const STYLE = `
  graph [rankdir=LR fontname="Helvetica" fontsize=12 fontcolor="#57606a" bgcolor="white" color="#8c959f" style="rounded" labeljust=l nodesep=0.35 ranksep=0.7 pad=0.2]
  node [shape=box style="rounded,filled" fillcolor="#f6f8fa" color="#57606a" fontname="Helvetica" fontsize=12 margin="0.3,0.12"]
  edge [color="#57606a" fontname="Helvetica" fontsize=10 fontcolor="#57606a"]`;

/** The drawing that synthesis makes of a network with a NAT gateway whose tasks get no replies, since their network ACL does not let them in. */
function pathOfSynthesis(): string {
  const outdir = mkdtempSync(join(tmpdir(), 'drawing-'));
  try {
    const app = new App({ outdir });
    const stack = new Stack(app, 'Shop');
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
    const acl = new ec2.NetworkAcl(stack, 'Acl', { vpc, subnetSelection: { subnets: [vpc.privateSubnets[1]] } });
    const anywhere = { cidr: ec2.AclCidr.anyIpv4(), traffic: ec2.AclTraffic.tcpPort(443), ruleNumber: 100 };
    acl.addEntry('Out', { ...anywhere, direction: ec2.TrafficDirection.EGRESS });
    const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task', { cpu: 512, memoryLimitMiB: 1024 });
    taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable') });
    const service = new ecs.FargateService(stack, 'Orders', { cluster: new ecs.Cluster(stack, 'Cluster', { vpc }), taskDefinition, minHealthyPercent: 100 });
    new PostmanInsightsSidecar(stack, 'Insights', { service, discovery: true, egressDiagram: true, egressCheck: EgressCheck.WARN });
    app.synth();
    return readFileSync(join(outdir, 'Shop.Insights.egress.svg'), 'utf8');
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/**
 * Draws each `.dot` under this folder as an `.svg` beside it, and the picture of a synthesis. With `--check`, compares instead, and fails if one is out of
 * date.
 */
async function main(check: boolean): Promise<void> {
  const { instance } = await import('@viz-js/viz');
  const viz = await instance();
  const stale: string[] = [];
  const keep = (target: string, drawn: string) => {
    if (!check) writeFileSync(target, drawn);
    else if (!existsSync(target) || readFileSync(target, 'utf8') !== drawn) stale.push(target);
  };
  keep(join(__dirname, 'egress-diagram.svg'), pathOfSynthesis());
  for (const name of readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.dot'))) {
    const target = join(__dirname, name.replace(/dot$/, 'svg'));
    const text = readFileSync(join(__dirname, name), 'utf8').replace(/\{/, brace => brace + STYLE);
    keep(target, viz.renderString(text, { format: 'svg' }));
  }
  if (stale.length > 0) throw new Error(`Pictures are out of date: ${stale.join(', ')}. Run \`make pictures\`.`);
}

main(process.argv.includes('--check')).catch(error => {
  console.error((error as Error).message);
  process.exit(1);
});
