import { clientOptions, hostCalled, withFakeAws } from './clients';
import { FakeAws } from './index';
import { client, commands } from '../../src/aws/calls/clients/ssm';

/** Calls Systems Manager with the command line's own client. */
async function describe(aws: FakeAws, input: object, options: object = {}): Promise<any> {
  return client({ ...clientOptions(aws), ...options }).send(new commands.DescribeParametersCommand(input as never) as never);
}

/** The parameters of all pages. */
async function all(aws: FakeAws, input: object): Promise<any[]> {
  const found: any[] = [];
  for (let NextToken: string | undefined; ;) {
    const page = await describe(aws, { ...input, NextToken });
    found.push(...page.Parameters);
    if ((NextToken = page.NextToken) === undefined) return found;
  }
}

const named = (...Values: string[]) => ({ ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values }] });

test('parameters are found by their names, with type, ARN and key, and without a value', withFakeAws(async aws => {
  const ARN = aws.parameters.add('/team/postman', { keyId: 'alias/team' });
  aws.parameters.add('/team/name', { type: 'String' });
  const described = { Name: '/team/postman', ARN, Type: 'SecureString', KeyId: 'alias/team' };
  expect(await all(aws, named('/team/postman', '/other'))).toEqual([expect.objectContaining(described)]);
  const [text] = await all(aws, named('/team/name'));
  expect(text).toMatchObject({ ARN: 'arn:aws:ssm:eu-west-1:123456789012:parameter/team/name', Type: 'String' });
  expect(text).not.toHaveProperty('KeyId');
  expect(JSON.stringify(await all(aws, {}))).not.toContain('Value');
}));

test('a page may be empty although there are more', withFakeAws(async aws => {
  aws.parameters.add('/a');
  expect(await describe(aws, named('/a'))).toMatchObject({ Parameters: [], NextToken: expect.any(String) });
}));

test('a parameter of another account is found only if shared ones are asked for, by its ARN', withFakeAws(async aws => {
  const arn = aws.parameters.add('/a', { owner: '999988887777' });
  expect(await all(aws, named('/a'))).toEqual([]);
  expect((await all(aws, { Shared: true })).map(({ Name }) => Name)).toEqual([arn]);
}));

test('other filters are refused, and no action returns a value', withFakeAws(async aws => {
  await expect(describe(aws, { ParameterFilters: [{ Key: 'Owner', Values: ['a'] }] })).rejects.toMatchObject({ name: 'InvalidFilterKey' });
  await expect(describe(aws, { ParameterFilters: [{ Key: 'Name', Option: 'Near', Values: ['a'] }] })).rejects.toMatchObject({ name: 'InvalidFilterOption' });
  await expect(describe(aws, { NextToken: 'made-up' })).rejects.toMatchObject({ name: 'InvalidNextToken' });
  expect(Object.keys(aws.parameters.actions)).toEqual(['DescribeParameters']);
}));

test('IAM limits the descriptions to no parameter', withFakeAws(async aws => {
  const allow = (Resource: string) => aws.allowOnly({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'ssm:DescribeParameters', Resource } });
  allow('arn:aws:ssm:eu-west-1:123456789012:parameter/a');
  await expect(describe(aws, named('/a'))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  allow('*');
  await describe(aws, named('/a'));
}));

test.each([
  ['eu-west-1', {}, 'ssm.eu-west-1.amazonaws.com'],
  ['cn-north-1', {}, 'ssm.cn-north-1.amazonaws.com.cn'],
  ['us-east-1', { useFipsEndpoint: true }, 'ssm-fips.us-east-1.amazonaws.com'],
])('Systems Manager of %s with %j has the address %s', async (region, options, hostname) => {
  expect(await hostCalled(client, new commands.DescribeParametersCommand({} as never), { region, ...options })).toBe(hostname);
});
