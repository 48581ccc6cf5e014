import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { EgressVerdict } from './egress-verdict';
import { Generation, notCapturingFragments } from '../agent';

/*
 * What the constructs that run an agent offer alike: rules and metrics about its container, and the verdict in the types of the API.
 */

/** The namespace of the metric of the agent's log. */
const METRIC_NAMESPACE = 'PostmanAgent';

/** A rule with a pattern, in a scope unless the options name another. */
export function ruleOn(scope: () => Construct, id: string, options: events.OnEventOptions, pattern: events.EventPattern): events.Rule {
  const rule = new events.Rule(options.crossStackScope ?? scope(), id, options);
  rule.addTarget(options.target);
  rule.addEventPattern(pattern);
  return rule;
}

/** How many events a rule has matched. */
export function matchedEvents(construct: Construct, { ruleName: RuleName }: events.Rule, options: cloudwatch.MetricOptions): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/Events', metricName: 'MatchedEvents', dimensionsMap: { RuleName }, statistic: cloudwatch.Stats.SUM, ...options,
  }).attachTo(construct);
}

/**
 * How many lines of the agent's log say that it does not capture.
 *
 * @throws if the construct has no log group
 */
export function notCapturing(
  { node }: Construct, generation: Generation, container: ecs.ContainerDefinition, logGroup: logs.ILogGroup | undefined,
  options: cloudwatch.MetricOptions,
): cloudwatch.Metric {
  if (logGroup === undefined) {
    throw new Error(`${node.path}: the agent's log goes where \`logging\` says, so this construct has no log group for a metric filter. `
      + 'Leave `logging` out, or create the filter on your own log group.');
  }
  // With the container, which sidecars of other services may share: one filter counts each line once.
  const scope = container.taskDefinition;
  const id = 'PostmanAgentNotCapturing';
  const filter = scope.node.tryFindChild(id) as logs.MetricFilter | undefined ?? new logs.MetricFilter(scope, id, {
    logGroup,
    filterPattern: logs.FilterPattern.anyTerm(...notCapturingFragments(generation)),
    metricNamespace: METRIC_NAMESPACE,
    // The name of a log group is unique in an account and region. A construct's path is not: an app may be deployed twice.
    metricName: `NotCapturing-${logGroup.logGroupName}`,
    metricValue: '1',
  });
  return filter.metric({ statistic: cloudwatch.Stats.SUM, ...options });
}

/** A verdict in the types of the API. */
export function inApiTypes<Step>({ evidence, ...verdict }: Omit<EgressVerdict, 'evidence'> & { readonly evidence: readonly Step[] }) {
  return { ...verdict, evidence: [...evidence] };
}
