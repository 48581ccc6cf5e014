import { finding, Finding } from './findings';
import { EgressVerdict, explainEgress } from '../egress';

/** What the egress verdict means for a service. */
export function checkEgress(service: string, verdict: EgressVerdict): Finding[] {
  switch (verdict.verdict) {
    case 'reachable': return [];
    case 'unreachable': return [finding('egressUnreachable', { service, host: verdict.host, evidence: explainEgress(verdict) })];
    case 'unknown': return [finding('egressUnknown', { service, evidence: explainEgress(verdict) })];
  }
}
