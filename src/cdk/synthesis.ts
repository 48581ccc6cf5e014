import type { CfnResource } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { IConstruct } from 'constructs';
import { Attachment } from './attachment';
import { avoidCircle, waitIfPossible } from './dependencies';
import { keepDrawings } from './drawings';
import { report } from './findings';
import { backendHost, withoutUserInfo } from '../agent';
import { drawPaths } from '../drawing';
import { Destination, EgressJudge, EgressVerdict, JudgedPaths, proxyDestination, StartupFacts, startupOf } from '../egress';
import { awaitsLookUp, egressCases } from './network/egress-facts';
import { hostKind } from './network/host-kind';
import { roleFacts } from './role-facts';
import { runnersOf, serviceInTree, serviceOf, TaskNetwork, unseenRunner } from './runners';
import { serviceFacts } from './service-facts';
import { taskFacts } from './task-facts';
import {
  checkEgress, checkImage, checkImageGeneration, checkPlatformVersion, checkRole, checkService, checkTask, CONSTRUCT_WORDS, finding,
  Finding, messagesOf, ServiceFacts, Severities,
} from '../preflight';
import { resolveIdentities } from './tree/identities';
import { isKnownLater } from './tree/later';
import { isUnresolved, stackOf } from './tree/loaded';
import { RunnerInTree, ServiceInTree } from './tree/runners';
import { StageIndex } from './tree/stage-index';
import { inUsersLanguage } from './users-language';

/** The type of a stack's metadata entry in the cloud assembly that keeps the verdict of each sidecar, by its path, with the evidence. */
const EGRESS_METADATA = 'cdk-postman-live-collection:egress';

/** How egress is checked. */
export interface EgressReaction {
  readonly isChecked: boolean;
  /** What a verdict is, if not what the catalog says. */
  readonly severities: Severities;
  /** Subnets of the cluster's VPC of which the user knows that they lead to the internet. @default - none */
  readonly knownEgress?: ec2.SubnetSelection;
  /** Whether the paths are drawn into the cloud assembly. @default false */
  readonly isDrawn?: boolean;
}

/** What is checked only for some constructs. */
export type FurtherChecks = (index: StageIndex, at: ServiceInTree) => Finding[];

/** Checks the finished tree, as `node.addValidation` wants it: adds warnings to the sidecar and returns the errors. */
export function validateAtSynthesis(
  sidecar: IConstruct, service: ecs.BaseService, attachment: Attachment, reaction: EgressReaction,
  furtherChecks: FurtherChecks = () => [],
): string[] {
  const { isChecked, severities } = reaction;
  const index = StageIndex.of(sidecar);
  const at = serviceInTree(index, service);
  const isFirst = attachment.owners[0] === sidecar;
  avoidCircle(index, at.resource, attachment);
  const facts = serviceFacts(index, at, attachment, isFirst);
  const findings = [...checkService(facts), ...isFirst ? checkDefinition(index, at, attachment, facts) : [], ...furtherChecks(index, at)];
  if (isChecked) findings.push(...checkNetworks(sidecar, index, [at], attachment, reaction, findings));
  index.finish(sidecar);
  return report(sidecar, messagesOf(findings, CONSTRUCT_WORDS, severities));
}

/** The same for a task definition, whatever runs it. */
export function validateTaskAtSynthesis(
  sidecar: IConstruct, taskDefinition: ecs.TaskDefinition, attachment: Attachment, network: TaskNetwork,
  reaction: EgressReaction,
): string[] {
  const { isChecked, severities } = reaction;
  const index = StageIndex.of(sidecar);
  const all = runnersOf(index, taskDefinition, network);
  // A service with a sidecar of its own is checked there.
  const checked = [...attachment.services.keys()].map(({ node }) => node.defaultChild);
  const runners = all.filter(({ resource }) => !checked.includes(resource));
  for (const { resource } of runners) if (resource.cfnResourceType === 'AWS::ECS::Service') waitIfPossible(index, resource, attachment);
  const findings = runners.flatMap(at => checkRunner(index, at, attachment));
  if (attachment.owners[0] === sidecar) {
    const [first = unseenRunner(index, taskDefinition)] = all;
    findings.push(...checkDefinition(index, first, attachment, { hostKind: hostKind(index, first.resource, first.properties) }));
    if (runners.some(({ resource }) => resource.cfnResourceType !== 'AWS::ECS::Service')) findings.push(finding('shortTask', { task: taskDefinition.node.path }));
  }
  if (isChecked && (runners.length > 0 || all.length === 0)) {
    findings.push(...checkNetworks(sidecar, index, runners, attachment, reaction, findings));
  }
  index.finish(sidecar);
  return report(sidecar, messagesOf(findings, CONSTRUCT_WORDS, severities));
}

/** What is true of what runs a task definition, besides its network. */
function checkRunner(index: StageIndex, at: RunnerInTree, attachment: Attachment): Finding[] {
  const service = serviceOf(at.resource);
  if (service) return checkService(serviceFacts(index, serviceInTree(index, service), attachment, false));
  const { PlatformVersion: version } = at.properties;
  return checkPlatformVersion(at.name, typeof version === 'string' ? version : undefined, attachment.options.agent.enableRestartPolicy !== false);
}

/** The verdict for a service from the tree as it is now. It is `unknown` before the CDK CLI has looked up the service's network. */
export function egressVerdict(
  sidecar: IConstruct, service: ecs.BaseService, attachment: Attachment, knownEgress?: ec2.SubnetSelection,
): EgressVerdict {
  const index = StageIndex.now(sidecar);
  return judgeAll(sidecar, index, [serviceInTree(index, service)], attachment, knownEgress);
}

/** The same for a task definition, whatever runs it. */
export function taskEgressVerdict(
  sidecar: IConstruct, taskDefinition: ecs.TaskDefinition, attachment: Attachment, network: TaskNetwork, knownEgress?: ec2.SubnetSelection,
): EgressVerdict {
  const index = StageIndex.now(sidecar);
  const runners = runnersOf(index, taskDefinition, network);
  return runners.length > 0 ? judgeAll(sidecar, index, runners, attachment, knownEgress) : notRun(attachment);
}

function unknownVerdict(attachment: Attachment, subject: string, found: string, remedy: string): EgressVerdict {
  return { host: hostOf(attachment), verdict: 'unknown', evidence: [{ verdict: 'unknown', path: 'agent', subject, finding: found, remedy }] };
}

function notLookedUp({ name }: RunnerInTree, attachment: Attachment): EgressVerdict {
  return unknownVerdict(attachment, 'VPC', `The network of ${name} has not been looked up yet.`, 'Run cdk synth with access to the account, and keep cdk.context.json.');
}

function notRun(attachment: Attachment): EgressVerdict {
  const { path } = attachment.container.taskDefinition.node;
  return unknownVerdict(attachment, 'task definition', `Nothing in this app runs task definition ${path}, so the network of its tasks is unknown.`,
    inUsersLanguage('Set `vpc`, `subnets` and `securityGroups` of the construct to those that the tasks will have.'));
}

/** What is true of the task definition is reported once, for the first construct that added the agent to it. */
function checkDefinition(index: StageIndex, at: RunnerInTree, attachment: Attachment, { hostKind: host }: Pick<ServiceFacts, 'hostKind'>): Finding[] {
  const { generation } = attachment.options;
  const { imageName } = attachment.container;
  return [
    ...checkTask(taskFacts(at, attachment), { hostKind: host }, generation),
    ...checkRole(roleFacts(index, attachment)),
    ...attachment.apiKey.check(index, attachment.container.taskDefinition.node.defaultChild as CfnResource),
    ...isKnownLater(imageName) ? [] : index.once(`image ${generation.name} ${imageName}`, () => [...checkImageGeneration(generation, imageName), ...checkImage(imageName)]),
  ];
}

function checkNetworks(
  sidecar: IConstruct, index: StageIndex, runners: readonly RunnerInTree[], attachment: Attachment, { knownEgress, isDrawn = false }: EgressReaction,
  others: readonly Finding[],
): Finding[] {
  // The first pass of a look-up has subnets that do not exist. The CDK CLI synthesizes again with the real ones.
  if (runners.some(at => awaitsLookUp(index, at))) return [];
  const { taskDefinition } = attachment.container;
  const mode = index.read(taskDefinition.node.defaultChild as CfnResource).NetworkMode ?? 'bridge';
  if (mode === 'bridge' || mode === 'none') return [];
  const ids = others.map(({ id }) => id);
  if (runners.length === 0) {
    const verdict = notRun(attachment);
    keepVerdict(sidecar, verdict);
    return checkEgress(`task definition ${taskDefinition.node.path}`, verdict, ids);
  }
  const judged = runners.map(at => judgedBy(sidecar, index, at, attachment, knownEgress));
  const verdicts = judged.map(({ verdict }) => verdict());
  keepVerdict(sidecar, unitedVerdict(verdicts));
  if (isDrawn) keepDrawings(sidecar, judged.map(({ paths }, number) => drawPaths(paths(), runners[number]!.name)));
  return runners.flatMap(({ name }, number) => checkEgress(name, verdicts[number]!, ids));
}

function judgeAll(
  sidecar: IConstruct, index: StageIndex, runners: readonly RunnerInTree[], attachment: Attachment, knownEgress: ec2.SubnetSelection | undefined,
): EgressVerdict {
  return unitedVerdict(runners.map(at => awaitsLookUp(index, at) ? notLookedUp(at, attachment) : judge(sidecar, index, at, attachment, knownEgress)));
}

const WORST: readonly EgressVerdict['verdict'][] = ['unreachable', 'unknown', 'reachable'];

/** The verdict on tasks that several things run: the worst of all, with the evidence of each. */
function unitedVerdict(verdicts: readonly EgressVerdict[]): EgressVerdict {
  const [first, ...others] = verdicts;
  if (others.length === 0) return first!;
  const evidence = [...new Map(verdicts.flatMap(one => one.evidence).map(one => [JSON.stringify(one), one])).values()];
  return {
    host: first!.host,
    verdict: WORST.find(verdict => verdicts.some(one => one.verdict === verdict))!,
    evidence: WORST.flatMap(verdict => evidence.filter(one => one.verdict === verdict)),
  };
}

function judge(
  sidecar: IConstruct, index: StageIndex, at: RunnerInTree, attachment: Attachment, knownEgress: ec2.SubnetSelection | undefined,
): EgressVerdict {
  return judgedBy(sidecar, index, at, attachment, knownEgress).verdict();
}

/** The facts of a runner before its judge: what it says of them, as sentences or as data. */
function judgedBy(
  sidecar: IConstruct, index: StageIndex, at: RunnerInTree, attachment: Attachment, knownEgress: ec2.SubnetSelection | undefined,
): { verdict(): EgressVerdict; paths(): JudgedPaths } {
  const host = hostOf(attachment);
  const vouched = knownEgress && { by: `knownEgress of ${sidecar.node.path}`, subnets: vouchedSubnets(index, at, knownEgress) };
  const paths = { destination: agentDestination(attachment.options.agent.proxyUrl), host, startup: startup(attachment) };
  const cases = egressCases(index, at, paths, vouched);
  const egressJudge = index.once('egress judge', () => new EgressJudge());
  return { verdict: () => egressJudge.judgeCases(cases, host), paths: () => egressJudge.pathsOfCases(cases, host) };
}

/** The identities of the subnets. */
function vouchedSubnets(index: StageIndex, { vpc, resource }: RunnerInTree, knownEgress: ec2.SubnetSelection): readonly string[] {
  const { subnetIds } = vpc?.selectSubnets(knownEgress) ?? { subnetIds: [] };
  return subnetIds.map(id => index.identity(resolveIdentities(resource, id), resource)).filter(identity => identity !== undefined);
}

function hostOf({ options: { generation, agent } }: Attachment): string {
  return backendHost(generation, agent.dataRegion);
}

/**
 * One entry for each stack: the CDK validates the manifest of the cloud assembly entry by entry, which takes longer than a verdict.
 * A step that needs no remedy has no such member, since the CDK cannot write null into the assembly.
 */
function keepVerdict(sidecar: IConstruct, verdict: EgressVerdict): void {
  const { node } = stackOf(sidecar);
  const isVerdicts = ({ type }: { readonly type: string }) => type === EGRESS_METADATA;
  if (!node.metadata.some(isVerdicts)) node.addMetadata(EGRESS_METADATA, {});
  const { data } = node.metadata.find(isVerdicts)!;
  data[sidecar.node.path] = verdict;
}

/** Where the agent's own traffic goes: to the forward proxy if there is one, else to the public internet (undefined). */
function agentDestination(proxyUrl: string | undefined): Destination | undefined {
  if (proxyUrl === undefined) return undefined;
  return isKnownLater(proxyUrl) ? { kind: 'host', host: 'that only CloudFormation knows' } : proxyDestination(withoutUserInfo(proxyUrl));
}

function startup({ container, apiKey }: Attachment): StartupFacts {
  const { imageName, logDriverConfig } = container;
  const known = (region: string) => isUnresolved(region) ? undefined : region;
  return startupOf({
    image: isKnownLater(imageName) ? undefined : imageName,
    logDriver: logDriverConfig?.logDriver,
    keyStore: apiKey.store,
    region: known(container.taskDefinition.stack.region),
    keyRegion: known(apiKey.region),
  });
}
