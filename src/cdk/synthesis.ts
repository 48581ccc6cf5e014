import type { CfnResource } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { IConstruct } from 'constructs';
import { Attachment } from './attachment';
import { avoidCircle } from './dependencies';
import { report } from './findings';
import { backendHost } from '../agent';
import { Destination, EgressJudge, EgressVerdict, proxyDestination, StartupFacts, startupOf } from '../egress';
import { awaitsLookUp, egressCases } from './network/egress-facts';
import { roleFacts } from './role-facts';
import { serviceFacts, taskFacts } from './service-facts';
import {
  checkEgress, checkImage, checkImageGeneration, checkRole, checkSecret, checkService, checkTask, CONSTRUCT_WORDS, Finding, messagesOf,
  Severities,
} from '../preflight';
import { resolveIdentities } from './tree/identities';
import { isKnownLater } from './tree/later';
import { isUnresolved, stackOf } from './tree/loaded';
import { ServiceInTree } from './tree/services';
import { StageIndex } from './tree/stage-index';

/** The type of a stack's metadata entry in the cloud assembly that keeps the verdict of each sidecar, by its path, with the evidence. */
const EGRESS_METADATA = 'cdk-postman-live-collection:egress';

/** How egress is checked. */
export interface EgressReaction {
  readonly isChecked: boolean;
  /** What a verdict is, if not what the catalog says. */
  readonly severities: Severities;
  /** Subnets of the cluster's VPC of which the user knows that they lead to the internet. @default - none */
  readonly knownEgress?: ec2.SubnetSelection;
}

/** Checks the finished tree, as `node.addValidation` wants it: adds warnings to the sidecar and returns the errors. */
export function validateAtSynthesis(
  sidecar: IConstruct, service: ecs.BaseService, attachment: Attachment, { isChecked, severities, knownEgress }: EgressReaction,
): string[] {
  const index = StageIndex.of(sidecar);
  const at = inTree(index, service);
  const [first] = attachment.services.keys();
  avoidCircle(index, at.resource, attachment);
  const findings = checkServiceAndTask(index, at, attachment, service === first);
  if (isChecked) findings.push(...checkNetwork(sidecar, index, at, attachment, knownEgress, findings));
  index.finish(sidecar);
  return report(sidecar, messagesOf(findings, CONSTRUCT_WORDS, severities));
}

/** The verdict for a service from the tree as it is now. It is `unknown` before the CDK CLI has looked up the service's network. */
export function egressVerdict(
  sidecar: IConstruct, service: ecs.BaseService, attachment: Attachment, knownEgress?: ec2.SubnetSelection,
): EgressVerdict {
  const index = StageIndex.now(sidecar);
  const at = inTree(index, service);
  return awaitsLookUp(index, at) ? notLookedUp(service, attachment) : judge(sidecar, index, at, attachment, knownEgress);
}

function notLookedUp(service: ecs.BaseService, attachment: Attachment): EgressVerdict {
  const finding = `The network of service ${service.node.path} has not been looked up yet.`;
  const remedy = 'Run cdk synth with access to the account, and keep cdk.context.json.';
  return { host: hostOf(attachment), verdict: 'unknown', evidence: [{ verdict: 'unknown', path: 'agent', subject: 'VPC', finding, remedy }] };
}

/** What is true of the task definition is reported once, for the first of the services that run it. */
function checkServiceAndTask(index: StageIndex, at: ServiceInTree, attachment: Attachment, isFirst: boolean): Finding[] {
  const { generation } = attachment.options;
  const facts = serviceFacts(index, at, attachment, isFirst);
  const ofService = checkService(facts);
  if (!isFirst) return ofService;
  const { imageName } = attachment.container;
  return [
    ...ofService,
    ...checkTask(taskFacts(at, attachment), facts, generation),
    ...checkRole(roleFacts(attachment)),
    ...checkSecret(attachment.apiKey.facts),
    ...isKnownLater(imageName) ? [] : index.once(`image ${generation.name} ${imageName}`, () => [...checkImageGeneration(generation, imageName), ...checkImage(imageName)]),
  ];
}

function inTree(index: StageIndex, service: ecs.BaseService): ServiceInTree {
  const resource = service.node.defaultChild as CfnResource;
  const taskDefinition = index.read(service.taskDefinition.node.defaultChild as CfnResource);
  return { service, resource, properties: index.read(resource), taskDefinition };
}

function checkNetwork(
  sidecar: IConstruct, index: StageIndex, at: ServiceInTree, attachment: Attachment, knownEgress: ec2.SubnetSelection | undefined,
  others: readonly Finding[],
): Finding[] {
  // The first pass of a look-up has subnets that do not exist. The CDK CLI synthesizes again with the real ones.
  if (awaitsLookUp(index, at)) return [];
  const mode = at.taskDefinition.NetworkMode ?? 'bridge';
  if (mode === 'bridge' || mode === 'none') return [];
  const verdict = judge(sidecar, index, at, attachment, knownEgress);
  keepVerdict(sidecar, verdict);
  return checkEgress(at.service.node.path, verdict, others.map(({ id }) => id));
}

function judge(
  sidecar: IConstruct, index: StageIndex, at: ServiceInTree, attachment: Attachment, knownEgress: ec2.SubnetSelection | undefined,
): EgressVerdict {
  const host = hostOf(attachment);
  const vouched = knownEgress && { by: `knownEgress of ${sidecar.node.path}`, subnets: vouchedSubnets(index, at, knownEgress) };
  const paths = { destination: agentDestination(attachment.options.agent.proxyUrl), host, startup: startup(attachment) };
  const cases = egressCases(index, at, paths, vouched);
  return index.once('egress judge', () => new EgressJudge()).judgeCases(cases, host);
}

/** The identities of the subnets. */
function vouchedSubnets(index: StageIndex, { service, resource }: ServiceInTree, knownEgress: ec2.SubnetSelection): readonly string[] {
  const { subnetIds } = service.cluster.vpc.selectSubnets(knownEgress);
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
  return isKnownLater(proxyUrl) ? { kind: 'host', host: 'that only CloudFormation knows' } : proxyDestination(proxyUrl);
}

function startup({ container }: Attachment): StartupFacts {
  const { imageName, logDriverConfig } = container;
  const { region } = stackOf(container);
  return startupOf({
    image: isKnownLater(imageName) ? undefined : imageName, logDriver: logDriverConfig?.logDriver, region: isUnresolved(region) ? undefined : region,
  });
}
