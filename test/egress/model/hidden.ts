/** Worlds with facts that are not visible: what holds whatever they are. */
import { Assumed, KnownWorld, Outcome, outcomes } from './packets';
import { Hidden, World, isHidden } from './world';

export type Verdict = 'reachable' | 'unreachable' | 'unknown';

type Path = readonly string[];

interface Fact {
  readonly fact: Hidden<unknown>;
  /** All places where it is. */
  readonly paths: Path[];
}

function factsOf(world: World): Fact[] {
  const found = new Map<string, Fact>();
  const visit = (value: unknown, path: Path): void => {
    if (typeof value !== 'object' || value === null) return;
    if (!isHidden(value)) {
      for (const key of Object.keys(value)) visit((value as Record<string, unknown>)[key], [...path, key]);
      return;
    }
    const known = found.get(value.hidden);
    if (known) known.paths.push(path);
    else found.set(value.hidden, { fact: value, paths: [path] });
  };
  visit(world, []);
  return [...found.values()];
}

/** The hidden facts of a world, each once. */
export function hiddenFacts(world: World): Hidden<unknown>[] {
  return factsOf(world).map(({ fact }) => fact);
}

/** All worlds in which each hidden fact has one of its values. Facts with the same name have the same value. */
export function completions(world: World): Generator<KnownWorld> {
  return complete(world, factsOf(world));
}

function* complete(world: unknown, facts: readonly Fact[]): Generator<KnownWorld> {
  if (facts.length === 0) {
    yield world as KnownWorld;
    return;
  }
  const [{ fact, paths }, ...others] = facts;
  for (const value of fact.among) yield* complete(paths.reduce((part, path) => reveal(part, path, value), world), others);
}

/** A copy with another value at the path. The rest is shared with the original. */
function reveal(part: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  const copy = (Array.isArray(part) ? [...part] : { ...part as object }) as Record<string, unknown>;
  copy[key] = reveal(copy[key], rest, value);
  return copy;
}

/** What is certain: for all completions and all natures. */
export function verdict(world: World, assumed: Assumed = {}): Verdict {
  const found = new Set<Outcome>();
  for (const known of completions(world)) {
    for (const outcome of outcomes(known, assumed)) found.add(outcome);
    if (found.size === 2) return 'unknown';
  }
  return found.has('reaches') ? 'reachable' : 'unreachable';
}
