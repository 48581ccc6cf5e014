import { describeReference, knownText } from './references';
import { ResolverRule } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** The Route 53 Resolver rules that this app associates with a VPC. */
export function resolverRules(index: StageIndex, vpc: string): readonly ResolverRule[] {
  return (index.by('AWS::Route53Resolver::ResolverRuleAssociation', 'VPCId').get(vpc) ?? []).map(association => {
    const { ResolverRuleId } = index.read(association);
    const id = describeReference(index, ResolverRuleId, association);
    const rule = index.find(index.identity(ResolverRuleId, association));
    if (!rule) {
      const unknown = { unknown: `Resolver rule ${id} is not part of this app` };
      return { id, domain: unknown, type: unknown };
    }
    const { DomainName, RuleType } = index.read(rule);
    // A rule of type DELEGATE has a delegation record instead of a name.
    return { id, domain: knownText(DomainName, `the domain of Resolver rule ${id}`), type: knownText(RuleType, `the type of Resolver rule ${id}`) };
  });
}
