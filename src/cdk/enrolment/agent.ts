import { Construct } from 'constructs';
import { AgentOptions, Generation } from '../../agent';
import { DEFAULT_SECRET_NAME } from '../../permissions';
import { refuseCredentials } from '../existing-service';
import { agentOptionsOf } from '../sidecar';
import { wrong } from '../users-language';

/** The properties that say which agent the services get. */
interface AgentProps {
  readonly imageUri?: string;
  readonly apiKeySecretName?: string;
  readonly apiKeySecretField?: string;
  readonly apiKeyParameterName?: string;
  readonly grantSecretAccess?: boolean;
  readonly egressCheck?: string;
  readonly proxyUrl?: string;
}

/** Lambda takes 4 KB of variables, and this leaves room for the others. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const MOST_CHARACTERS = 3_000;

/** Ids of which each service needs its own, so a destination that many services share does not have them. */
const OF_ONE_SERVICE = ['collectionId', 'projectId', 'discoveryName'];

/** Whether the properties name a destination. */
function hasDestination(props: object): boolean {
  return ['discovery', 'workspaceId', 'systemEnvironmentId'].some(prop => (props as { readonly [name: string]: unknown })[prop] !== undefined);
}

/**
 * What the function is asked for, as the handler of an existing service takes it.
 *
 * @param removes whether the agent is only removed, for which no destination is needed
 * @throws if an option is wrong; the error names it
 */
export function askedAgent(construct: Construct, generation: Generation, props: AgentProps, removes: boolean): object {
  const { imageUri, apiKeySecretName, apiKeySecretField, apiKeyParameterName, grantSecretAccess, egressCheck, proxyUrl } = props;
  const ofOne = OF_ONE_SERVICE.find(prop => (props as { readonly [name: string]: unknown })[prop] !== undefined);
  if (ofOne !== undefined) {
    throw wrong(construct, `\`${ofOne}\` is of one service, and an enrolment gives all services the same options. Use \`discovery\`, or \`workspaceId\` with \`systemEnvironmentId\`.`);
  }
  const unfit = (['apiKeySecretName', 'apiKeySecretField'] as const).find(prop => props[prop] !== undefined);
  if (apiKeyParameterName !== undefined && unfit !== undefined) {
    throw wrong(construct, `\`apiKeyParameterName\` names a parameter, and \`${unfit}\` is for a secret. Keep one of the two.`);
  }
  refuseCredentials(construct, proxyUrl);
  const withDestination = removes && !hasDestination(props) ? { ...props, discovery: true } : props;
  const options: AgentOptions = agentOptionsOf(construct, generation, withDestination as object);
  const asked = {
    generation: generation.name,
    options: { ...options, ...imageUri === undefined ? {} : { image: imageUri } },
    ...apiKeyParameterName === undefined
      ? { secret: apiKeySecretName ?? DEFAULT_SECRET_NAME, secretField: apiKeySecretField }
      : { parameter: apiKeyParameterName },
    egressCheck,
    grantSecretAccess,
  };
  const { length } = JSON.stringify(asked);
  if (length <= MOST_CHARACTERS) return asked;
  throw wrong(construct, `the options of the agent have ${length.toLocaleString('en-US')} characters, and the variables of the function take ${MOST_CHARACTERS.toLocaleString('en-US')} of them. `
    + 'Shorten the lists of expressions, such as `hostAllow`: one expression can have several alternatives.');
}
