import { finding, Finding, FindingId } from './findings';
import { EgressVerdict, explainEgress } from '../egress';

/** Why a service cannot have the agent at all: advice on its network would lead nowhere. */
const WITHOUT_AGENT: readonly FindingId[] = ['externalInstances', 'externalController'];

/**
 * What the egress verdict means for tasks.
 *
 * @param tasks   what runs them, e.g. `service orders`
 * @param others  the ids of the findings on the service
 */
export function checkEgress(tasks: string, verdict: EgressVerdict, others: readonly string[]): Finding[] {
  if (WITHOUT_AGENT.some(id => others.includes(id))) return [];
  switch (verdict.verdict) {
    case 'reachable': return [];
    case 'unreachable': return [finding('egressUnreachable', { tasks, host: verdict.host, evidence: explainEgress(verdict) })];
    case 'unknown': return [finding('egressUnknown', { tasks, evidence: explainEgress(verdict) })];
  }
}
