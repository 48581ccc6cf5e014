import { existingServiceIn, KNOWN_LATER } from '../../src/preflight';

const HERE = { region: 'eu-west-1', account: '123456789012' };
const arn = (resource: string) => `arn:aws:ecs:eu-west-1:123456789012:${resource}`;
const CLUSTER_FORM = '(arn:aws:ecs:<region>:<account>:cluster/<name>)';
const show = (value: unknown) => JSON.stringify(value);
const of = (serviceArn: unknown, clusterArn?: unknown, here: object = HERE) => existingServiceIn({ serviceArn, clusterArn }, here, show);

describe('the service in the ARNs that a user gives', () => {
  test.each<[string, unknown, unknown, string, string]>([
    ['the long form', arn('service/shop/orders'), undefined, 'shop', 'orders'],
    ['the long form with its cluster', arn('service/shop/orders'), arn('cluster/shop'), 'shop', 'orders'],
    ['the old form with the cluster', arn('service/orders'), arn('cluster/shop'), 'shop', 'orders'],
    ['another partition', arn('service/shop/orders').replace('aws', 'aws-us-gov'), undefined, 'shop', 'orders'],
    ['an ARN that is known later', KNOWN_LATER, undefined, '*', '*'],
    ['an ARN that is known later, with its cluster', KNOWN_LATER, arn('cluster/shop'), 'shop', '*'],
    ['a cluster that is known later', arn('service/shop/orders'), KNOWN_LATER, 'shop', 'orders'],
    ['the old form with a cluster that is known later', arn('service/orders'), KNOWN_LATER, '*', 'orders'],
  ])('%s', (_, serviceArn, clusterArn, cluster, service) => {
    expect(of(serviceArn, clusterArn)).toEqual({ cluster, service });
  });

  test('is not compared with the stack if the region and account of the stack are known later', () => {
    expect(of(arn('service/shop/orders').replace('eu-west-1', 'us-gov-west-1'), undefined, {})).toEqual({ cluster: 'shop', service: 'orders' });
  });

  const form = 'must be the ARN of an ECS service (arn:aws:ecs:<region>:<account>:service/<cluster>/<name>), got:';
  test.each<[string, unknown, unknown, string]>([
    ['a name', 'orders', undefined, `\`serviceArn\` ${form} "orders".`],
    ['no text', 5, undefined, `\`serviceArn\` ${form} 5.`],
    ['three names', arn('service/a/b/c'), undefined, `\`serviceArn\` ${form} "${arn('service/a/b/c')}".`],
    ['an ARN without an account', 'arn:aws:ecs:eu-west-1::service/a/b', undefined, `\`serviceArn\` ${form} "arn:aws:ecs:eu-west-1::service/a/b".`],
    ['a name that ECS does not take', arn('service/shop/or ders'), undefined, `\`serviceArn\` ${form} "${arn('service/shop/or ders')}".`],
    ['the ARN of a service as the cluster', arn('service/shop/orders'), arn('service/shop/orders'),
      `\`clusterArn\` must be the ARN of an ECS cluster ${CLUSTER_FORM}, got: "${arn('service/shop/orders')}".`],
    ['another region', arn('service/shop/orders').replace('eu-west-1', 'us-east-1'), undefined,
      '`serviceArn` is of region us-east-1, and the stack is of eu-west-1. Add the agent in a stack of the service\'s region.'],
    ['another account of the cluster', arn('service/shop/orders'), arn('cluster/shop').replace('123456789012', '210987654321'),
      '`clusterArn` is of account 210987654321, and the stack is of 123456789012. Add the agent in a stack of the service\'s account.'],
    ['another cluster', arn('service/shop/orders'), arn('cluster/other'),
      '`serviceArn` is of cluster shop, and `clusterArn` of cluster other. Leave `clusterArn` out.'],
    ['the old form without a cluster', arn('service/orders'), undefined,
      `\`serviceArn\` does not have the cluster's name, got: "${arn('service/orders')}". Set \`clusterArn\`, too.`],
  ])('%s is refused, with what was found and the way out', (_, serviceArn, clusterArn, problem) => {
    expect(of(serviceArn, clusterArn)).toEqual({ problem });
  });
});
