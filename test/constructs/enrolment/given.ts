import { App, Stack, StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { PostmanAgentEnrolment, PostmanAgentEnrolmentMember, PostmanAgentEnrolmentMemberProps, PostmanAgentEnrolmentProps } from '../../../src';
import { ENV } from '../../given';

export const PLACES = [{ account: '111122223333', regions: ['eu-west-1', 'us-east-1'] }, { account: '444455556666', regions: ['eu-west-1'] }];
export const EXTERNAL_ID = 'postman-agent-4f7a';

export type Props = Partial<PostmanAgentEnrolmentProps>;
export type MemberProps = Partial<PostmanAgentEnrolmentMemberProps>;

/** @param props of the enrolment, maybe with things of its stack */
export function enrolment(props: Props | ((stack: Stack) => Props) = {}) {
  const stack = new Stack(new App(), 'Organization', { env: ENV });
  const given = typeof props === 'function' ? props(stack) : props;
  const places = 'placesFile' in given ? {} : { places: PLACES };
  const made = new PostmanAgentEnrolment(stack, 'Enrolment', { discovery: true, externalId: EXTERNAL_ID, ...places, ...given });
  return { stack, made };
}

export function member(props: MemberProps = {}, stackProps: StackProps = {}) {
  const stack = new Stack(new App(), 'Member', stackProps);
  const made = new PostmanAgentEnrolmentMember(stack, 'Member', {
    enrolmentAccount: '111122223333', enrolmentRegion: 'eu-west-1', homeRegion: 'eu-west-1', externalId: EXTERNAL_ID, ...props,
  });
  return { stack, made };
}

/** The resources of a type, by logical id. */
export function resources(stack: Stack, type: string): { readonly [id: string]: any } {
  return Template.fromStack(stack).findResources(type);
}

/** The only resource of a type, or the only one whose id matches. */
export function only(stack: Stack, type: string, id = /^/): any {
  const found = Object.entries(resources(stack, type)).filter(([name]) => id.test(name));
  expect(found.map(([name]) => name)).toHaveLength(1);
  return found[0][1];
}

/** A value of a template with `<logical id>` or `<logical id>.<attribute>` in the place of references. */
export function plain(value: any): any {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  const [[name, argument] = ['', undefined]] = Object.entries<any>(value);
  if (name === 'Fn::Join') return (plain(argument[1]) as string[]).join(argument[0]);
  if (name === 'Ref') return argument === 'AWS::Partition' ? 'aws' : `<${argument.replace(/[0-9A-F]{8}$/, '')}>`;
  if (name === 'Fn::GetAtt') return `<${argument[0].replace(/[0-9A-F]{8}$/, '')}.${argument[1]}>`;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}

/** The definition of the state machine. */
export function definition(stack: Stack): any {
  return JSON.parse(plain(only(stack, 'AWS::StepFunctions::StateMachine').Properties.DefinitionString));
}

/** The statements of all policies of a role, inline or not. */
export function statementsOf(stack: Stack, role: RegExp): any[] {
  const all = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap(type => Object.values(resources(stack, type)));
  return all.filter(({ Properties }) => Properties.Roles.some((one: any) => role.test(plain(one))))
    .flatMap(({ Properties }) => plain(Properties.PolicyDocument.Statement));
}
