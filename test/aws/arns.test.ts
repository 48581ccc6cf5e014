import { parseRegion, lastPart, parseCluster, parseRevision, parseService, placeOf, siblingRevision } from '../../src/aws/calls/arns';
import { Failure } from '../../src/aws/calls/failure';

const PLACE = { partition: 'aws', region: 'eu-west-1', account: '123456789012' };

test.each([
  ['shop', { given: 'shop', name: 'shop' }],
  ['arn:aws:ecs:eu-west-1:123456789012:cluster/shop', { name: 'shop', place: PLACE }],
  ['arn:aws-us-gov:ecs:us-gov-west-1:123456789012:cluster/shop', { name: 'shop', place: { partition: 'aws-us-gov', region: 'us-gov-west-1' } }],
  ['arn:aws-cn:ecs:cn-north-1:123456789012:cluster/a_b-c', { name: 'a_b-c', place: { partition: 'aws-cn' } }],
])('a cluster may be given as %s', (given, is) => {
  expect(parseCluster(given, 'The cluster')).toMatchObject({ given, ...is });
});

test.each([
  ['orders', { name: 'orders' }],
  ['arn:aws:ecs:eu-west-1:123456789012:service/shop/orders', { name: 'orders', cluster: 'shop', place: PLACE }],
  ['arn:aws:ecs:eu-west-1:123456789012:service/orders', { name: 'orders', place: PLACE }],
])('a service may be given as %s', (given, is) => {
  const parsed = parseService(given, 'The service');
  expect(parsed).toMatchObject({ given, ...is });
  expect('cluster' in parsed).toBe('cluster' in is);
});

const WRONG = [
  '', ' ', '-shop', 'a/b', 'a b', 'x'.repeat(256), 'arn:aws:ecs', 'arn:aws:ecs:eu-west-1:123456789012:cluster/', 'arn:aws:ecs:eu-west-1:12345:cluster/shop',
  'arn:aws:ecs:EU-WEST-1:123456789012:cluster/shop', 'arn:aws:ecs::123456789012:cluster/shop', 'arn:gcp:ecs:eu-west-1:123456789012:cluster/shop',
  'arn:aws:eks:eu-west-1:123456789012:cluster/shop',
  'arn:aws:ecs:eu-west-1:123456789012:service/a/b/c', 'ARN:aws:ecs:eu-west-1:123456789012:cluster/shop',
];
test.each(WRONG)('%p is neither a cluster nor a service', given => {
  for (const [parse, called] of [[parseCluster, 'The cluster'], [parseService, 'The service']] as const) {
    try {
      parse(given, called);
      throw new Error('nothing was thrown');
    } catch (error) {
      expect(error).toBeInstanceOf(Failure);
      expect(error).toMatchObject({ kind: 'usage', message: expect.stringMatching(`^${called} must be the ARN`) });
      expect((error as Failure).message).toContain(`got: ${given || '(nothing)'}`);
    }
  }
});

test.each(['eu-west-1', 'us-gov-east-1', 'ap-southeast-12', 'us-iso-east-1'])('%s has the form of a region', region => {
  expect(parseRegion(region, '')).toBe(region);
});

test.each(['', 'eu', 'eu-west', 'EU-WEST-1', 'eu-west-1a', 'eu-west-1.evil.example'])('%p does not have the form of a region', region => {
  expect(() => parseRegion(region, 'Check it.')).toThrow(Failure);
  expect(() => parseRegion(region, 'Check it.')).toThrow(/ Check it\.$/);
});

test('the family and revision are read from an ARN, and the ARN of another revision is made from it', () => {
  const arn = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/orders-2:17';
  expect(parseRevision(arn)).toEqual({ family: 'orders-2', revision: 17, short: 'orders-2:17' });
  expect(siblingRevision(arn, 3)).toBe('arn:aws:ecs:eu-west-1:123456789012:task-definition/orders-2:3');
  expect(placeOf(arn)).toEqual(PLACE);
  expect(lastPart('arn:aws:iam::123456789012:role/a/path/execution')).toBe('execution');
});
