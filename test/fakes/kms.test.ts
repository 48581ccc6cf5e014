import { clientOptions, hostCalled, withFakeAws } from './clients';
import { FakeAws } from './index';
import { client, commands } from '../../src/aws/calls/clients/kms';

/** Calls KMS with the command line's own client. */
async function describeKey(aws: FakeAws, KeyId: string): Promise<any> {
  return client(clientOptions(aws)).send(new commands.DescribeKeyCommand({ KeyId } as never) as never);
}

test('a key is found by its id, its ARN, an alias and the ARN of an alias', withFakeAws(async aws => {
  const Arn = aws.keys.add('1234', 'alias/postman');
  for (const id of ['1234', Arn, 'alias/postman', 'arn:aws:kms:eu-west-1:123456789012:alias/postman']) {
    expect(await describeKey(aws, id)).toMatchObject({ KeyMetadata: { Arn, KeyId: '1234' } });
  }
  await expect(describeKey(aws, 'alias/other')).rejects.toMatchObject({ name: 'NotFoundException' });
}));

test('a request by an alias is checked against the key, with the alias as a condition', withFakeAws(async aws => {
  const Resource = aws.keys.add('1234', 'alias/postman');
  aws.keys.add('5678', 'alias/other');
  const Condition = { StringEquals: { 'kms:RequestAlias': 'alias/postman' } };
  aws.allowOnly({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'kms:DescribeKey', Resource: Resource.replace('1234', '*'), Condition } });
  await describeKey(aws, 'alias/postman');
  for (const id of ['alias/other', '1234']) await expect(describeKey(aws, id)).rejects.toMatchObject({ name: 'AccessDeniedException' });
}));

test.each([
  ['eu-west-1', {}, 'kms.eu-west-1.amazonaws.com'],
  ['cn-north-1', {}, 'kms.cn-north-1.amazonaws.com.cn'],
  ['us-east-1', { useFipsEndpoint: true }, 'kms-fips.us-east-1.amazonaws.com'],
])('KMS of %s with %j has the address %s', async (region, options, hostname) => {
  expect(await hostCalled(client, new commands.DescribeKeyCommand({ KeyId: 'alias/postman' } as never), { region, ...options })).toBe(hostname);
});
