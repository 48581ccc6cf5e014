import { startTasks, takeMessages } from '../../src/permissions';

const SERVICE = 'arn:aws:ecs:eu-west-1:123456789012:service/shop/orders';
const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:queue.fifo';

test('new tasks need three actions, only on the services; no role is passed, and no key is read', () => {
  expect(startTasks([SERVICE])).toEqual({ actions: ['ecs:DescribeServices', 'ecs:ListServiceDeployments', 'ecs:UpdateService'], resources: [SERVICE] });
});

test('messages are taken from the one queue', () => {
  expect(takeMessages(QUEUE)).toEqual({ actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], resources: [QUEUE] });
});
