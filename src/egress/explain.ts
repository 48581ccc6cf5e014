import type { EgressVerdict, Evidence } from './judge';

/**
 * The evidence as lines to read, the deciding steps first. Steps that one remedy mends stand together, and the remedy once,
 * after the last of them. An `unreachable` or `unknown` verdict is explained by the steps that make it so alone.
 */
export function explainEgress({ outcome, evidence }: EgressVerdict): string[] {
  const deciding = outcome === 'reachable' ? evidence : evidence.filter(step => step.outcome !== 'reachable');
  const groups = new Map<string, Evidence[]>();
  for (const step of deciding) {
    const key = `${step.outcome} ${step.path} ${step.remedy ?? ''}`;
    groups.set(key, [...groups.get(key) ?? [], step]);
  }
  return [...groups.values()].flatMap(group => group.map((step, index) => {
    const path = step.path === 'startup' ? 'Before the task starts: ' : '';
    const remedy = index === group.length - 1 && step.remedy !== undefined ? ` ${step.remedy}` : '';
    return `${path}${step.finding}${remedy}`;
  }));
}
