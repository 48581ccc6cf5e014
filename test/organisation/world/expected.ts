import { Kind } from './specs';
import { Mode, Outcome } from '../../../src/handlers/enrolment/contract';

/** Which ends of a service are right for its kind, in its first execution. */
const ENDS: { readonly [kind in Kind]: { readonly [mode in 'PLAN' | 'ENROL']: readonly Outcome[] } } = {
  plain: { PLAN: ['planned'], ENROL: ['enrolled'] },
  shared: { PLAN: ['planned'], ENROL: ['enrolled'] },
  crashing: { PLAN: ['planned'], ENROL: ['rolledBack'] },
  stuck: { PLAN: ['planned'], ENROL: ['timedOut'] },
  isolated: { PLAN: ['refused'], ENROL: ['refused'] },
  noKey: { PLAN: ['refused'], ENROL: ['refused'] },
  cloudFormation: { PLAN: ['managed'], ENROL: ['managed'] },
  terraform: { PLAN: ['managed'], ENROL: ['managed'] },
  codeDeploy: { PLAN: ['managed'], ENROL: ['managed'] },
  external: { PLAN: ['managed'], ENROL: ['managed'] },
  optedOut: { PLAN: ['optedOut'], ENROL: ['optedOut'] },
  ofOthers: { PLAN: ['refused'], ENROL: ['refused'] },
  // It depends on when that happens.
  deleted: { PLAN: ['planned', 'gone', 'refused'], ENROL: ['enrolled', 'gone', 'refused', 'failed'] },
  redeployed: { PLAN: ['planned', 'refused'], ENROL: ['enrolled', 'superseded'] },
};

export function expectedEnds(kind: Kind, mode: Mode): readonly Outcome[] {
  return ENDS[kind][mode === 'PLAN' ? 'PLAN' : 'ENROL'];
}

/** Kinds of which nothing may be changed. */
export const UNTOUCHED: readonly Kind[] = ['isolated', 'noKey', 'cloudFormation', 'terraform', 'codeDeploy', 'external', 'optedOut', 'ofOthers'];
