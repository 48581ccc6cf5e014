import type * as core from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { agentAt, AgentInTree, nameOfAgent } from './agents';
import { nameOfScope, synthesizedWith } from '../every-service/request';
import { describeValue } from '../kinds';
import { userPath } from '../tree/identities';
import { AspectPriority, Aspects, stackOf } from '../tree/loaded';
import { inUsersLanguage } from '../users-language';

/** Which agents a dashboard or alarms are about. */
export interface WatchOptions {
  readonly agents?: readonly IConstruct[];
  readonly agentsIn?: IConstruct;
}

/** What is to be done with each agent, once. */
type Add = (agent: AgentInTree) => void;

/**
 * Calls `add` for each agent: now for those that are given, and else at synthesis, when the app is complete, for those in a scope. What is
 * wrong with agents that are found at synthesis is an error of the owner's validation.
 *
 * @throws if agents that are given cannot be watched from the owner's stack
 */
export function watchAgents(owner: Construct, { agents, agentsIn }: WatchOptions, add: Add): void {
  if (agents !== undefined) return addGiven(owner, agents, agentsIn, add);
  const scope = agentsIn ?? stackOf(owner);
  if (synthesizedWith(scope) !== synthesizedWith(owner)) {
    throw wrong(owner, `\`agentsIn\` is ${nameOfScope(scope)}, which is not synthesized together with ${stackOf(owner).node.path}. Create this construct in a stack of that stage.`);
  }
  const watcher = new Watcher(owner, scope, add);
  // After the calls of addToServices, which create sidecars when the same stage is visited.
  Aspects.of(synthesizedWith(owner)).add(watcher, { priority: AspectPriority.MUTATING + 1 });
  owner.node.addValidation({ validate: () => watcher.problems.map(problem => wrong(owner, problem).message) });
}

function addGiven(owner: Construct, agents: readonly IConstruct[], agentsIn: IConstruct | undefined, add: Add): void {
  if (agentsIn !== undefined) throw wrong(owner, 'got both `agents` and `agentsIn`. Give one of them.');
  if (!Array.isArray(agents) || agents.length === 0) throw wrong(owner, '`agents` must be a list with at least one sidecar, daemon or existing service of this app. To watch all of the stack, leave it out.');
  for (const construct of new Set(agents)) {
    const agent = agentAt(construct);
    if (!agent) throw wrong(owner, `\`agents\` must be sidecars, task sidecars, daemons and existing services of this app, got: ${describeValue(construct)}.`);
    const problem = problemOf(owner, agent);
    if (problem) throw wrong(owner, problem);
    add(agent);
  }
}

/** Finds the agents in a scope. */
class Watcher implements core.IAspect {
  private readonly found = new Map<IConstruct, string | undefined>();

  public constructor(private readonly owner: Construct, private readonly scope: IConstruct, private readonly add: Add) {}

  public get problems(): string[] {
    const problems = [...new Set([...this.found.values()].filter(problem => problem !== undefined))];
    return this.found.size > 0 ? problems : [`there is no agent in ${nameOfScope(this.scope)}. Create sidecars, daemons or existing services there, or name the scope that has them as \`agentsIn\`.`];
  }

  public visit(construct: IConstruct): void {
    if (construct === synthesizedWith(this.owner)) this.addBelow(this.scope);
    // Another aspect has created it.
    else if (construct.node.scopes.includes(this.scope)) this.addOne(construct);
  }

  private addBelow(construct: IConstruct): void {
    this.addOne(construct);
    // Before a rule is added to one of them.
    for (const child of [...construct.node.children]) this.addBelow(child);
  }

  private addOne(construct: IConstruct): void {
    const agent = agentAt(construct);
    if (!agent || this.found.has(construct)) return;
    const problem = problemOf(this.owner, agent);
    this.found.set(construct, problem);
    if (problem === undefined) this.add(agent);
  }
}

/** Why an agent cannot be watched from the owner's stack. */
function problemOf(owner: Construct, agent: AgentInTree): string | undefined {
  const [here, there] = [owner, agent.holder].map(deployedWith);
  const name = nameOfAgent(agent);
  if (synthesizedWith(there) !== synthesizedWith(owner)) {
    return `the agent of ${name} is in ${nameOfScope(synthesizedWith(there))}, which is not synthesized together with ${here.node.path}. Create this construct in a stack of that stage.`;
  }
  if (here.environment !== there.environment) {
    return `the agent of ${name} is in stack ${there.node.path} (${there.environment}), and its metrics are there, but this construct is in ${here.environment}. `
      + 'Create one for each account and region.';
  }
  const base = here === there ? undefined : agent.needs().find(construct => deployedWith(construct) === here);
  return base && `the agent of ${name} is in stack ${there.node.path}, which needs ${userPath(base.node.path)} of stack ${here.node.path}, so each of the two stacks would need the other. `
    + `Create this construct in ${there.node.path} or in a stack of its own.`;
}

/** A nested stack gets what it needs from its parents, and gives them what they need. */
function deployedWith(construct: IConstruct): core.Stack {
  const stack = stackOf(construct);
  return stack.nestedStackParent ? deployedWith(stack.nestedStackParent) : stack;
}

function wrong(owner: IConstruct, text: string): Error {
  return new Error(inUsersLanguage(`${owner.node.path}: ${text}`));
}
