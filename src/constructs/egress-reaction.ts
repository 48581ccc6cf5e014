import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { EgressCheck } from './egress-check';
import { EgressReaction } from '../cdk/synthesis';

const REACTIONS: { readonly [check in EgressCheck]: EgressReaction } = {
  [EgressCheck.ERROR]: { isChecked: true, severities: {} },
  [EgressCheck.WARN]: { isChecked: true, severities: { egressUnreachable: 'warning' } },
  [EgressCheck.OFF]: { isChecked: false, severities: {} },
  [EgressCheck.STRICT]: { isChecked: true, severities: { egressUnknown: 'error' } },
};

/** What synthesis does with a verdict. */
export function egressReaction(check = EgressCheck.ERROR, knownEgress?: ec2.SubnetSelection): EgressReaction {
  return { ...REACTIONS[check], ...knownEgress === undefined ? {} : { knownEgress } };
}
