import { Kind } from './specs';
import { Outcome } from '../../../src/handlers/enrolment/contract';

/** `again`: what an execution of the same mode finds after an earlier one. */
export type When = 'PLAN' | 'ENROL' | 'again' | 'REMOVE';

/** Which ends of a service are right for its kind. */
const ENDS: { readonly [kind in Kind]: { readonly [when in When]: readonly Outcome[] } } = {
  plain: { PLAN: ['planned'], ENROL: ['enrolled'], again: ['unchanged'], REMOVE: ['removed'] },
  shared: { PLAN: ['planned'], ENROL: ['enrolled'], again: ['unchanged'], REMOVE: ['removed'] },
  crashing: { PLAN: ['planned'], ENROL: ['rolledBack'], again: ['quarantined'], REMOVE: ['unchanged'] },
  stuck: { PLAN: ['planned'], ENROL: ['rolledBack', 'timedOut'], again: ['quarantined'], REMOVE: ['unchanged'] },
  isolated: { PLAN: ['refused'], ENROL: ['refused'], again: ['refused'], REMOVE: ['unchanged'] },
  noKey: { PLAN: ['refused'], ENROL: ['refused'], again: ['refused'], REMOVE: ['unchanged'] },
  cloudFormation: { PLAN: ['managed'], ENROL: ['managed'], again: ['managed'], REMOVE: ['unchanged'] },
  terraform: { PLAN: ['managed'], ENROL: ['managed'], again: ['managed'], REMOVE: ['unchanged'] },
  codeDeploy: { PLAN: ['managed'], ENROL: ['managed'], again: ['managed'], REMOVE: ['unchanged', 'managed', 'refused'] },
  external: { PLAN: ['managed'], ENROL: ['managed'], again: ['managed'], REMOVE: ['unchanged', 'managed', 'refused'] },
  optedOut: { PLAN: ['optedOut'], ENROL: ['optedOut'], again: ['optedOut'], REMOVE: ['unchanged'] },
  ofOthers: { PLAN: ['refused'], ENROL: ['refused'], again: ['refused'], REMOVE: ['unchanged', 'refused'] },
  // It depends on when that happens.
  deleted: { PLAN: ['planned', 'gone', 'refused'], ENROL: ['enrolled', 'gone', 'refused', 'failed'], again: ['gone'], REMOVE: ['gone'] },
  redeployed: { PLAN: ['planned', 'refused'], ENROL: ['enrolled', 'superseded'], again: ['unchanged', 'enrolled'], REMOVE: ['removed'] },
};

export function expectedEnds(kind: Kind, when: When): readonly Outcome[] {
  return ENDS[kind][when];
}

/** Kinds of which nothing may be changed. */
export const UNTOUCHED: readonly Kind[] = ['isolated', 'noKey', 'cloudFormation', 'terraform', 'codeDeploy', 'external', 'optedOut', 'ofOthers'];
