import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { AgentInTree, nameOfAgent } from './agents';
import { memoryMetric, restartMetric } from './container-insights';
import { Content, Line } from './widgets';

/** What the graphs mean, and what to do. */
export const PAGE = 'https://github.com/cdkpostman/cdk-postman-live-collection/blob/main/docs/dashboard.md';

const MAX_NAMED = 10;

/** The agents of a dashboard. */
export class DashboardAgents {
  private readonly agents: AgentInTree[] = [];
  private readonly stopped: Line[] = [];
  /** Agents that share a task definition have one log. */
  private readonly byLog = new Map<unknown, { readonly names: string[]; readonly metric: cloudwatch.Metric }>();
  private readonly withoutLog: string[] = [];

  /** @param isEnhanced  what the user says of the clusters' Container Insights */
  public constructor(private readonly isEnhanced?: boolean) {}

  public add(agent: AgentInTree): void {
    const name = nameOfAgent(agent);
    this.agents.push(agent);
    this.stopped.push({ label: name, metric: agent.metrics.metricAgentStopped() });
    const logGroup = agent.logGroup();
    const same = this.byLog.get(logGroup);
    if (logGroup === undefined) this.withoutLog.push(name);
    else if (same) same.names.push(name);
    else this.byLog.set(logGroup, { names: [name], metric: agent.metrics.metricAgentNotCapturing() });
  }

  public content(): Omit<Content, 'alarms'> {
    const linesOf = (metricOf: typeof memoryMetric) => this.agents.flatMap((agent): Line[] => {
      const metric = metricOf(agent, this.isEnhanced);
      return metric ? [{ label: nameOfAgent(agent), metric: new cloudwatch.Metric(metric) }] : [];
    });
    const withoutInsights = this.agents.filter(agent => memoryMetric(agent, this.isEnhanced) === undefined).map(nameOfAgent);
    return {
      text: [
        `## Postman agents\n${this.agents.length === 1 ? '1 agent' : `${this.agents.length} agents`}. [What the graphs mean, and what to do](${PAGE})`,
        ...note('Their logs are not in a log group of this app that only the agent writes to, so they are not in the graph of the log', this.withoutLog),
        ...note('Memory and restarts are metrics of enhanced Container Insights, which is not on, or not in view, for', withoutInsights),
      ],
      graphs: [
        { title: 'Agents that stopped', axis: 'events', largest: 'SUM', isStacked: true, lines: this.stopped },
        {
          title: 'Agents that do not capture',
          axis: 'log lines',
          largest: 'SUM',
          isStacked: true,
          lines: [...this.byLog.values()].map(({ names, metric }) => ({ label: names.join(', '), metric })),
        },
        { title: 'Memory of the agents', axis: 'megabytes', largest: 'MAX', lines: linesOf(memoryMetric) },
        { title: 'Restarts of the agents', axis: 'restarts', largest: 'MAX', lines: linesOf(restartMetric) },
      ],
    };
  }
}

function note(text: string, names: readonly string[]): string[] {
  const named = names.length > MAX_NAMED ? [...names.slice(0, MAX_NAMED), `${names.length - MAX_NAMED} more`] : names;
  return named.length === 0 ? [] : [`${text}: ${named.join(', ')}`];
}
