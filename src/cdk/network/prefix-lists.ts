import type { CfnResource } from 'aws-cdk-lib';
import { lookedUp } from './look-ups';
import { describeReference, isLiteral } from './references';
import { PrefixList } from '../../egress';
import { StageIndex } from '../tree/stage-index';

/** A prefix list that a route or a rule names, with its ranges if this app defines it. */
export function prefixList(index: StageIndex, value: unknown, from: CfnResource): PrefixList {
  const name = describeReference(index, value, from);
  const list = index.find(index.identity(value, from));
  const entries = list && index.read(list).Entries;
  const cidrs = Array.isArray(entries) ? entries.map(({ Cidr }) => Cidr) : undefined;
  const awsService = lookedUp(index, from).awsPrefixLists.get(name);
  return {
    prefixList: name,
    cidrs: cidrs?.every(isLiteral) ? cidrs : { unknown: `the ranges of prefix list ${name} are not part of this app` },
    ...awsService === undefined ? {} : { awsService },
  };
}
