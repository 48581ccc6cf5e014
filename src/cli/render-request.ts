import { AgentFlags, agentRequest, AgentRequest } from './agent-options';
import { CommonFlags } from './context';
import { logGroupOf, parameterOf, secretFieldOf, secretOf } from './edit-flags';
import { clusterOfService, regionOf } from './selection';
import { destinationsIn } from '../agent';
import { parseService, usage, valueFromOf } from '../aws';
import { sourceArnIn } from '../permissions';
import { FILE_WORDS, messagesOf, missingDestination } from '../preflight';
import { Format, FORMAT_NAMES } from '../render';

export interface RenderFlags extends Omit<CommonFlags, 'service'>, AgentFlags {
  readonly taskDefinition?: string;
  readonly remove?: boolean;
  readonly format?: string;
  readonly service?: string;
  readonly apiKeySecret?: string;
  readonly apiKeySecretField?: string;
  readonly apiKeyParameter?: string;
  readonly logGroup?: string;
  readonly daemon?: boolean;
  readonly executionRole?: string;
}

/** The agent that is asked for, as far as the flags say it. */
export interface RenderRequest extends AgentRequest {
  /** The `valueFrom` of the container's key. */
  readonly apiKey?: string;
  readonly region?: string;
  readonly cluster?: string;
  readonly service?: string;
  readonly logGroup?: string;
}

/** @throws Failure a usage error, before anything is read */
export function renderRequest(flags: RenderFlags): RenderRequest {
  const agent = agentRequest(flags);
  if (destinationsIn(agent.options).length === 0) throw usage(messagesOf([missingDestination(agent.options)], FILE_WORDS)[0].message);
  const service = flags.service === undefined ? undefined : parseService(flags.service, '`--service`');
  const cluster = clusterOfService(flags.cluster, service);
  const region = regionOf(flags as CommonFlags, [cluster?.place, service?.place]);
  const parameter = parameterOf(flags, true);
  const secret = flags.apiKeySecret === undefined ? undefined : secretArnOf(flags);
  const apiKey = secret === undefined ? parameter : valueFromOf(secret, secretFieldOf(flags));
  const logGroup = logGroupOf(flags);
  const request: RenderRequest = {
    ...agent,
    named: new Set([...agent.named, ...apiKey === undefined ? [] : ['apiKey'], ...logGroup === undefined ? [] : ['logGroup']]),
    apiKey,
    region: region ?? apiKey?.split(':')[3],
    cluster: cluster?.name,
    service: service?.name,
    logGroup,
  };
  if (secret === undefined && flags.apiKeySecretField !== undefined) throw usage('`--api-key-secret-field` needs `--api-key-secret`, too: the field is in that secret.');
  if (agent.options.discovery === true && request.cluster === undefined) {
    throw usage('`--discovery-mode` needs `--cluster`, too: a discovered service is named <cluster>/<namespace>/<name>, and nothing is read from AWS here.');
  }
  return request;
}

/** Complete, or without the six characters that Secrets Manager adds. */
const SECRET_ARN = /^arn:aws(-[a-z]+)*:secretsmanager:[a-z]{2}(-[a-z]+)+-\d+:\d{12}:secret:[\w/+=.@-]+$/;

function secretArnOf(flags: RenderFlags): string {
  const given = secretOf(flags);
  if (SECRET_ARN.test(given)) return given;
  if (SECRET_ARN.test(sourceArnIn(given))) {
    throw usage(`\`--api-key-secret\` must be only the ARN of the secret, got: ${given}. Name the JSON field with \`--api-key-secret-field\`.`);
  }
  throw usage(`\`--api-key-secret\` must be the ARN of a secret here, arn:aws:secretsmanager:<region>:<account>:secret:<name>-<6 characters>, since nothing is read from AWS, got: ${given}. `
    + '`aws secretsmanager describe-secret --query ARN --secret-id <name>` prints it.');
}

/** How the container is printed. */
export function formatOf({ format = 'json', taskDefinition, remove }: RenderFlags): Format {
  if (remove) throw usage('`--remove` needs `--task-definition`: the file from which the agent is removed.');
  if (taskDefinition !== undefined) throw usage('`--format` is for the container without a file. Leave it out, or leave `--task-definition` out: a file keeps its own form.');
  const found = FORMAT_NAMES.find(name => name === format);
  if (found === undefined) throw usage(`\`--format\` must be one of ${FORMAT_NAMES.join(', ')}, got: ${format || '(nothing)'}`);
  return found;
}
