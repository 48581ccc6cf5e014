import { isChange, Plan, ServicePlan, ServiceResult, ServiceStatus } from '../aws';
import { withoutKey } from '../edit';
import { EgressVerdict, explainEgress } from '../egress';
import { Message } from '../preflight';

/** The version of the documents of `--json`. Members are only ever added. */
const VERSION = 1;

/** @param results of what was carried out; undefined where nothing was */
export function planDocument(verb: string, { services, request }: Pick<Plan, 'services' | 'request'>, results?: readonly ServiceResult[]): object {
  const notes = request.verb === 'add' ? request.notes : [];
  return { version: VERSION, verb, services: services.map((plan, index) => serviceDocument(plan, results?.[index], notes)) };
}

function serviceDocument(plan: ServicePlan, result: ServiceResult | undefined, notes: readonly Message[]): object {
  const { service, action, refusals, warnings, egress, revision, grant } = result?.plan ?? plan;
  const changes = isChange(result?.plan ?? plan);
  return {
    cluster: service.clusterArn,
    service: service.serviceArn,
    action,
    reasons: refusals.map(({ message }) => message),
    refusals: refusals.map(({ id, message }) => ({ id, message })),
    current: service.taskDefinition,
    target: changes ? revision?.target?.arn ?? null : null,
    taskDefinition: changes && revision?.body ? withoutKey(revision.body) : null,
    egress: egressDocument(egress),
    warnings: [...changes ? notes : [], ...warnings].map(({ id, message }) => ({ id, message })),
    grant: grant ? { role: grant.role, policyName: grant.policyName, secret: grant.secret.arn } : null,
    deployment: result?.rollout ? {
      id: result.rollout.deploymentId,
      serviceDeploymentArn: result.serviceDeploymentArn ?? null,
      taskDefinition: result.target ?? null,
      stopped: result.stopped ?? [],
    } : null,
    outcome: result?.outcome ?? null,
    reason: result?.reason ?? null,
  };
}

function egressDocument(verdict: EgressVerdict | undefined): object | null {
  return verdict === undefined ? null : { verdict: verdict.verdict, evidence: explainEgress(verdict) };
}

export function statusDocument(statuses: readonly ServiceStatus[]): object {
  return {
    version: VERSION,
    verb: 'status',
    services: statuses.map(({ service, agent, tasks, seen, stopped, egress }) => ({
      cluster: service.clusterArn,
      service: service.serviceArn,
      current: service.taskDefinition,
      agent,
      tasks,
      image: seen?.image ?? null,
      collection: seen?.destination.collectionId ?? null,
      stopped,
      egress: egressDocument(egress),
    })),
  };
}
