import { EgressVerdict } from '../../src/egress';
import { checkEgress } from '../../src/preflight';

const judged = (verdict: EgressVerdict['verdict']): EgressVerdict => ({
  host: 'api.observability.postman.com',
  verdict,
  evidence: [{ verdict, path: 'agent', subject: 'launch type', finding: 'The network cannot be seen.', remedy: 'Check it.' }],
});

test.each([
  ['reachable', []],
  ['unreachable', ['egressUnreachable']],
  ['unknown', ['egressUnknown']],
] as const)('the verdict %s gives the findings %j', (verdict, ids) => {
  expect(checkEgress('service Orders', judged(verdict), ['unpinnedImage']).map(({ id }) => id)).toEqual(ids);
});

test.each(['externalInstances', 'externalController'])('a service that cannot have the agent (%s) gets no advice on its network', id => {
  expect(checkEgress('service Orders', judged('unknown'), [id])).toEqual([]);
  expect(checkEgress('service Orders', judged('unreachable'), ['unpinnedImage', id])).toEqual([]);
});
