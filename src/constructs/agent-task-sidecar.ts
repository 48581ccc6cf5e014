import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { inApiTypes, ruleOn } from './agent-rules';
import { PostmanAgentTaskOptions } from './agent-task-options';
import { egressReaction } from './egress-reaction';
import { EgressVerdict } from './egress-verdict';
import { Generation } from '../agent';
import { taskEgressVerdict } from '../cdk/synthesis';
import { addTaskSidecar, agentStoppedInTaskPattern } from '../cdk/task-sidecar';

/**
 * Properties that the task sidecars of both agents have.
 */
export interface PostmanAgentTaskSidecarProps extends PostmanAgentTaskOptions {
  /**
   * The task definition whose tasks run the agent: a `FargateTaskDefinition`, an `Ec2TaskDefinition` or a `TaskDefinition` of this app.
   *
   * Its network mode is `awsvpc`, or `host` on EC2.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking.html
   */
  readonly taskDefinition: ecs.TaskDefinition;
}

/**
 * What the task sidecars of both agents have in common. Use `PostmanInsightsTaskSidecar` or `PostmanLiveCollectionTaskSidecar`.
 */
export abstract class PostmanAgentTaskSidecar extends Construct {
  /**
   * The agent's container.
   */
  public readonly container: ecs.ContainerDefinition;

  /**
   * The log group of the agent's log. Undefined if `logging` was given.
   */
  public readonly logGroup?: logs.ILogGroup;

  private readonly verdict: () => EgressVerdict;

  /**
   * @param scope the construct in which to create the sidecar
   * @param id    its id in that scope
   * @param props what the agent captures, in which task definition, and with which key. If a property is wrong, an error names it
   */
  constructor(scope: Construct, id: string, props: PostmanAgentTaskSidecarProps) {
    super(scope, id);
    const { taskDefinition, knownEgress } = props;
    const attachment = addTaskSidecar(this, this._generation(), props, egressReaction(this, props));
    this.container = attachment.container;
    this.logGroup = attachment.logGroup;
    this.verdict = () => inApiTypes(taskEgressVerdict(this, taskDefinition, attachment, props, knownEgress));
  }

  /** @internal */
  protected abstract _generation(): Generation;

  /**
   * Whether the tasks reach Postman, judged from the app as it is at the call, whatever `egressCheck` is. If several services, rules,
   * schedules or state machines run the task definition, it is the worst of their verdicts.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/networking-outbound.html
   */
  public egressVerdict(): EgressVerdict {
    return this.verdict();
  }

  /**
   * A rule that matches the ECS task state changes in which the agent's container of this task definition has stopped: because the
   * agent exited, or because its task stopped.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
   * @param id      the id of the rule in this construct
   * @param options the rule's target, name, description and a further pattern
   */
  public onAgentStopped(id: string, options: events.OnEventOptions = {}): events.Rule {
    return ruleOn(() => this, id, options, agentStoppedInTaskPattern(this.container));
  }
}
