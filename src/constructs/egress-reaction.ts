import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import { EgressCheck } from './egress-check';
import { EgressReaction } from '../cdk/synthesis';
import { inUsersLanguage } from '../cdk/users-language';

const REACTIONS: { readonly [check in EgressCheck]: EgressReaction } = {
  [EgressCheck.ERROR]: { isChecked: true, severities: {} },
  [EgressCheck.WARN]: { isChecked: true, severities: { egressUnreachable: 'warning' } },
  [EgressCheck.OFF]: { isChecked: false, severities: {} },
  [EgressCheck.STRICT]: { isChecked: true, severities: { egressUnknown: 'error' } },
};

/** The properties that decide what is checked and what is done with it. */
export interface EgressProps {
  readonly egressCheck?: EgressCheck;
  readonly knownEgress?: ec2.SubnetSelection;
  readonly egressDiagram?: boolean;
}

/**
 * What synthesis does with a verdict.
 *
 * @throws if `egressCheck` is not one of its values, which TypeScript refuses and JavaScript does not
 */
export function egressReaction(scope: IConstruct, props: EgressProps): EgressReaction {
  const { egressCheck: check = EgressCheck.ERROR, knownEgress, egressDiagram = false } = props;
  if (!(check in REACTIONS)) {
    throw new Error(`${scope.node.path}: ${inUsersLanguage('`egressCheck`')} must be one of ${Object.keys(REACTIONS).map(name => `EgressCheck.${name}`).join(', ')}, got: ${check}; leave it out for EgressCheck.ERROR.`);
  }
  return { ...REACTIONS[check], ...knownEgress === undefined ? {} : { knownEgress }, isDrawn: egressDiagram };
}
