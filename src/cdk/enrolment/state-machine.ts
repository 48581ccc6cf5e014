import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as targets from 'aws-cdk-lib/aws-scheduler-targets';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { flowOf, FlowProps } from './flow';
import { followMapRuns } from '../../permissions';
import { policyStatement } from '../policy-statement';
import { ArnFormat, Names, stackOf } from '../tree/loaded';

/** @param log  the properties of its log group */
export function stateMachineOf(scope: Construct, flow: FlowProps, log: logs.LogGroupProps): sfn.StateMachine {
  const made = new sfn.StateMachine(scope, 'StateMachine', {
    comment: "Adds Postman's agent to the services of an organization",
    definitionBody: sfn.DefinitionBody.fromChainable(flowOf(new Construct(scope, 'Flow'), flow)),
    tracingEnabled: true,
    logs: {
      // With this prefix, the log needs no room in the resource policy of CloudWatch Logs. https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
      destination: new logs.LogGroup(scope, 'StateMachineLog', { ...log, logGroupName: `/aws/vendedlogs/states/${Names.uniqueResourceName(scope, { separator: '-' })}` }),
      level: sfn.LogLevel.ALL,
      // It is names of places, and numbers.
      includeExecutionData: false,
    },
  });
  // The policy of the CDK names other executions than those of a map.
  const executions = stackOf(scope).formatArn({ service: 'states', resource: 'execution', resourceName: `${made.stateMachineName}/*`, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  new iam.Policy(scope, 'MapRuns', { statements: [policyStatement(followMapRuns(executions))], roles: [made.role] });
  return made;
}

/** Begins an execution on a schedule. */
export function startOnSchedule(scope: Construct, stateMachine: sfn.IStateMachine, schedule: scheduler.ScheduleExpression | undefined): void {
  new scheduler.Schedule(scope, 'Schedule', {
    description: "Adds Postman's agent to services that have none",
    schedule: schedule ?? scheduler.ScheduleExpression.cron({ hour: '3', minute: '0' }),
    target: new targets.StepFunctionsStartExecution(stateMachine, { input: scheduler.ScheduleTargetInput.fromObject({}) }),
  });
}
