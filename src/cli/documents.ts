import type { Finding } from '../agent';
import { FoundSecret, isChange, Plan, ServicePlan, ServiceResult, ServiceStatus } from '../aws';
import { withoutKey } from '../edit';
import { EgressVerdict, explainEgress } from '../egress';

/** The version of the documents of `--json`. Members are only ever added. */
const VERSION = 2;

/** @param results of what was carried out; undefined where nothing was */
export function planDocument(verb: string, { services, request }: Pick<Plan, 'services' | 'request'>, results?: readonly ServiceResult[]): object {
  const remarks = request.verb === 'add' ? request.remarks : [];
  return { version: VERSION, verb, services: services.map((plan, index) => serviceDocument(plan, results?.[index], remarks)) };
}

function serviceDocument(plan: ServicePlan, result: ServiceResult | undefined, remarks: readonly Finding[]): object {
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
    warnings: [...changes ? remarks : [], ...warnings].map(({ id, message }) => ({ id, message })),
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
  return verdict === undefined ? null : { verdict: verdict.outcome, evidence: explainEgress(verdict) };
}

/** What `ecs key update` has written. */
export function keyUpdateDocument({ arn, name }: Pick<FoundSecret, 'arn' | 'name'>): object {
  return { version: VERSION, verb: 'key update', secret: { arn, name }, outcome: 'updated' };
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
      collection: seen?.collection ?? null,
      stopped,
      egress: egressDocument(egress),
    })),
  };
}
