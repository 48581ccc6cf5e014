import * as fc from '../random';
import { mutated, mutations, oddText, RUNS, textOf } from './outside';
import { GENERATIONS, readLog } from '../../src/agent';
import { Failure, lastPart, parseCluster, parseRegion, parseRevision, parseService, placeOf } from '../../src/aws';
import { applies, isLike, statementsIn } from '../../src/aws/reads/policy-statements';
import { agentRequest } from '../../src/cli/agent-options';
import { parseDuration } from '../../src/cli/duration';
import { secretFieldOf, secretOf } from '../../src/cli/edit-flags';
import { plainJson, plainLine } from '../../src/cli/plain-text';
import { correctionOf } from '../../src/cli/postman-usage';
import { proxiesOf } from '../../src/cli/proxy-environment';
import { wrapLine } from '../../src/cli/width';
import {
  agentsIn, changesBetween, isSameTask, Json, JsonObject, parseJson, printJson, registrable, seeAgent, shownChange, withoutAgent, withoutKey,
} from '../../src/edit';
import { Ec2 } from '../aws/network/ec2';
import { account, fargate, onHosts, readerOf, verdictOf } from '../aws/network/given';
import { taskDefinitionBody } from '../fakes';

/** What a parser answers; a wrong text is an error for the user, and never a crash. */
function accepted<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    expect(error.kind).toBe('usage');
    return undefined;
  }
}

const ARN = ['arn', ':', 'aws', 'aws-cn', 'ecs', 'eu-west-1', '123456789012', 'cluster/', 'service/', 'shop', 'orders', '/', 'task-definition/orders', ':7'];

describe('texts of the user', () => {
  test('any text is a cluster, a service, a region, or an error', () => {
    fc.assert(fc.property(textOf(...ARN), text => {
      for (const parsed of [accepted(() => parseCluster(text, '`--cluster`')), accepted(() => parseService(text, '`--service`'))]) {
        if (parsed === undefined) continue;
        expect(parsed.given).toBe(text);
        expect(parsed.name).toMatch(/^[A-Za-z0-9][\w-]{0,254}$/);
        if (parsed.place) expect(text.startsWith(`arn:${parsed.place.partition}:ecs:${parsed.place.region}:${parsed.place.account}:`)).toBe(true);
      }
      const region = accepted(() => parseRegion(text, 'Check it.'));
      if (region !== undefined) expect(region).toMatch(/^[a-z]{2}(-[a-z]+)+-\d+$/);
    }), RUNS);
  });

  test('any text is a duration of more than nothing, or an error', () => {
    fc.assert(fc.property(textOf('90', '5', 's', 'm', 'h', '0', '-', '.', 'e'), text => {
      const parsed = accepted(() => parseDuration(text, '--timeout'));
      if (parsed === undefined) return;
      expect(parsed).toBeGreaterThan(0);
      expect(Number.isSafeInteger(parsed)).toBe(true);
    }), RUNS);
  });

  test('any values of the flags of the agent are options, or an error', () => {
    const pair = textOf('KEY', '=', 'value', 'AKITA_', 'POSTMAN_API_KEY');
    const flags = fc.record({
      project: textOf('svc_', '0123456789abcdefABCDEF'),
      collection: textOf('12345678-', '6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11'), discoveryMode: fc.constant(true),
      environment: fc.array(pair, { maxLength: 3 }), traceTags: fc.array(pair, { maxLength: 3 }),
      rateLimit: textOf('1', '-', 'e', '.', '0'), capturePercent: textOf('1', '0', '-', '%'),
      proxy: textOf('http://', 'user:', '@', 'proxy', ':3128', '/'), hostAllow: fc.array(textOf('a', '(', ')', '+', '[', ']', '.*', '\\d'), { maxLength: 2 }),
      image: textOf('docker.postman.com/', 'postman-lc-agent', ':', 'latest', '@sha256:'),
      filter: oddText, interfaces: fc.array(oddText, { maxLength: 2 }), dataRegion: textOf('US', 'EU'),
    }, { requiredKeys: [] });
    fc.assert(fc.property(flags, given => {
      const request = accepted(() => agentRequest(given));
      if (request?.options.environment) expect(Object.keys(request.options.environment)).toHaveLength(given.environment!.length);
    }), RUNS);
  });

  test('any text is a secret, a field, a proxy, words of Postman\'s pages, or an error', () => {
    const proxies = fc.tuple(textOf('http://', 'user:', '@', 'proxy', ':3128'), textOf('10.0.0.0/8', ',', '.test', ':443'));
    const typed = fc.array(fc.oneof(oddText, fc.constantFrom('ecs', 'add', '--task')), { maxLength: 4 });
    fc.assert(fc.property(oddText, proxies, typed, (text, [proxy, exceptions], words) => {
      accepted(() => secretOf({ apiKeySecret: text }));
      accepted(() => secretFieldOf({ apiKeySecretField: text }));
      accepted(() => proxiesOf({ HTTPS_PROXY: proxy, NO_PROXY: exceptions })?.({ protocol: 'https:', host: 'a.test', port: 443 }));
      const correction = correctionOf(words, ['add']);
      if (correction !== undefined) expect(words.some(word => word.startsWith('--task') || word === 'add')).toBe(true);
    }), RUNS);
  });
});

describe('texts of AWS', () => {
  test('any text is taken for an ARN without a crash', () => {
    fc.assert(fc.property(textOf(...ARN), text => {
      expect(text.endsWith(lastPart(text))).toBe(true);
      expect(text.endsWith(parseRevision(text).short)).toBe(true);
      placeOf(text);
    }), RUNS);
  });

  test('any log is read, and what it shows is one line without control characters', () => {
    const line = textOf(
      '[ERROR] ', '[INFO] ', 'Invalid credentials', '{"message":"', '"}', 'Send SIGINT (Ctrl-C) to stop...', 'Postman Insights Agent', '2024-01-01 10:00:00 ',
      '\x1b[31m',
    );
    fc.assert(fc.property(fc.array(line, { maxLength: 20 }), fc.constantFrom(...GENERATIONS), (lines, generation) => {
      const reading = readLog(lines, generation);
      expect(['capturing', 'notCapturing', 'unknown']).toContain(reading.state);
      if (reading.line !== undefined) expect(reading.line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }), RUNS);
  });

  test('any text can be shown, in any width', () => {
    fc.assert(fc.property(textOf('::error::', '##[', '\x1b[31m', ' ', 'orders', '価'), fc.integer({ min: 1, max: 120 }), (text, columns) => {
      const shown = plainLine(text);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(wrapLine(shown, columns).join('').replaceAll(' ', '')).toBe(shown.replaceAll(' ', ''));
      expect(JSON.parse(plainJson(JSON.stringify({ [text]: text })))).toEqual(JSON.parse(JSON.stringify({ [text]: text })));
    }), RUNS);
  });
});

/** A task definition with an agent, and much else. */
const DEFINITION = parseJson(JSON.stringify({
  ...taskDefinitionBody('orders'),
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/orders:7', revision: 7, status: 'ACTIVE',
  containerDefinitions: [
    {
      name: 'web', image: 'nginx', essential: true, environment: [{ name: 'A', value: 'b' }],
      dependsOn: [{ containerName: 'postman-lc-agent', condition: 'START' }],
    },
    {
      name: 'postman-lc-agent', image: 'docker.postman.com/postman-lc-agent:latest', essential: false,
      entryPoint: ['/postman-lc-agent', 'apidump', '--collection', '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11', '--proxy', 'http://user:x@proxy:1'],
      environment: [{ name: 'POSTMAN_API_KEY', value: 'not-a-key' }],
      secrets: [{ name: 'POSTMAN_API_KEY', valueFrom: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AbCdEf:k::' }],
      logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'g', 'awslogs-stream-prefix': 'p' } }, restartPolicy: { enabled: true },
    },
  ],
  volumes: [{ name: 'v' }], tags: [{ key: 'postman:previous_revision', value: '6' }],
})) as JsonObject;

describe('policies', () => {
  const statement = fc.record({
    Effect: fc.constantFrom('Allow', 'Deny', ''),
    Action: fc.oneof(textOf('secretsmanager:', 'Get', '*', '?'), fc.array(textOf('*', 'secretsmanager:GetSecretValue'))),
    NotAction: textOf('*'), Resource: textOf('arn:', '*', ':secret:a', '?'), NotResource: textOf('*'), Condition: fc.jsonValue(),
  }, { requiredKeys: [] });
  const encoded = (value: object) => encodeURIComponent(Buffer.from(JSON.stringify(value)).toString());
  const policy = fc.oneof(fc.record({ Statement: fc.oneof(statement, fc.array(statement)) }).map(encoded), fc.json(), oddText);

  test('any policy of a role is read, or is none, and takes no time', () => {
    fc.assert(fc.property(policy, document => {
      for (const one of statementsIn(document) ?? []) expect(typeof applies(one, 'secretsmanager:GetSecretValue', `arn:${'a'.repeat(2000)}`)).toBe('boolean');
    }), RUNS);
  });

  test('wildcards are those of a regular expression', () => {
    const text = fc.stringMatching(/^[ab*?]{0,8}$/);
    fc.assert(fc.property(text, fc.stringMatching(/^[ab]{0,8}$/), (pattern, value) => {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
      expect([pattern, value, isLike(pattern, value)]).toEqual([pattern, value, expression.test(value)]);
    }), RUNS);
  });
});

describe('task definitions', () => {
  test('any task definition is read, edited and compared without a crash', () => {
    const whole = JSON.parse(printJson(DEFINITION));
    fc.assert(fc.property(mutations, changes => {
      const body = parseJson(JSON.stringify(mutated(whole, changes))) as JsonObject;
      const without = withoutAgent(registrable({ taskDefinition: body }));
      expect(agentsIn(without)).toEqual([]);
      for (const agent of agentsIn(body)) seeAgent(agent);
      for (const change of changesBetween(body, without)) shownChange(change);
      expect(isSameTask(body, body)).toBe(true);
      withoutKey(body);
    }), RUNS);
  });

  test('the JSON of a secret or an answer is the same after it was read and printed, or it is no JSON', () => {
    fc.assert(fc.property(fc.oneof(fc.json(), textOf('{', '}', '"a"', ':', '1.0', ',', '[', ']', 'null', '"__proto__"', '"\\u0000"')), text => {
      let value: Json;
      try {
        value = parseJson(text);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
        return;
      }
      expect(JSON.parse(printJson(value))).toEqual(JSON.parse(text));
    }), RUNS);
  });
});

describe('answers of EC2 and Route 53', () => {
  test('any answers give a verdict', async () => {
    await fc.assert(fc.asyncProperty(mutations, fc.constantFrom(fargate(), fargate('subnet-public', {}, true), onHosts('i-1')), async (changes, placement) => {
      const ec2 = new Ec2(account());
      const call = async (...given: Parameters<Ec2['call']>) => mutated(await ec2.call(...given) as object, changes);
      const [facts] = await readerOf(call as any).facts([placement]);
      expect(['reachable', 'unreachable', 'unknown']).toContain(verdictOf(facts).verdict);
    }), { ...RUNS, numRuns: Math.ceil(RUNS.numRuns / 3) });
  });
});
