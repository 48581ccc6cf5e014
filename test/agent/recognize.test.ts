import { GENERATIONS, recognizeAgent } from '../../src/agent';

describe('recognition of the agent', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  const known = [
    'docker.postman.com/postman-lc-agent', 'public.ecr.aws/postman/postman-insights-agent', 'docker.postman.com/postman-insights-agent',
    'public.ecr.aws/akitasoftware/akita-cli', 'akitasoftware/cli',
  ];

  /** An image with a tag or a digest, and in registries that mirror it. */
  const variantsOf = (image: string) => [
    image, `${image}:latest`, `${image}:1.2.3`, `${image}@${digest}`, `${image}:1@${digest}`, `mirror.example.com:5000/${image}`,
    `111122223333.dkr.ecr.eu-west-1.amazonaws.com/docker/${image.split('/').slice(1).join('/') || image}`,
  ].filter(name => !/amazonaws.com\/docker\/cli$/.test(name));

  test.each(known.flatMap(variantsOf))('the image %s is recognized as the agent', image => {
    expect(recognizeAgent({ image })).toBeDefined();
  });

  test.each([
    'postman-lc-agent', 'localhost/postman-lc-agent', 'localhost:5000/postman-lc-agent:2',
  ])('the image %s, which has no owner, is recognized as the agent', image => {
    expect(recognizeAgent({ image })).toBeDefined();
  });

  test.each([
    'nginx', 'example/my-postman-lc-agent', 'postman-lc-agent-wrapper', 'docker.postman.com/postman-lc-agent/other', 'amazon/cli', 'cli',
    'example.com/other/cli:1', '',
  ])('the image "%s" is not recognized as the agent', image => {
    expect(recognizeAgent({ image })).toBeUndefined();
  });

  test('the default image and the program of each generation are recognized as that generation', () => {
    for (const generation of GENERATIONS) {
      expect(recognizeAgent({ image: generation.image })).toBe(generation);
      expect(recognizeAgent({ image: 'registry.example.com/tools/collector:3', entryPoint: [generation.program, 'apidump'] })).toBe(generation);
      expect(recognizeAgent({ entryPoint: [generation.program] })).toBe(generation);
    }
  });
});
