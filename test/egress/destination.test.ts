import { startupOf } from '../../src/egress';

const ECR = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/agent:1';

describe('what ECS reads before the container starts', () => {
  test.each<[string, string | undefined, readonly string[] | undefined]>([
    ['an image of Amazon ECR', ECR, ['ecr.api', 'ecr.dkr', 's3']],
    ['an image asset', undefined, ['ecr.api', 'ecr.dkr', 's3']],
    ['an image of a registry of the user', 'mirror.example.com/agent:1', []],
    ['an image of a public registry', 'docker.postman.com/postman-lc-agent:latest', undefined],
    ['an image of Docker Hub', 'team/agent', undefined],
  ])('for %s comes over the endpoint of the service that keeps the key, and of no other such service', (_, image, others) => {
    for (const keyStore of ['secretsmanager', 'ssm']) {
      const { endpointServices } = startupOf({ image, logDriver: undefined, keyStore, region: 'eu-west-1', keyRegion: 'eu-west-1' });
      expect(endpointServices).toEqual(others && [keyStore, ...others]);
    }
  });

  test.each([
    ['secretsmanager', 'eu-west-1', ['secretsmanager.eu-west-1.amazonaws.com']], ['ssm', 'eu-west-1', ['ssm.eu-west-1.amazonaws.com']],
    ['ssm', 'cn-north-1', []], ['ssm', undefined, []],
  ])('needs the names of the registry and of %s in region %s', (keyStore, region, names) => {
    const needed = { logDriver: undefined, keyStore, region: 'eu-west-1', keyRegion: region };
    expect(startupOf({ image: 'team/agent', ...needed }).names).toEqual(['registry-1.docker.io', ...names]);
    expect(startupOf({ image: undefined, ...needed }).names).toEqual(names);
  });

  test('is read in the region of the key, whose services the endpoints of another region do not serve', () => {
    const { endpointServices, names } = startupOf({ image: ECR, logDriver: undefined, keyStore: 'ssm', region: 'eu-west-1', keyRegion: 'us-east-1' });
    expect(endpointServices).toEqual(['ssm in us-east-1', 'ecr.api', 'ecr.dkr', 's3']);
    expect(names).toContain('ssm.us-east-1.amazonaws.com');
    const unknown = startupOf({ image: ECR, logDriver: undefined, keyStore: 'ssm', region: 'eu-west-1', keyRegion: undefined });
    expect(unknown.endpointServices).toContain('ssm');
    expect(unknown.names).not.toEqual(expect.arrayContaining([expect.stringContaining('ssm.')]));
  });

  test('includes CloudWatch Logs only with the log driver awslogs', () => {
    const services = (logDriver: string | undefined) =>
      startupOf({ image: ECR, logDriver, keyStore: 'ssm', region: undefined, keyRegion: undefined }).endpointServices;
    expect(services('awslogs')).toEqual(['ssm', 'ecr.api', 'ecr.dkr', 's3', 'logs']);
    expect(services('json-file')).toEqual(['ssm', 'ecr.api', 'ecr.dkr', 's3']);
  });
});
