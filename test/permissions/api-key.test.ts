import { readApiKey } from '../../src/permissions';
import * as fc from '../random';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman/api-key';
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1';

describe('the statements for reading the API key', () => {
  test('a secret with a complete ARN needs only GetSecretValue on that ARN', () => {
    expect(readApiKey({ store: 'secretsmanager', arn: `${ARN}-AbCdEf`, arnIsComplete: true, region: 'eu-west-1' })).toEqual([
      { actions: ['secretsmanager:GetSecretValue'], resources: [`${ARN}-AbCdEf`] },
    ]);
  });

  test('a secret that is known by its name needs GetSecretValue on the name and six more characters', () => {
    expect(readApiKey({ store: 'secretsmanager', arn: ARN, arnIsComplete: false, region: 'eu-west-1' })).toEqual([
      { actions: ['secretsmanager:GetSecretValue'], resources: [`${ARN}-??????`] },
    ]);
  });

  test('a customer managed key needs Decrypt, only through Secrets Manager of the region', () => {
    expect(readApiKey({ store: 'secretsmanager', arn: ARN, arnIsComplete: true, keyArn: KEY, region: 'eu-west-1' })[1]).toEqual({
      actions: ['kms:Decrypt'], resources: [KEY], conditions: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } },
    });
  });

  test('a parameter needs only GetParameters on its ARN, and Decrypt of its key, only through Systems Manager of the region', () => {
    const parameter = { store: 'ssm', arn: 'arn:aws:ssm:us-east-2:111122223333:parameter/team/key', arnIsComplete: true, region: 'us-east-2' } as const;
    expect(readApiKey(parameter)).toEqual([{ actions: ['ssm:GetParameters'], resources: [parameter.arn] }]);
    expect(readApiKey({ ...parameter, keyArn: KEY })).toEqual([{ actions: ['ssm:GetParameters'], resources: [parameter.arn] }, {
      actions: ['kms:Decrypt'], resources: [KEY], conditions: { StringEquals: { 'kms:ViaService': 'ssm.us-east-2.amazonaws.com' } },
    }]);
  });

  test('the statements never have a resource with `*`, nor an action other than those three', () => {
    const secrets = fc.record({
      store: fc.constantFrom('secretsmanager' as const, 'ssm' as const), arn: fc.constant(ARN), arnIsComplete: fc.boolean(),
      keyArn: fc.option(fc.constant(KEY), { nil: undefined }),
      region: fc.constantFrom('eu-west-1', 'cn-north-1'),
    });
    fc.assert(fc.property(secrets, secret => {
      for (const { actions, resources } of readApiKey(secret)) {
        expect(['secretsmanager:GetSecretValue', 'ssm:GetParameters', 'kms:Decrypt']).toEqual(expect.arrayContaining([...actions]));
        expect(resources.join()).not.toContain('*');
      }
    }));
  });
});
