import { Annotations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { Finding } from '../agent';


/** Warnings and remarks go onto the construct; the messages of errors are returned, for `node.addValidation`. */
export function report(construct: IConstruct, findings: readonly Finding[]): string[] {
  const annotations = Annotations.of(construct);
  const errors: string[] = [];
  for (const { severity, id, message } of findings) {
    const fullId = `cdk-postman-live-collection:${id}`;
    if (severity === 'error') errors.push(message);
    else if (severity === 'warning') annotations.addWarningV2(fullId, message);
    else annotations.addInfo(`${message} [${fullId}]`);
  }
  return errors;
}
