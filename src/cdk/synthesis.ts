import type { CfnResource } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { IConstruct } from 'constructs';
import { Attachment } from './attachment';
import { report } from './findings';
import { backendHost } from '../agent';
import { Destination, EgressVerdict, judgeEgress, proxyDestination, StartupFacts, startupOf } from '../egress';
import { egressFacts } from './network/egress-facts';
import { roleFacts, serviceFacts, taskFacts } from './service-facts';
import {
  checkEgress, checkImage, checkImageGeneration, checkRole, checkSecret, checkService, checkTask, CONSTRUCT_WORDS, Finding, Message, messagesOf,
  Severities,
} from '../preflight';
import { isUnresolved, stackOf } from './tree/loaded';
import { isPlaceholder } from './tree/non-public';
import { ServiceInTree } from './tree/services';
import { StageIndex } from './tree/stage-index';

/** The type of a stack's metadata entry in the cloud assembly that keeps the verdict of each sidecar, by its path, with the evidence. */
const EGRESS_METADATA = 'cdk-postman-live-collection:egress';

/** How egress is checked. */
export interface EgressReaction {
  readonly isChecked: boolean;
  /** What a verdict is, if not what the catalog says. */
  readonly severities: Severities;
}

/** Checks the finished tree, as `node.addValidation` wants it: adds warnings to the sidecar and returns the errors. */
export function validateAtSynthesis(
  sidecar: IConstruct, service: ecs.BaseService, attachment: Attachment, { isChecked, severities }: EgressReaction,
): string[] {
  const index = StageIndex.of(sidecar);
  const at = inTree(index, service);
  const [first] = attachment.services.keys();
  const findings = [
    ...checkServiceAndTask(index, at, attachment, service === first),
    ...isChecked ? checkNetwork(sidecar, index, at, attachment) : [],
  ];
  return report(sidecar, messagesOf(findings, CONSTRUCT_WORDS, severities).filter(message => isNew(index, message)));
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
    ...isUnresolved(imageName) ? [] : index.once(`image ${generation.name} ${imageName}`, () => [...checkImageGeneration(generation, imageName), ...checkImage(imageName)]),
  ];
}

/** A note that many services share, such as the one on the agent's image, is reported once. */
function isNew(index: StageIndex, { severity, id, message }: Message): boolean {
  let isFirst = severity !== 'info';
  index.once(`${id} ${message}`, () => { isFirst = true; });
  return isFirst;
}

function inTree(index: StageIndex, service: ecs.BaseService): ServiceInTree {
  const resource = service.node.defaultChild as CfnResource;
  const taskDefinition = index.read(service.taskDefinition.node.defaultChild as CfnResource);
  return { service, resource, properties: index.read(resource), taskDefinition };
}

function checkNetwork(sidecar: IConstruct, index: StageIndex, at: ServiceInTree, attachment: Attachment): Finding[] {
  // The first pass of a look-up has subnets that do not exist. The CDK CLI synthesizes again with the real ones.
  if (isPlaceholder(at.service.cluster.vpc)) return [];
  const mode = at.taskDefinition.NetworkMode ?? 'bridge';
  if (mode === 'bridge' || mode === 'none') return [];
  const { generation, agent } = attachment.options;
  const verdict = judgeEgress(egressFacts(index, at, {
    destination: agentDestination(agent.proxyUrl), host: backendHost(generation, agent.dataRegion), startup: startup(attachment),
  }));
  keepVerdict(sidecar, verdict);
  return checkEgress(at.service.node.path, verdict);
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
  return isUnresolved(proxyUrl) ? { kind: 'host', host: 'that only CloudFormation knows' } : proxyDestination(proxyUrl);
}

function startup({ container: { imageName } }: Attachment): StartupFacts {
  return startupOf(isUnresolved(imageName) ? undefined : imageName);
}
