import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { withFakeAws } from './clients';

const run = promisify(execFile);
const caller = (client: string, command: string, input: object) =>
  `const sdk = require('@aws-sdk/client-${client.toLowerCase()}');`
  + `new sdk.${client}Client({}).send(new sdk.${command}(${JSON.stringify(input)}))`
  + '.then(({ $metadata, ...answer }) => console.log(JSON.stringify(answer)));';

test('a process calls the fakes if it has only their environment', withFakeAws(async aws => {
  aws.ecs.addCluster('c');
  const env = { PATH: process.env.PATH, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...aws.env, AWS_REGION: 'eu-west-1' };
  const { stdout } = await run(process.execPath, ['-e', caller('ECS', 'ListClustersCommand', {})], { env });
  expect(JSON.parse(stdout)).toEqual({ clusterArns: ['arn:aws:ecs:eu-west-1:123456789012:cluster/c'] });
}));

test('the environment sets no region, so a program without one fails', withFakeAws(async aws => {
  const env = { PATH: process.env.PATH, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...aws.env };
  const call = run(process.execPath, ['-e', caller('ECS', 'ListClustersCommand', {})], { env });
  await expect(call).rejects.toMatchObject({ stderr: expect.stringContaining('Region is missing') });
  expect(aws.calls).toEqual([]);
}));
