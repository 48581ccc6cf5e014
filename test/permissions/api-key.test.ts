import * as fc from 'fast-check';
import { readApiKey } from '../../src/permissions';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman/api-key';
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1';

describe('reading the API key', () => {
  test('takes GetSecretValue on the complete ARN, and nothing else', () => {
    expect(readApiKey({ arn: `${ARN}-AbCdEf`, arnIsComplete: true, region: 'eu-west-1' })).toEqual([
      { actions: ['secretsmanager:GetSecretValue'], resources: [`${ARN}-AbCdEf`] },
    ]);
  });

  test('takes the six characters behind a name', () => {
    expect(readApiKey({ arn: ARN, arnIsComplete: false, region: 'eu-west-1' })).toEqual([
      { actions: ['secretsmanager:GetSecretValue'], resources: [`${ARN}-??????`] },
    ]);
  });

  test('takes Decrypt of a customer managed key, through Secrets Manager of the region alone', () => {
    expect(readApiKey({ arn: ARN, arnIsComplete: true, keyArn: KEY, region: 'eu-west-1' })[1]).toEqual({
      actions: ['kms:Decrypt'], resources: [KEY], conditions: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } },
    });
  });

  test('never takes every resource, nor any action but those two', () => {
    fc.assert(fc.property(fc.record({ arn: fc.constant(ARN), arnIsComplete: fc.boolean(), keyArn: fc.option(fc.constant(KEY), { nil: undefined }), region: fc.constantFrom('eu-west-1', 'cn-north-1') }), secret => {
      for (const { actions, resources } of readApiKey(secret)) {
        expect(['secretsmanager:GetSecretValue', 'kms:Decrypt']).toEqual(expect.arrayContaining([...actions]));
        expect(resources.join()).not.toContain('*');
      }
    }));
  });
});
