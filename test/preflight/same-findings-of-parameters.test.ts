import { Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { readParameter } from '../../src/aws/reads/parameter';
import { COMMAND_LINE_WORDS, Message, messagesOf } from '../../src/preflight';
import { ENV, fargate, sidecar, synthesize } from '../given';
import { loadClients, MovedAccount } from '../moved-clock/account';

const NAME = '/team/postman';
const OTHER = '999988887777';
const KEY = `arn:aws:kms:eu-west-1:${OTHER}:key/1`;

/** A parameter as both modes may find it: imported as that type, or described so. */
interface Given {
  readonly type: 'SecureString' | 'String';
  readonly name?: string;
  /** @default - the account of the tasks */
  readonly owner?: string;
  readonly keyId?: string;
}

beforeAll(loadClients);

function byConstruct({ type, name: parameterName = NAME, owner, keyId }: Given): string[] {
  const { app, stack, service } = fargate();
  const scope = owner === undefined ? stack : new Stack(app, 'Other', { env: { ...ENV, account: owner } });
  const encryptionKey = keyId === undefined ? undefined : kms.Key.fromKeyArn(scope, 'Kms', keyId);
  sidecar(service, {
    apiKeyParameter: type === 'String' ? ssm.StringParameter.fromStringParameterName(scope, 'Key', parameterName)
      : ssm.StringParameter.fromSecureStringParameterAttributes(scope, 'Key', { parameterName, encryptionKey }),
  });
  const { errors, messages } = synthesize(app);
  const said = [errors, ...messages.filter(({ level }) => level === 'warning').map(({ text }) => text)].join('\n');
  return [...new Set([...said.matchAll(/findings\.md#(\w+)/g)].map(([, id]) => id))].sort();
}

async function byCommandLine({ type, name = NAME, owner, keyId }: Given): Promise<string[]> {
  const moved = new MovedAccount();
  const arn = moved.aws.parameters.add(name, { type, owner, keyId });
  const place = { partition: 'aws', region: moved.aws.regionName, account: moved.aws.account };
  const { findings } = await readParameter(moved.process().account, owner === undefined ? name : arn, place);
  return messagesOf(findings, COMMAND_LINE_WORDS).map(({ id }: Message) => id.toLowerCase()).sort();
}

/** The command line reads what the policy of a key allows only from the simulation of the role. */
const compared = (ids: readonly string[]) => ids.filter(id => id !== 'encryptionkeynotgranted');

test.each<[string, Given, readonly string[]]>([
  ['a SecureString', { type: 'SecureString' }, []],
  ['a String', { type: 'String' }, ['apikeyparameter']],
  ['a secret by the name of a parameter', { type: 'SecureString', name: '/aws/reference/secretsmanager/key' }, ['apikeyparameter']],
  ['a SecureString of another account under the default key', { type: 'SecureString', owner: OTHER }, ['apikeyparameter']],
  ['a SecureString of another account with its own key', { type: 'SecureString', owner: OTHER, keyId: KEY }, ['parameterofotheraccount']],
])('both modes report the same ids for %s', async (_, given, ids) => {
  expect(compared(byConstruct(given))).toEqual(ids);
  expect(compared(await byCommandLine(given))).toEqual(ids);
});
