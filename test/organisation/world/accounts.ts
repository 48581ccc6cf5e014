import { SECRET_NAME } from './asked';
import { Kind, PlaceSpec, ServiceSpec } from './specs';
import { essentialExited, FakeAws, JsonObject, MAY_READ, neverSettles, succeeds, taskDefinitionBody, tasksFail } from '../../fakes';
import { AWS_RATES } from '../../fakes/faults/rates';
import { MovedClock } from '../../moved-clock/clock';

/** How long a rollout takes, until ECS says that it has completed. */
export const ROLLOUT_SECONDS = 120;
/** From one task that fails to the next. ECS gives up after the third. */
export const FAILURE_SECONDS = 15;

const MEMBERS: Partial<Record<Kind, JsonObject>> = {
  codeDeploy: { deploymentController: { type: 'CODE_DEPLOY' } },
  external: { deploymentController: { type: 'EXTERNAL' } },
};
const TAGS: Partial<Record<Kind, Readonly<Record<string, string>>>> = {
  cloudFormation: { 'aws:cloudformation:stack-name': 'shop' }, terraform: { ManagedBy: 'Terraform' }, optedOut: { 'postman:agent': 'off' },
};
const ROLLBACK = {
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true }, maximumPercent: 200, minimumHealthyPercent: 100 },
};

/** A member account of the organisation. */
export function accountOf(places: readonly PlaceSpec[], clock: MovedClock): FakeAws {
  const [{ account, region }] = places;
  const left = places.some(({ kind }) => kind === 'crowded') ? 0.5 : 1;
  const rates = AWS_RATES.map(rate => ({ ...rate, burst: rate.burst * left, perSecond: rate.perSecond * left }));
  const aws = new FakeAws({
    account, region, clock, callMs: 0, rates, keepsInput: false, ecs: { times: { rolloutMs: ROLLOUT_SECONDS * 1000, failureMs: FAILURE_SECONDS * 1000 } },
  });
  aws.iam.addRole('no-key');
  for (const role of new Set(places.flatMap(({ services }) => services.map(one => one.role)))) if (role !== 'no-key') aws.iam.addRole(role, MAY_READ);
  for (const place of places) addPlace(aws, place, clock);
  return aws;
}

function addPlace(aws: FakeAws, { region, kind, services }: PlaceSpec, clock: MovedClock): void {
  const { ec2, ecs, secrets } = aws.region(region);
  ec2.addPrivateSubnet('subnet-1');
  ec2.addIsolatedSubnet('subnet-isolated');
  secrets.add(SECRET_NAME, 'value');
  if (kind === 'disabled') return;
  for (const service of services) {
    addService(aws, region, service);
    const happen = changeOf(aws, region, service);
    if (happen) void clock.sleep(service.happensAt * 1000).then(happen);
  }
  if (services.length === 0 && kind !== 'noClusters') ecs.addCluster('empty');
}

function addService(aws: FakeAws, region: string, { name, cluster, kind, family, role }: ServiceSpec): void {
  const { ecs } = aws.region(region);
  const body = kind === 'shared' ? family : definitionOf(aws, family, role, kind);
  ecs.addService(name, {
    cluster, taskDefinition: body, tags: TAGS[kind] ?? {}, members: { ...ROLLBACK, ...MEMBERS[kind] },
    subnets: [kind === 'isolated' ? 'subnet-isolated' : 'subnet-1'],
  });
  if (kind === 'crashing') ecs.rolloutsEnd(name, hasAgent(tasksFail(essentialExited('web', 1))));
  if (kind === 'stuck') ecs.rolloutsEnd(name, hasAgent(neverSettles()));
}

function hasAgent(outcome: ReturnType<typeof succeeds>) {
  return ({ containerDefinitions }: JsonObject) => (containerDefinitions as readonly unknown[]).length > 1 ? outcome : succeeds();
}

function definitionOf(aws: FakeAws, family: string, role: string, kind: Kind): JsonObject {
  const web = { name: 'web', image: 'public.ecr.aws/nginx/nginx:1.27', portMappings: [{ containerPort: 80 }] };
  const agent = { name: 'agent', image: 'docker.postman.com/postman-lc-agent:latest', essential: false };
  return taskDefinitionBody(family, {
    executionRoleArn: `arn:aws:iam::${aws.account}:role/${role}`, containerDefinitions: kind === 'ofOthers' ? [web, agent] : [web],
  });
}

/** What somebody else does during the run. */
function changeOf(aws: FakeAws, region: string, { name, cluster, kind, family, role }: ServiceSpec): (() => void) | undefined {
  const { ecs } = aws.region(region);
  if (kind === 'deleted') return () => ecs.deleteService(name, 'INACTIVE');
  if (kind !== 'redeployed') return undefined;
  return () => {
    const body = definitionOf(aws, family, role, kind);
    const [web] = body.containerDefinitions as readonly JsonObject[];
    ecs.registerTaskDefinition({ ...body, containerDefinitions: [{ ...web, image: 'public.ecr.aws/nginx/nginx:1.28' }] });
    ecs.updateService(name, { taskDefinition: family }, cluster);
  };
}
