/** An agent that the demo shows. */
export type Agent = 'live-collection' | 'insights';

/** What `--agent` takes. */
export const AGENTS: readonly Agent[] = ['live-collection', 'insights'];

const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';

/** The example that the demo deploys for an agent. */
export interface ShownExample {
  /** Its folder, in each language. */
  readonly folder: string;
  readonly stack: string;
  readonly context: { readonly [key: string]: string };
}

export const EXAMPLES: { readonly [agent in Agent]: ShownExample } = {
  'live-collection': { folder: 'fargate', stack: 'HelloFargate', context: { collectionId: COLLECTION } },
  'insights': { folder: 'insights', stack: 'HelloInsights', context: {} },
};

/** A verb of the command line, with the exit code that it must have. */
export interface Step {
  readonly verb: 'plan' | 'add' | 'status' | 'remove';
  readonly args: readonly string[];
  readonly exitCode: number;
}

const TO_COLLECTION = ['--collection', COLLECTION];
const DISCOVERED = ['--discovery-mode'];

const plan = (...args: string[]): Step => ({ verb: 'plan', args, exitCode: 3 });
const add = (exitCode: number, ...args: string[]): Step => ({ verb: 'add', args, exitCode });
const status = (exitCode: number): Step => ({ verb: 'status', args: [], exitCode });
const REMOVED: readonly Step[] = [{ verb: 'remove', args: ['--revoke-secret-access'], exitCode: 0 }, status(3)];

/** The commands on a service that has no agent, in their order. `secret` is the name of a secret that does not exist yet. */
export function stepsFor(agent: Agent, secret: string): readonly Step[] {
  const key = ['--api-key-secret', secret];
  const granted = [...key, '--grant-secret-access'];
  switch (agent) {
    case 'live-collection': return [
      plan(...TO_COLLECTION, ...granted),
      add(5, ...TO_COLLECTION, ...key),
      add(0, ...TO_COLLECTION, ...granted),
      add(0, ...TO_COLLECTION, ...key),
      status(0),
      // ECS cannot pull this image, and rolls back.
      add(4, ...TO_COLLECTION, ...key, '--image', 'docker.postman.com/postman-lc-agent:missing'),
      ...REMOVED,
    ];
    case 'insights': return [
      plan(...DISCOVERED, ...granted),
      add(5, ...DISCOVERED, ...key),
      // The older agent first, which then moves to today's in one rollout.
      add(0, ...TO_COLLECTION, ...granted),
      add(0, ...DISCOVERED),
      status(0),
      // With this tag, the log has what an agent logs whose key Postman rejects. That agent goes on.
      add(4, ...DISCOVERED, '--image', 'public.ecr.aws/postman/postman-insights-agent:rejected-key'),
      status(3),
      ...REMOVED,
    ];
  }
}
