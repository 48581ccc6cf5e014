import type { CfnResource } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { IConstruct } from 'constructs';
import { Attachment } from './attachment';
import { egressFacts, ServiceInTree } from './egress-facts';
import { report } from './findings';
import { isUnresolved, stackOf } from './loaded';
import { NetworkResolver } from './network';
import { checkService } from './service-checks';
import { StageIndex } from './stage-index';
import { isPendingLookup } from './vpc-lookups';
import { Finding } from '../agent';
import { Destination, EgressVerdict, explainEgress, judgeEgress, proxyDestination, StartupFacts, startupOf } from '../egress';

/** The type of a stack's metadata entry in the cloud assembly that keeps the verdict of each sidecar, by its path, with the evidence. */
export const EGRESS_METADATA = 'cdk-postman-live-collection:egress';

export type EgressReaction = 'error' | 'warning' | 'none';

/** Judges the finished tree, as `node.addValidation` wants it: puts warnings on the sidecar and returns the errors. */
export function checkAtSynthesis(sidecar: IConstruct, service: ecs.BaseService, attachment: Attachment, onUnreachable: EgressReaction): string[] {
  const index = StageIndex.of(sidecar);
  const network = NetworkResolver.of(index);
  const at = inTree(index, service);
  return report(sidecar, [
    ...checkService(network, at, attachment).filter(finding => isNews(index, finding)),
    ...onUnreachable === 'none' ? [] : checkEgress(sidecar, network, at, attachment, onUnreachable),
  ]);
}

/** A remark that holds for many services, such as that on the agent's image, is made once. */
function isNews(index: StageIndex, { severity, id, message }: Finding): boolean {
  let isFirst = severity !== 'info';
  index.once(`${id} ${message}`, () => { isFirst = true; });
  return isFirst;
}

function inTree(index: StageIndex, service: ecs.BaseService): ServiceInTree {
  const resource = service.node.defaultChild as CfnResource;
  const taskDefinition = index.read(service.taskDefinition.node.defaultChild as CfnResource);
  return { service, resource, properties: index.read(resource), taskDefinition };
}

function checkEgress(
  sidecar: IConstruct, network: NetworkResolver, at: ServiceInTree, attachment: Attachment, onUnreachable: EgressReaction,
): Finding[] {
  // The first pass of a look-up holds made-up subnets; the CDK CLI synthesizes again with the real ones.
  if (isPendingLookup(at.service.cluster.vpc)) return [];
  const mode = at.taskDefinition.NetworkMode ?? 'bridge';
  if (mode === 'bridge' || mode === 'none') return [];
  const verdict = judgeEgress(egressFacts(network, at, destinationOf(attachment.options.agent.proxy), startup(attachment)));
  keepVerdict(sidecar, verdict);
  return toFindings(at.service, verdict, onUnreachable);
}

/**
 * One entry for each stack: the cloud assembly's manifest is validated entry by entry, which takes longer than a verdict. A step
 * that needs no remedy has no such member, since the CDK cannot write a null into the assembly.
 */
function keepVerdict(sidecar: IConstruct, verdict: EgressVerdict): void {
  const { node } = stackOf(sidecar);
  const isVerdicts = ({ type }: { readonly type: string }) => type === EGRESS_METADATA;
  if (!node.metadata.some(isVerdicts)) node.addMetadata(EGRESS_METADATA, {});
  const { data } = node.metadata.find(isVerdicts)!;
  data[sidecar.node.path] = verdict;
}

function toFindings(service: ecs.BaseService, verdict: EgressVerdict, onUnreachable: EgressReaction): Finding[] {
  if (verdict.verdict === 'reachable') return [];
  const evidence = explainEgress(verdict).map(line => `\n  - ${line}`).join('');
  if (verdict.verdict === 'unknown') {
    return [{
      severity: 'warning',
      id: 'egressUnknown',
      message: `Whether the tasks of service ${service.node.path} reach the internet cannot be told from this app:${evidence}\n`,
    }];
  }
  const message = `The tasks of service ${service.node.path} have no way out to the internet, so that ECS cannot start them with the agent or the agent cannot reach Postman:${evidence}`;
  return [onUnreachable === 'error'
    ? { severity: 'error', id: 'egressUnreachable', message: `${message}\n  To deploy it nevertheless, set \`egressCheck\` to \`EgressCheck.WARN\`.` }
    : { severity: 'warning', id: 'egressUnreachable', message: `${message}\n` }];
}

/** Where the agent's own traffic goes: to the forward proxy where one is set, else to the public internet (undefined). */
function destinationOf(proxy: string | undefined): Destination | undefined {
  if (proxy === undefined) return undefined;
  return isUnresolved(proxy) ? { kind: 'host', host: 'that only CloudFormation knows' } : proxyDestination(proxy);
}

function startup({ container: { imageName } }: Attachment): StartupFacts {
  return startupOf(isUnresolved(imageName) ? undefined : imageName);
}
