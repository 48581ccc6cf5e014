import { Command } from 'commander';

/** An option of `add` that is not the agent's own, and that may be different for each service of a fleet. */
export interface SettingFlag {
  readonly flag: `--${string}`;
  readonly placeholder?: string;
  readonly help: string;
}

export const SECRET_FLAGS = [
  { flag: '--api-key-secret', placeholder: '<secret>', help: 'secret in Secrets Manager, by ARN or name (default: postman/api-key)' },
  { flag: '--api-key-secret-field', placeholder: '<field>', help: 'JSON field of the secret (default: its whole value)' },
] as const satisfies readonly SettingFlag[];

export const PARAMETER_FLAG = {
  flag: '--api-key-parameter', placeholder: '<parameter>', help: 'SecureString in Parameter Store in place of the secret, by ARN or name; it must exist',
} as const satisfies SettingFlag;

export const GRANT_FLAG = { flag: '--grant-secret-access', help: 'add the missing inline statement to the execution role' } as const satisfies SettingFlag;

export const LOG_GROUP_FLAG = {
  flag: '--log-group', placeholder: '<name>', help: 'log group for the agent if no container of the task logs to CloudWatch; it must exist',
} as const satisfies SettingFlag;

export const MANAGED_FLAG = { flag: '--allow-managed', help: 'continue if CloudFormation manages the service' } as const satisfies SettingFlag;

export const UNREACHABLE_FLAG = {
  flag: '--allow-unreachable', help: 'add the agent even if the tasks have no route to the internet',
} as const satisfies SettingFlag;

/** All of them, as a file of a fleet has them. */
export const SETTING_FLAGS: readonly SettingFlag[] = [...SECRET_FLAGS, PARAMETER_FLAG, GRANT_FLAG, LOG_GROUP_FLAG, MANAGED_FLAG, UNREACHABLE_FLAG];

export function addSetting(command: Command, ...flags: readonly SettingFlag[]): Command {
  for (const { flag, placeholder, help } of flags) command.option(placeholder === undefined ? flag : `${flag} ${placeholder}`, help);
  return command;
}
