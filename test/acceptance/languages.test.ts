import { spawnSync } from 'node:child_process';
import { consumer } from '../../packages/consumers';
import { testExamples } from '../../packages/example-tests';
import { Context, deprecationsIn, recommendedFlags, synthesize, Synthesis, TYPES_CHECKED } from '../../packages/synthesis';
import { Language, LANGUAGES, NEWEST } from '../../packages/versions';
import { reported } from '../reported';
import { EXAMPLES } from './examples';

const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
const CONTEXT = { collectionId: COLLECTION, apiKeySecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:postman/api-key-AbCdEf' };

/** Deprecated properties that this aws-cdk-lib uses itself: its Ec2TaskDefinition always passes this one on to its base class. */
const OF_THE_FLOOR_ITSELF = ['aws-cdk-lib.aws_ecs.TaskDefinitionProps#inferenceAccelerators'];

/** The examples that have an Ec2TaskDefinition. */
const ON_EC2: readonly string[] = ['ec2', 'daemon'];

type Cdk = 'floor' | 'newest';
const flags: { readonly [cdk in Cdk]: Context } = { floor: {}, newest: recommendedFlags() };

/** How many tests each example has, for its users to copy. They are the same in every language. */
const TESTS: { readonly [example in typeof EXAMPLES[number]]: number } = {
  'hello': 3, 'fargate': 3, 'ec2': 2, 'insights': 4, 'every-service': 5, 'scheduled-task': 2, 'daemon': 4, 'existing-service': 3, 'organisation': 2,
};

/**
 * `make prove` runs every example in every language, also beside the newest CDK. Each run takes seconds, so `make test` runs one for each agent;
 * examples.test.ts synthesizes the others in TypeScript.
 */
const IS_ALL = process.env.EXAMPLES === 'all';
const RUN: readonly string[] = IS_ALL ? EXAMPLES : ['fargate', 'insights'];

function isWithNewest(language: Language, example: string): boolean {
  return example === 'fargate' || (IS_ALL && (language === 'typescript' || example === 'ec2'));
}

const known = new Map<string, Synthesis>();

/** Synthesizes each app once for each aws-cdk-lib: with the flags of its own cdk.json, or with those of a new app of the newest CDK CLI. */
function synthesis(language: Language, example: string, cdk: Cdk): Synthesis {
  const key = `${language} ${example} ${cdk}`;
  if (!known.has(key)) known.set(key, synthesize(consumer(language, cdk), example, { ...flags[cdk], ...CONTEXT }));
  return known.get(key)!;
}

/** The messages of one kind, each with the path of its construct. */
function annotations({ metadata }: Synthesis, kind: 'warning' | 'error' | 'info'): string[] {
  return Object.entries(metadata).flatMap(([path, entries]) => entries.filter(({ type }) => type === `aws:cdk:${kind}`).map(({ data }) => `${path}: ${data}`));
}

function verdicts({ metadata }: Synthesis): any[] {
  return Object.values(metadata).flat().filter(({ type }) => type === 'cdk-postman-live-collection:egress').flatMap(({ data }) => Object.values(data));
}

/**
 * The templates without what differs between versions of the CDK: the hash of the code of the CDK's own functions, and an empty list
 * of load balancers, which only newer versions write.
 */
function comparable(templates: Synthesis['templates']): unknown {
  const withoutHashes = JSON.stringify(templates).replace(/[0-9a-f]{64}/g, '<asset>');
  return JSON.parse(withoutHashes, (key, value) => key === 'LoadBalancers' && value.length === 0 ? undefined : value);
}

/** jsii lets any object pass for an interface. */
const WRONG_KINDS = `
from aws_cdk import App, Stack, aws_ec2 as ec2, aws_ecs as ecs, aws_secretsmanager as secretsmanager, aws_ssm as ssm
from cdk_postman_live_collection import PostmanInsightsSidecar
stack = Stack(App(), "Shop")
cluster = ecs.Cluster(stack, "Cluster", vpc=ec2.Vpc(stack, "Vpc", max_azs=1))
task_definition = ecs.FargateTaskDefinition(stack, "Task")
service = ecs.FargateService(stack, "Service", cluster=cluster, task_definition=task_definition)
parameter = ssm.StringParameter.from_secure_string_parameter_attributes(stack, "Key", parameter_name="/postman/key")
wrong = [ecs.Secret.from_ssm_parameter(parameter), parameter, secretsmanager.CfnSecret(stack, "Cfn")]
for number, value in enumerate(wrong):
    try:
        PostmanInsightsSidecar(stack, f"Agent{number}", service=service, discovery=True, api_key_secret=value)
    except Exception as error:
        print(str(error).split("\\n")[0])
`;

describe.each(LANGUAGES)('%s', language => {
  describe.each(RUN)('the %s example', example => {
    const name = `the ${example} example in ${language}`;

    const cdks: readonly Cdk[] = isWithNewest(language, example) ? ['floor', 'newest'] : ['floor'];

    test.each(cdks)(`${name} has no warning and no deprecation with the %s aws-cdk-lib`, cdk => reported({ language, example, step: cdk }, () => {
      const made = synthesis(language, example, cdk);
      expect({ status: made.status, output: made.status === 0 ? '' : made.output }).toEqual({ status: 0, output: '' });
      expect(deprecationsIn(made.output)).toEqual(cdk === 'floor' && ON_EC2.includes(example) ? OF_THE_FLOOR_ITSELF : []);
      expect(annotations(made, 'warning')).toEqual([]);
      const reachable = expect.objectContaining({ verdict: 'reachable' });
      // The networks of services that run already are judged in the account.
      const wanted: { readonly [of: string]: readonly unknown[] } = { 'every-service': [reachable, reachable], 'existing-service': [], 'organisation': [] };
      expect(verdicts(made)).toEqual(wanted[example] ?? [reachable]);
    }));

    test(`${name} gives the same template as in TypeScript`, () => reported({ language, example, step: 'as in TypeScript' }, () => {
      const { templates } = synthesis(language, example, 'floor');
      expect(Object.keys(templates)).toHaveLength(example === 'organisation' ? 2 : 1);
      expect(templates).toEqual(synthesis('typescript', example, 'floor').templates);
    }));
  });

  const refused = { language, example: 'fargate', step: 'refused' };
  test(`synthesis in ${language} refuses a network without a way out, with the same message as in TypeScript`, () => reported(refused, () => {
    const { status, output, templates } = synthesize(consumer(language, 'floor'), 'fargate', { ...CONTEXT, natGateways: '0' }, TYPES_CHECKED);
    expect(status).not.toBe(0);
    expect(templates).toEqual({});
    // Maven's plugin starts every line with a mark. jsii's runtimes show the error of Node, and then may show their own.
    const text = output.replace(/^\[ERROR\] /gm, '');
    expect(text.split('have no way out to the internet').length - 1).toBeLessThanOrEqual(2);
    expect(text).toContain([
      '  [HelloFargate/Lca] The tasks of service HelloFargate/Service have no way out to the internet, '
      + 'so ECS cannot start them with the agent, or the agent cannot reach Postman at api.observability.postman.com:',
      '  - Subnet HelloFargate/Vpc/IsolatedSubnet1 has no route to the internet; its only route is the VPC\'s local route.',
      '  - Subnet HelloFargate/Vpc/IsolatedSubnet2 has no route to the internet; its only route is the VPC\'s local route. '
      + 'Add a NAT gateway in a public subnet and a route 0.0.0.0/0 to it, or place the tasks in subnets with such a route.',
      '  - Before the task starts: ECS uses the same interface to pull the image and read the API key, so tasks cannot start. '
      + 'Fixing internet access fixes both.',
      `  To deploy it nevertheless, set \`${language === 'python' ? 'egress_check' : 'egressCheck'}\` to \`EgressCheck.WARN\`.`,
    ].join('\n'));
  }));

  // In Java it is the name of TypeScript.
  const named = IS_ALL || language !== 'java' ? test : () => {};
  named(`the error about a wrong property in ${language} has the property's name in that language`, () => {
    const { status, output } = synthesize(consumer(language, 'floor'), 'fargate', { ...CONTEXT, collectionId: 'orders' }, TYPES_CHECKED);
    expect(status).not.toBe(0);
    const name = language === 'python' ? 'collection_id' : 'collectionId';
    expect(output).toMatch(new RegExp(`HelloFargate/Lca: \`${name}\` must be \`<owner>-<uuid>\`.*, got: orders`));
  });
});

describe.each(LANGUAGES)('the tests of the examples in %s', language => {
  const tested = IS_ALL ? EXAMPLES : (['hello', 'fargate'] as const);

  const cdks: readonly Cdk[] = IS_ALL ? ['floor', 'newest'] : ['floor'];

  test.each(cdks)(`the tests that users copy from the examples in ${language} pass with the %s aws-cdk-lib`, async cdk => {
    const { status, output, passed } = testExamples(consumer(language, cdk), tested);
    const check = () => {
      expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
      expect(passed).toBe(tested.reduce((sum, example) => sum + TESTS[example], 0));
    };
    for (const example of tested) await reported({ language, example, step: `its tests, ${cdk}` }, check);
  });
});

test('objects of another kind that Python may pass give an error that names the property and what to pass', () => {
  const { environment } = consumer('python', 'floor');
  const { status, stdout, stderr } = spawnSync('python3', ['-c', WRONG_KINDS], { encoding: 'utf8', env: { ...process.env, ...environment } });
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  const wanted = '`api_key_secret` must be a secret of Secrets Manager (`secretsmanager.ISecret`), got: ';
  const asParameter = 'as `api_key_parameter`.';
  expect(stdout.trim().split('\n')).toEqual([
    expect.stringContaining(`Shop/Agent0: ${wanted}an object with arn, grantRead; pass the parameter that this \`ecs.Secret\` was made from ${asParameter}`),
    expect.stringContaining(`Shop/Agent1: ${wanted}the construct Shop/Key; pass a parameter of Systems Manager ${asParameter}`),
    expect.stringContaining(`Shop/Agent2: ${wanted}the construct Shop/Cfn; use Secret.from_secret_complete_arn with the \`ref\` of this resource`),
  ]);
});

describe('beside the newest aws-cdk-lib of all registries', () => {
  // The registries do not all have the same newest version, but the templates must be the same.
  const cases = LANGUAGES.flatMap(language => EXAMPLES.map(example => [language, NEWEST[language], example] as const))
    .filter(([language, , example]) => isWithNewest(language, example));

  test.each(cases)('%s with aws-cdk-lib %s gives the same template for the %s example as TypeScript', (language, _, example) => {
    expect(comparable(synthesis(language, example, 'newest').templates)).toEqual(comparable(synthesis('typescript', example, 'newest').templates));
  });
});
