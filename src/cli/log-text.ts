import { LogCause } from '../agent';
import { AgentLog } from '../aws';

/** What a cause means, and what to do about it. */
const MEANING: { readonly [cause in LogCause]: string } = {
  keyRejected: 'Postman rejected the API key. Put a valid key into the secret with `ecs key update`, or into the parameter, and start new tasks.',
  keyMissing: 'the agent has no API key. Give it one with `ecs add … --api-key-secret`.',
  destinationUnknown: 'Postman does not know the destination, or the owner of the API key cannot see it. Check the id and the key\'s user.',
  destinationForbidden: 'the owner of the API key may not send to this destination. Use the key of a user who may write to the workspace (Admin or Super Admin).',
  destinationInvalid: 'its destination is not valid. Name one destination with `ecs add`.',
  discoveryRefused: 'Postman does not accept the discovered service. Onboard the service in Postman.',
  discoveryIncomplete: 'discovery needs the cluster, the namespace and the name of the service. Run `ecs add … --discovery-mode`, which sets all three.',
  noRoute: 'it cannot reach Postman. `ecs status` shows the egress verdict.',
  noPermission: 'it may not read network traffic. Leave `NET_RAW` among the capabilities of the container, and its user root.',
  noInterface: 'it has no network interface to read. Check `--interfaces`.',
  badFilter: 'its BPF expression is not valid. Check `--filter`.',
  badExpression: 'one of its regular expressions is not valid.',
  notChosen: 'this task is not among the share that captures (`--capture-percent`).',
  unknownFlag: 'the image\'s version of the agent does not know one of its flags. Use a newer image.',
  stopped: 'it has stopped.',
  other: 'see the line.',
};

/** Whether the agent captures, as its log says, in one line. */
export function logText({ state, line, cause, unknown }: AgentLog): string {
  switch (state) {
    case 'capturing': return `capturing (log: ${line})`;
    case 'notCapturing': return `not capturing: ${MEANING[cause ?? 'other']}${line === undefined ? '' : ` (log: ${line})`}`;
    case 'unknown': return `it is unknown whether the agent captures: ${unknownText(unknown)}`;
  }
}

/** Why the log does not say it. */
export function unknownText(unknown: AgentLog['unknown']): string {
  switch (unknown?.why) {
    case 'noLog': return 'it has no log configuration. `ecs add … --log-group` gives it a log in CloudWatch Logs.';
    case 'notInCloudWatch': return 'its log does not go to CloudWatch Logs with a stream prefix.';
    case 'otherRegion': return `its log is in region ${unknown.detail}.`;
    case 'noTask': return 'no task runs it.';
    case 'unreadable': return `its log could not be read: ${unknown.detail}.`;
    default: return 'its log does not say it yet. Run `ecs status` later.';
  }
}
