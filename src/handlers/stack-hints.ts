import { Hints } from '../aws';

/** The ways out of an error that the author of a stack has. */
export const STACK_HINTS: Hints = {
  region: 'Run the handler in a region.',
  regionForm: 'Check `serviceArn`.',
  cluster: 'Check `serviceArn` and `clusterArn`.',
  credentials: () => 'Check the role of the handler.',
  expired: () => 'Check the role of the handler.',
  silentCredentials: () => 'Check the role of the handler.',
  mfa: () => 'The handler cannot ask for it.',
  proxy: 'Check the network of the handler.',
  endpoint: 'Check the network of the handler.',
  permissions: 'the role of the handler has all permissions that the construct knows of; name the roles of the service in `passableRoles`',
  newSecret: 'Create it, and name it with `apiKeySecret`.',
  newParameter: 'Check its name and region.',
  nameSecret: which => `name ${which} with \`apiKeySecret\``,
  oneKey: 'Use one secret for all of them.',
  plan: 'Report this.',
  label: 'Move it with the AWS CLI.',
  status: 'Run `npx postman-live-collection ecs status` to check it.',
  again: 'deploy the stack again',
  daemon: 'The handler adds no daemon.',
  role: 'The handler makes no role.',
};
