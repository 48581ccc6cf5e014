import { FakeAws } from './fake-aws';
import { RoleOptions } from './iam/iam';

/** An execution role that may read every secret. */
export const MAY_READ: RoleOptions = { inline: { key: { Statement: { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' } } } };

const SUBNETS = { private: 'addPrivateSubnet', public: 'addPublicSubnet', isolated: 'addIsolatedSubnet' } as const;

export interface Surroundings {
  /** @default 'private' */
  readonly subnet?: keyof typeof SUBNETS;
  /** Whether the execution role may read secrets. @default true */
  readonly mayRead?: boolean;
  /** Of the secret `postman/api-key`. @default - there is no such secret */
  readonly secretValue?: string;
}

/** What a service needs to get the agent: the subnet `subnet-1`, the execution role `execution`, and the secret of the key. */
export function addSurroundings({ ec2, iam, secrets }: FakeAws, { subnet = 'private', mayRead = true, secretValue }: Surroundings = {}): void {
  ec2[SUBNETS[subnet]]('subnet-1');
  iam.addRole('execution', mayRead ? MAY_READ : {});
  if (secretValue !== undefined) secrets.add('postman/api-key', secretValue);
}
