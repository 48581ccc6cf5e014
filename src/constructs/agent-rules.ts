import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { EgressVerdict } from './egress-verdict';
import { Generation, notCapturingFragments } from '../agent';
import { Attachment } from '../cdk/attachment';
import { logGroupOf } from '../cdk/watch/agents';

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

/** The filters on log groups, which agents may share. */
const filters = new WeakMap<logs.ILogGroup, logs.MetricFilter>();

/**
 * How many lines of the agent's log say that it does not capture.
 *
 * @throws if the log is not in a log group of this app that only the agent writes to
 */
export function notCapturing({ node }: Construct, attachment: Attachment, options: cloudwatch.MetricOptions): cloudwatch.Metric {
  const logGroup = logGroupOf(attachment);
  if (logGroup === undefined) {
    throw new Error(`${node.path}: the agent's log goes where \`logging\` says, which is not a log group of its own, so there is nothing to put a metric filter on. `
      + 'Leave `logging` out, or use LogDrivers.awsLogs with a log group that no other container of the task writes to.');
  }
  // With the container, which sidecars of other services may share.
  return notCapturingLines(attachment.container.taskDefinition, attachment.options.generation, logGroup, options);
}

/** How many lines of a log group say that an agent does not capture. One filter counts each line once. */
export function notCapturingLines(
  scope: Construct, generation: Generation, logGroup: logs.ILogGroup, options: cloudwatch.MetricOptions,
): cloudwatch.Metric {
  const filter = filters.get(logGroup) ?? new logs.MetricFilter(scope, 'PostmanAgentNotCapturing', {
    logGroup,
    filterPattern: logs.FilterPattern.anyTerm(...notCapturingFragments(generation)),
    metricNamespace: METRIC_NAMESPACE,
    // The name of a log group is unique in an account and region. A construct's path is not: an app may be deployed twice.
    metricName: `NotCapturing-${logGroup.logGroupName}`,
    metricValue: '1',
  });
  filters.set(logGroup, filter);
  return filter.metric({ statistic: cloudwatch.Stats.SUM, ...options });
}

/** A verdict in the types of the API. */
export function inApiTypes<Step>({ evidence, ...verdict }: Omit<EgressVerdict, 'evidence'> & { readonly evidence: readonly Step[] }) {
  return { ...verdict, evidence: [...evidence] };
}
