import { policyDocument } from '../../src/permissions';

test('statements become a policy document in which every statement allows', () => {
  expect(policyDocument([{ actions: ['a:B'], resources: ['*'], conditions: { Bool: { c: 'true' } } }, { actions: ['d:E'], resources: ['f'] }])).toEqual({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['a:B'], Resource: ['*'], Condition: { Bool: { c: 'true' } } },
      { Effect: 'Allow', Action: ['d:E'], Resource: ['f'] },
    ],
  });
});
