import { ArtifactMetadataEntryType } from 'aws-cdk-lib/cloud-assembly-schema';
import { IConstruct } from 'constructs';
import { Annotations } from './tree/loaded';
import { inUsersLanguage } from './users-language';
import { Message } from '../preflight';

const INFO = ArtifactMetadataEntryType.INFO;

/** Adds warnings and notes to the construct, and returns the messages of errors, for `node.addValidation`. */
export function report(construct: IConstruct, messages: readonly Message[]): string[] {
  const errors: string[] = [];
  for (const { severity, id, message: asWritten } of messages) {
    const message = inUsersLanguage(asWritten);
    const fullId = `cdk-postman-live-collection:${id}`;
    if (severity === 'error') errors.push(message);
    else if (severity === 'warning') Annotations.of(construct).addWarningV2(fullId, message);
    else addInfo(construct, `${message} [${fullId}]`);
  }
  return errors;
}

/** As the CDK's own `addInfo`, but without a stack trace. It would point into this library, and takes longer than the check. */
function addInfo(construct: IConstruct, message: string): void {
  const known = construct.node.metadata.some(({ type, data }) => type === INFO && data === message);
  if (!known) construct.node.addMetadata(INFO, message);
}
