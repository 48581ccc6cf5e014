import { LinesOf } from '../../test/fakes/ecs/container-logs';
import { essentialExited, imageNotPulled, OutcomeOf, succeeds, tasksFail } from '../../test/fakes/ecs/outcomes';
import { JsonObject, objectsIn, textIn } from '../../test/fakes/json';

/** What an image stands for: its tag says how its container behaves, its repository what it logs. No image is pulled, and nothing runs. */

const SLOW_MS = 30_000;
const OUT_OF_MEMORY = 137;

export const outcomeOf: OutcomeOf = ({ containerDefinitions }) => {
  const containers = objectsIn(containerDefinitions)
    .map(container => ({ name: textIn(container.name)!, image: imageOf(container), isEssential: container.essential !== false }));
  const withTag = (tag: string) => containers.filter(({ image }) => image.tag === tag);
  const [missing] = withTag('missing');
  if (missing) return tasksFail(imageNotPulled(missing.name, missing.image.reference));
  const crashed = withTag('crash').find(({ isEssential }) => isEssential);
  if (crashed) return tasksFail(essentialExited(crashed.name, 1));
  const killed = withTag('tight').find(({ isEssential }) => isEssential && containers.length > 1);
  if (killed) return tasksFail(essentialExited(killed.name, OUT_OF_MEMORY));
  return succeeds(withTag('slow').length > 0 ? SLOW_MS : undefined, withTag('crash').map(({ name }) => ({ name, exitCode: 1 })));
};

/** The first line of each agent, by the last part of its repository. */
const BANNERS: { readonly [repository: string]: string } = {
  'postman-insights-agent': '[INFO] Postman Insights Agent 0.40.1', 'postman-lc-agent': '[INFO] Postman Live Collections Agent 0.29.3',
};

/** What the real agent logs, in the words of its public sources (src/agent/log-lines.ts). */
const CAPTURES = ['[INFO] Running learn mode on interfaces eth0, lo', '[INFO] Send SIGINT (Ctrl-C) to stop...'];
const REJECTED = [
  '[ERROR] Error during initiaization: Invalid credentials. Ensure the POSTMAN_INSIGHTS_API_KEY environment variable has a valid API key',
  'This process will not exit, to avoid boot loops.',
];

export const linesOf: LinesOf = container => {
  const { reference, repository, tag } = imageOf(container);
  const banner = BANNERS[repository];
  if (banner === undefined) return [`${reference} was not run: this rollout is simulated.`];
  return [banner, ...tag === 'rejected-key' ? REJECTED : CAPTURES];
};

function imageOf(container: JsonObject) {
  const reference = textIn(container.image)!;
  const [repository, tag = 'latest'] = reference.split('@')[0].split('/').pop()!.split(':');
  return { reference, repository, tag };
}
