import { EgressVerdict, Evidence } from './verdict';

/**
 * The evidence as lines to read, the deciding steps first. Steps with the same remedy come together, and the remedy once, after
 * the last of them. An `unreachable` or `unknown` verdict is explained only by the steps that make it so.
 */
export function explainEgress({ verdict, evidence }: Pick<EgressVerdict, 'verdict' | 'evidence'>): string[] {
  const deciding = verdict === 'reachable' ? evidence : evidence.filter(step => step.verdict !== 'reachable');
  const groups = new Map<string, Evidence[]>();
  for (const step of deciding) {
    const key = `${step.verdict} ${step.path} ${step.remedy ?? ''}`;
    const group = groups.get(key) ?? [];
    // What is true of each subnet is said once.
    if (!group.some(({ finding }) => finding === step.finding)) groups.set(key, [...group, step]);
  }
  return [...groups.values()].flatMap(group => group.map((step, index) => {
    const path = step.path === 'startup' ? 'Before the task starts: ' : '';
    const remedy = index === group.length - 1 && step.remedy !== undefined ? ` ${step.remedy}` : '';
    return `${path}${step.finding}${remedy}`;
  }));
}
