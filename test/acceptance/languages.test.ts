import { consumer } from '../../packages/consumers';
import { Context, deprecationsIn, recommendedFlags, synthesize, Synthesis, TYPES_CHECKED } from '../../packages/synthesis';
import { Language, LANGUAGES, NEWEST } from '../../packages/versions';
import { reported } from '../reported';

const MINUTE = 60_000;
const EXAMPLES = ['fargate', 'ec2'] as const;
const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
const CONTEXT = { collectionId: COLLECTION, apiKeySecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:postman/api-key-AbCdEf' };

/** What this aws-cdk-lib uses itself, whatever an app says: its Ec2TaskDefinition passes the property on to its base class. */
const OF_THE_FLOOR_ITSELF = ['aws-cdk-lib.aws_ecs.TaskDefinitionProps#inferenceAccelerators'];

type Cdk = 'floor' | 'newest';
const flags: { readonly [cdk in Cdk]: Context } = { floor: {}, newest: recommendedFlags() };

const known = new Map<string, Synthesis>();

/** Each app once for each aws-cdk-lib: with the flags of its own cdk.json, or as a new app of the newest CDK CLI has them. */
function synthesis(language: Language, example: string, cdk: Cdk): Synthesis {
  const key = `${language} ${example} ${cdk}`;
  if (!known.has(key)) known.set(key, synthesize(consumer(language, cdk), example, { ...flags[cdk], ...CONTEXT }));
  return known.get(key)!;
}

/** Messages of one kind, by the path of their construct. */
function annotations({ metadata }: Synthesis, kind: 'warning' | 'error' | 'info'): string[] {
  return Object.entries(metadata).flatMap(([path, entries]) => entries.filter(({ type }) => type === `aws:cdk:${kind}`).map(({ data }) => `${path}: ${data}`));
}

function verdicts({ metadata }: Synthesis): any[] {
  return Object.values(metadata).flat().filter(({ type }) => type === 'cdk-postman-live-collection:egress').flatMap(({ data }) => Object.values(data));
}

/**
 * What versions of the CDK write in more ways than one: the hash of a function's code, which is the CDK's own, and a list of no
 * load balancers, which newer ones spell out.
 */
function comparable(templates: Synthesis['templates']): unknown {
  return JSON.parse(JSON.stringify(templates).replace(/[0-9a-f]{64}/g, '<asset>'), (key, value) => key === 'LoadBalancers' && value.length === 0 ? undefined : value);
}

describe.each(LANGUAGES)('%s', language => {
  describe.each(EXAMPLES)('the %s example', example => {
    test.each<Cdk>(['floor', 'newest'])('synthesizes beside the %s of aws-cdk-lib, with nothing deprecated and without a warning', cdk => reported({ language, example, step: cdk }, () => {
      const made = synthesis(language, example, cdk);
      expect({ status: made.status, output: made.status === 0 ? '' : made.output }).toEqual({ status: 0, output: '' });
      expect(deprecationsIn(made.output)).toEqual(cdk === 'floor' && example === 'ec2' ? OF_THE_FLOOR_ITSELF : []);
      expect(annotations(made, 'warning')).toEqual([]);
      expect(verdicts(made)).toEqual([expect.objectContaining({ verdict: 'reachable' })]);
    }), 2 * MINUTE);

    test('gives the template that TypeScript gives', () => reported({ language, example, step: 'as in TypeScript' }, () => {
      const { templates } = synthesis(language, example, 'floor');
      expect(Object.keys(templates)).toHaveLength(1);
      expect(templates).toEqual(synthesis('typescript', example, 'floor').templates);
    }), 2 * MINUTE);
  });

  test('is refused a network without a way out, with the same words', () => reported({ language, example: 'fargate', step: 'refused' }, () => {
    const { status, output, templates } = synthesize(consumer(language, 'floor'), 'fargate', { ...CONTEXT, natGateways: '0' }, TYPES_CHECKED);
    expect(status).not.toBe(0);
    expect(templates).toEqual({});
    // Maven's plugin marks every line. Once or twice: jsii's runtimes show the error of Node and then their own.
    const text = output.replace(/^\[ERROR\] /gm, '');
    expect(text.split('have no way out to the internet').length - 1).toBeLessThanOrEqual(2);
    expect(text).toContain([
      '  [HelloFargate/Lca] The tasks of service HelloFargate/Service have no way out to the internet, so that ECS cannot start them with the agent or the agent cannot reach Postman:',
      '  - Subnet HelloFargate/Vpc/IsolatedSubnet1 has no route to the internet; its only route is the VPC\'s local route.',
      '  - Subnet HelloFargate/Vpc/IsolatedSubnet2 has no route to the internet; its only route is the VPC\'s local route. Add a NAT gateway in a public subnet and a route 0.0.0.0/0 to it, or place the tasks in subnets with such a route.',
      '  - Before the task starts: ECS uses the same interface to pull the image and read the secret, so tasks cannot start. Fixing internet access fixes both.',
      `  To deploy it nevertheless, set \`${language === 'python' ? 'egress_check' : 'egressCheck'}\` to \`EgressCheck.WARN\`.`,
    ].join('\n'));
  }), 2 * MINUTE);

  test('is told of a bad property by the name that it wrote', () => {
    const { status, output } = synthesize(consumer(language, 'floor'), 'fargate', { ...CONTEXT, collectionId: 'orders' }, TYPES_CHECKED);
    expect(status).not.toBe(0);
    expect(output).toMatch(new RegExp(`HelloFargate/Lca: \`${language === 'python' ? 'collection_id' : 'collectionId'}\` must be \`<owner>-<uuid>\`.*, got: orders`));
  }, 2 * MINUTE);
});

describe('beside the newest aws-cdk-lib of all registries', () => {
  // The newest of the registries are not the same version; what they make is.
  test.each(LANGUAGES.flatMap(language => EXAMPLES.map(example => [language, NEWEST[language], example] as const)))('%s with %s gives the %s template that TypeScript gives', (language, _, example) => {
    expect(comparable(synthesis(language, example, 'newest').templates)).toEqual(comparable(synthesis('typescript', example, 'newest').templates));
  });
});
