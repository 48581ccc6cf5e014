import { Hints } from '../../aws';
import { STACK_WORDS, Words } from '../../preflight';
import { STACK_HINTS } from '../stack-hints';

/** The words of a construct, for services that it enrols. */
export const ENROLMENT_WORDS: Words = { ...STACK_WORDS, agent: () => '`PostmanAgentEnrolment`' };

/** The ways out of an error that a platform team has. */
export const ENROLMENT_HINTS: Hints = {
  ...STACK_HINTS,
  region: 'Run the function in a region.',
  regionForm: 'Check `places`.',
  cluster: 'It may have been deleted meanwhile.',
  credentials: () => 'Check the role of the member account.',
  expired: () => 'Check the role of the member account.',
  silentCredentials: () => 'Check the role of the member account.',
  permissions: 'the role that `PostmanAgentEnrolmentMember` makes has all permissions that are needed; check for a permissions boundary, or for a policy of the organization',
  newSecret: 'Create it in this account and region, or name another one with `apiKeySecretName`.',
  newParameter: 'Create it in this account and region, or name another one with `apiKeyParameterName`.',
  nameSecret: which => `name ${which} with \`apiKeySecretName\``,
  status: 'Run `npx postman-live-collection ecs status` in this account to check it.',
  again: 'start the state machine again',
};
