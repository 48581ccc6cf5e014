import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { fargate } from '../../given';

export interface Widget {
  readonly type: 'text' | 'alarm' | 'metric';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: any;
}

/** A template's value as CloudFormation would put it in, with the logical ids in place of what only it knows. */
export function filledIn(value: any): any {
  if (Array.isArray(value)) return value.map(filledIn);
  if (typeof value !== 'object' || value === null) return value;
  if ('Ref' in value) return `<${value.Ref}>`;
  if ('Fn::GetAtt' in value) return `<${value['Fn::GetAtt'].join('.')}>`;
  if ('Fn::ImportValue' in value) return `<${filledIn(value['Fn::ImportValue'])}>`;
  if ('Fn::Join' in value) return value['Fn::Join'][1].map(filledIn).join(value['Fn::Join'][0]);
  if ('Fn::Split' in value) return filledIn(value['Fn::Split'][1]).split(value['Fn::Split'][0]);
  if ('Fn::Select' in value) return selected(filledIn(value['Fn::Select'][1]), Number(value['Fn::Select'][0]));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, filledIn(member)]));
}

function selected(list: readonly string[], index: number): string {
  if (index < list.length) return list[index];
  throw new Error(`Fn::Select cannot select item ${index} of ${JSON.stringify(list)}, and CloudFormation fails.`);
}

/** The resources of a type in a stack, by logical id. */
export function resources(stack: Stack, type: string): { readonly [id: string]: any } {
  const found = Template.fromStack(stack).findResources(type);
  return Object.fromEntries(Object.entries<any>(found).map(([id, { Properties }]) => [id, filledIn(Properties)]));
}

/** The widgets of the only dashboard in a stack. */
export function widgets(stack: Stack): readonly Widget[] {
  const [{ DashboardBody }] = Object.values(resources(stack, 'AWS::CloudWatch::Dashboard'));
  return JSON.parse(DashboardBody).widgets;
}

export function titles(stack: Stack): string[] {
  return widgets(stack).filter(({ type }) => type === 'metric').map(({ properties }) => properties.title);
}

/** The labels of the metrics in each graph, by its title. */
export function labels(stack: Stack): { readonly [title: string]: readonly string[] } {
  const graphs = widgets(stack).filter(({ type }) => type === 'metric');
  return Object.fromEntries(graphs.map(({ properties }) => [properties.title, properties.metrics.map((metric: any[]) => metric.at(-1).label)]));
}

/** The metrics of a graph, by its title. */
export function metrics(stack: Stack, title: string): any[][] {
  return widgets(stack).find(({ properties }) => properties.title === title)!.properties.metrics;
}

export function texts(stack: Stack): string {
  return widgets(stack).filter(({ type }) => type === 'text').map(({ properties }) => properties.markdown).join('\n');
}

/** A further service with a task definition of its own. */
export function another({ stack, cluster }: Pick<ReturnType<typeof fargate>, 'stack' | 'cluster'>, id: string, scope: Stack = stack): ecs.FargateService {
  const taskDefinition = new ecs.FargateTaskDefinition(scope, `${id}Task`, { memoryLimitMiB: 2048 });
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx') });
  return new ecs.FargateService(scope, id, { cluster, taskDefinition, minHealthyPercent: 100 });
}

export const ENHANCED = { containerInsightsV2: ecs.ContainerInsights.ENHANCED };
