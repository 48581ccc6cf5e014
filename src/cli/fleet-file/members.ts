import { OptionRow, OPTIONS } from '../../agent';
import { memberOf } from '../flag-names';
import { SETTING_FLAGS } from '../setting-flags';

/** What a member takes: `pairs` is an object of texts, or a list of `key=value`. `texts` is a text or a list of them. */
export type MemberKind = 'text' | 'texts' | 'number' | 'switch' | 'pairs';

/** A member of an entry, and of `defaults`. */
export interface FileMember {
  /** The name of the flag in camel case. */
  readonly name: string;
  readonly kind: MemberKind;
  readonly help: string;
  /** Of an option: its flag. What selects services has none. */
  readonly flag?: `--${string}`;
  /** Of an option of the agent. */
  readonly row?: OptionRow;
}

/** What selects services. They may be defaults, too. */
export const PLACE_MEMBERS: readonly FileMember[] = [
  { name: 'profile', kind: 'text', help: 'profile of the AWS configuration, which also names the account' },
  { name: 'roleArn', kind: 'text', help: 'role that is assumed, by its ARN, with the credentials of the profile or of the environment' },
  { name: 'region', kind: 'text', help: 'AWS region (default: that of an ARN, otherwise as the AWS SDK finds it)' },
  { name: 'cluster', kind: 'text', help: 'ECS cluster, by ARN or name' },
];

const SERVICE_MEMBERS: readonly FileMember[] = [
  { name: 'service', kind: 'texts', help: 'services of the cluster, by name or ARN; `*` in a name is any text' },
  { name: 'tags', kind: 'pairs', help: 'services with all of these tags; a tag without a value is one with any value' },
];

const KINDS: { readonly [type in OptionRow['type']]?: MemberKind } = { switch: 'switch', rate: 'number', percent: 'number', tags: 'pairs', variables: 'pairs' };

/** @param rows the table of the agent's options */
export function settingMembers(rows: readonly OptionRow[] = OPTIONS): FileMember[] {
  const ofAgent = rows.flatMap(row => row.flag === undefined ? [] : [{
    name: memberOf(row.flag.slice(2)), kind: KINDS[row.type] ?? (row.isList ? 'texts' : 'text'), help: row.help, flag: row.flag, row,
  }]);
  const others = SETTING_FLAGS.map(({ flag, placeholder, help }) => ({
    name: memberOf(flag.slice(2)), kind: placeholder === undefined ? 'switch' as const : 'text' as const, help, flag,
  }));
  return [...ofAgent, ...others];
}

export interface MemberTables {
  /** Of an entry of `services`. */
  readonly entry: readonly FileMember[];
  readonly defaults: readonly FileMember[];
}

export function memberTables(rows: readonly OptionRow[] = OPTIONS): MemberTables {
  const settings = settingMembers(rows);
  return { entry: [...PLACE_MEMBERS, ...SERVICE_MEMBERS, ...settings], defaults: [...PLACE_MEMBERS, ...settings] };
}
