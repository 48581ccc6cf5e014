import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { DEFAULT_BUS, DEPLOYMENT_BEGAN } from './names';
import { sendEvents } from '../../permissions';
import { policyStatement } from '../policy-statement';

export interface BusProps {
  /** @default DEFAULT_BUS */
  readonly busName?: string;
  /** Whose accounts send. @default - `accounts` */
  readonly organizationId?: string;
  readonly accounts: readonly string[];
  /** Is called with each event. */
  readonly arrival: lambda.IFunction;
}

/** The bus to which the members send, and what it calls. EventBridge refuses events of `aws.ecs` that AWS has not sent itself. */
export function busOf(scope: Construct, { busName = DEFAULT_BUS, organizationId, accounts, arrival }: BusProps): events.EventBus {
  const bus = new events.EventBus(scope, 'Bus', { eventBusName: busName, description: "Deployments of services that may get Postman's agent" });
  const mayPut = policyStatement(sendEvents(bus.eventBusArn));
  mayPut.sid = 'Members';
  if (organizationId === undefined) {mayPut.addPrincipals(...accounts.map(account => new iam.ArnPrincipal(account)));} else {
    mayPut.addAnyPrincipal();
    mayPut.addCondition('StringEquals', { 'aws:PrincipalOrgID': organizationId });
  }
  bus.addToResourcePolicy(mayPut);
  const rule = new events.Rule(scope, 'Arrivals', { description: 'A deployment of a service has begun', eventBus: bus, eventPattern: DEPLOYMENT_BEGAN });
  const { account, fromPath } = events.EventField;
  rule.addTarget(new targets.LambdaFunction(arrival, {
    event: events.RuleTargetInput.fromObject({ account, region: fromPath('$.region'), service: fromPath('$.resources[0]'), deployment: fromPath('$.detail.deploymentId') }),
  }));
  return bus;
}
