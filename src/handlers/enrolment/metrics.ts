import { Counts, Outcome } from './contract';
import { failedIn } from './shard';

export const NAMESPACE = 'PostmanAgentEnrolment';

/** What a team has to look at, although nothing went wrong. */
const REPORTED: readonly Outcome[] = ['refused', 'managed', 'quarantined', 'leftAlone', 'superseded', 'held'];
const ENROLLED: readonly Outcome[] = ['enrolled', 'unchanged'];

/**
 * A line of the log from which CloudWatch makes metrics.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @param name the dimension `Enrolment`
 * @param timestamp milliseconds since 1970
 */
export function metricsLine(name: string, counts: Counts, places: { readonly places: number; readonly failed: number }, timestamp: number): object {
  const sum = (outcomes: readonly Outcome[]) => outcomes.reduce((total, outcome) => total + (counts[outcome] ?? 0), 0);
  const values = {
    Services: Object.values(counts).reduce((total, count) => total + count, 0),
    Enrolled: sum(ENROLLED),
    Reported: sum(REPORTED),
    Failed: failedIn(counts),
    Places: places.places,
    FailedPlaces: places.failed,
  };
  const Metrics = Object.keys(values).map(Name => ({ Name, Unit: 'Count' }));
  return { _aws: { Timestamp: timestamp, CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: [['Enrolment']], Metrics }] }, Enrolment: name, ...values };
}
