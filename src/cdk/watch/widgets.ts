import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';
import { inUsersLanguage } from '../users-language';

/** A metric of an agent in a graph. */
export interface Line {
  readonly label: string;
  readonly metric: cloudwatch.Metric;
}

export interface Graph {
  readonly title: string;
  readonly axis: string;
  /** How lines are compared if there are too many to show all. */
  readonly largest: 'SUM' | 'MAX';
  readonly isStacked?: boolean;
  readonly lines: readonly Line[];
}

/** What a dashboard shows, from above. */
export interface Content {
  readonly text: readonly string[];
  readonly alarms: readonly cloudwatch.IAlarm[];
  readonly graphs: readonly Graph[];
}

/**
 * What CloudWatch takes: metrics in a widget and in a dashboard, hidden ones included.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
 */
const MAX_METRICS_OF_WIDGET = 500;
const MAX_METRICS = 2500;

/** Alarms in a widget of their states. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
const MAX_ALARMS_OF_WIDGET = 100;

/** More lines in a graph cannot be told apart. */
const MAX_LINES = 20;

const WIDTH = 24;
const GRAPH_HEIGHT = 6;

/** The errors about what a dashboard does not take, for `node.addValidation`. */
export function metricErrors({ node }: IConstruct, { graphs }: Content): string[] {
  const count = graphs.reduce((sum, { lines }) => sum + lines.length, 0);
  return count <= MAX_METRICS ? [] : [inUsersLanguage(`${node.path}: the graphs of ${graphs[0].lines.length} agents have ${count} metrics, and a dashboard of CloudWatch takes ${MAX_METRICS}. `
    + 'Create several dashboards, each with some of the `agents`, or each for a part of the app with `agentsIn`.')];
}

/** The widgets of a dashboard, made at each synthesis: what they show is known only then. */
export class LazyWidgets implements cloudwatch.IWidget {
  public readonly width = WIDTH;
  private at: readonly [x: number, y: number] = [0, 0];

  public constructor(private readonly content: () => Content) {}

  public get height(): number {
    return this.column().height;
  }

  public position(x: number, y: number): void {
    this.at = [x, y];
  }

  public toJson(): any[] {
    const column = this.column();
    column.position(...this.at);
    return column.toJson();
  }

  private column(): cloudwatch.Column {
    const { text, alarms, graphs } = this.content();
    const ofGraphs = graphs.flatMap(graphWidgets);
    return new cloudwatch.Column(
      new cloudwatch.TextWidget({ markdown: text.join('\n\n'), width: WIDTH, height: 1 + text.length }),
      ...inGroups(alarms, MAX_ALARMS_OF_WIDGET).map(group => new cloudwatch.AlarmStatusWidget({
        title: 'Alarms', alarms: [...group], width: WIDTH, height: 1 + Math.ceil(group.length / 6), sortBy: cloudwatch.AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
      })),
      ...inGroups(ofGraphs, 2).map(pair => new cloudwatch.Row(...pair)),
    );
  }
}

/** Most often one widget. A graph with many lines shows the largest of them. */
function graphWidgets({ title, axis, largest, isStacked, lines }: Graph): cloudwatch.GraphWidget[] {
  const isRanked = lines.length > MAX_LINES;
  // The expression that ranks them counts, too.
  const groups = inGroups(lines, MAX_METRICS_OF_WIDGET - 1);
  return groups.map((group, index) => new cloudwatch.GraphWidget({
    title: [title, ...isRanked ? [`the ${MAX_LINES} with most`] : [], ...groups.length > 1 ? [`${index + 1} of ${groups.length}`] : []].join(', '),
    left: isRanked ? [ranked(group, largest)] : group.map(labelled),
    leftYAxis: { label: axis, min: 0, showUnits: false },
    stacked: isStacked,
    width: WIDTH / 2,
    height: GRAPH_HEIGHT,
  }));
}

function labelled({ metric, label }: Line): cloudwatch.Metric {
  return metric.with({ label });
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html */
function ranked(lines: readonly Line[], largest: Graph['largest']): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: `SORT(METRICS(), ${largest}, DESC, ${MAX_LINES})`,
    usingMetrics: Object.fromEntries(lines.map((line, index) => [`m${index + 1}`, labelled(line)])),
    // Each line keeps its own.
    label: '',
  });
}

function inGroups<Item>(items: readonly Item[], size: number): (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
