import * as iam from 'aws-cdk-lib/aws-iam';
import { Statement } from '../permissions';

/** A statement in the CDK's class. */
export function policyStatement({ actions, resources, conditions }: Statement): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: [...actions], resources: [...resources], conditions });
}
