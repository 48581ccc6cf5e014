import { IsCompleteAnswer, Outputs, ResourceEvent } from './event';

/** What CloudFormation takes in the answer of a custom resource. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html */
const MOST_BYTES = 4096;
/** The status, the reason with a success, and the names of the members. */
const ENVELOPE_BYTES = 512;

/** The attributes, short enough for CloudFormation: the end of the evidence is cut off. */
export function completed(event: ResourceEvent, outputs: Outputs): IsCompleteAnswer {
  const { StackId, RequestId, LogicalResourceId, PhysicalResourceId } = event;
  const room = MOST_BYTES - ENVELOPE_BYTES - bytesOf({ StackId, RequestId, LogicalResourceId, PhysicalResourceId });
  const rest = room - bytesOf({ ...outputs, EgressEvidence: '' });
  return { IsComplete: true, Data: { ...outputs, EgressEvidence: shortened(outputs.EgressEvidence, rest) } };
}

/** A reason as an error. The framework adds to it, and CloudFormation cuts long reasons off. */
export function reasonError(reason: string): Error {
  const error = new Error(shortened(reason, 2048));
  // The stack of the handler would be a part of the reason.
  error.stack = undefined;
  return error;
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** @param most bytes of the text in JSON */
function shortened(text: string, most: number): string {
  if (bytesOf(text) - 2 <= most) return text;
  let characters = [...text];
  while (bytesOf(`${characters.join('')} …`) - 2 > most) characters = characters.slice(0, Math.floor(characters.length * 0.9));
  return `${characters.join('')} …`;
}
