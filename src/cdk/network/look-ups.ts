import type { CfnResource } from 'aws-cdk-lib';
import { StageIndex } from '../tree/stage-index';

/** What the CDK CLI has looked up of groups and prefix lists, and keeps in the context. The values that an app states are not among it. */
interface LookedUp {
  /** The ids of the security groups that let all traffic out, over IPv4 and IPv6. */
  readonly openGroups: ReadonlySet<string>;
  /** The names of prefix lists of AWS services, by id. */
  readonly awsPrefixLists: ReadonlyMap<string, string>;
}

export function lookedUp(index: StageIndex, from: CfnResource): LookedUp {
  return index.once(`look-ups of ${from.stack.node.path}`, () => {
    const context = Object.entries<any>(from.node.getAllContext());
    return {
      openGroups: new Set(context
        .filter(([key, value]) => key.startsWith('security-group:') && value?.allowAllOutbound === true)
        .map(([, { securityGroupId }]) => String(securityGroupId))),
      awsPrefixLists: new Map(context.flatMap(([key, value]) => {
        const [, name] = /^cc-api-provider:.*:propertyMatch\.PrefixListName=(com\.amazonaws\.[^:]+):/.exec(key) ?? [];
        return name === undefined || !Array.isArray(value) ? [] : value.map(({ PrefixListId }) => [String(PrefixListId), name] as const);
      })),
    };
  });
}
