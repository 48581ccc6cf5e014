import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { BUCKET, EXTERNAL_ID, HOME, HOME_REGION } from './network';
import { EnrolmentMode, PostmanAgentEnrolment } from '../../../src';

export interface MachineOptions {
  readonly maxConcurrency: number;
  readonly toleratedFailurePercentage: number;
  readonly places: readonly { readonly account: string; readonly regions: readonly string[] }[];
}

const made = new Map<string, string>();

/** The definition of the state machine that the construct makes. */
export function definitionOf(options: MachineOptions): string {
  const key = JSON.stringify(options);
  const definition = made.get(key) ?? synthesized(options);
  made.set(key, definition);
  return definition;
}

function synthesized({ maxConcurrency, toleratedFailurePercentage, places }: MachineOptions): string {
  const stack = new Stack(new App(), 'Enrolment', { env: { account: HOME, region: HOME_REGION } });
  new PostmanAgentEnrolment(stack, 'Enrolment', {
    places: places.map(({ account, regions }) => ({ account, regions: [...regions] })),
    discovery: true, externalId: EXTERNAL_ID, mode: EnrolmentMode.ENROL, maxConcurrency, toleratedFailurePercentage, topic: new sns.Topic(stack, 'Told'),
    events: false,
  });
  const [machine] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  const [, parts] = machine.Properties.DefinitionString['Fn::Join'] as [string, readonly (string | Readonly<Record<string, unknown>>)[]];
  return parts.map(part => typeof part === 'string' ? part : deployed(part)).join('');
}

/** What a reference is after the deployment. */
function deployed(reference: Readonly<Record<string, unknown>>): string {
  const name = String(reference.Ref ?? (reference['Fn::GetAtt'] as readonly string[])[0]);
  if (name === 'AWS::Partition') return 'aws';
  if (name.startsWith('EnrolmentBucket')) return BUCKET;
  return `arn:aws:${name.startsWith('Told') ? 'sns' : 'lambda'}:${HOME_REGION}:${HOME}:${name}`;
}
