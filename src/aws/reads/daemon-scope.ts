import { readCluster } from './cluster';
import { daemonLogGroup, daemonRoleArn, roleArnOf } from './daemon-role';
import { isDaemon, servicesOn } from './daemons';
import { keySourceScope, PolicyRequest } from './operator-scope';
import { Revisions } from './revisions';
import { textIn } from '../../edit';
import { DaemonScope } from '../../permissions';
import { Account } from '../calls/account';
import { ClusterName, lastPart, parseRevision, placeOf } from '../calls/arns';

export interface DaemonPolicyRequest extends Pick<PolicyRequest, 'secret' | 'store' | 'mayUpdate' | 'mayGrant'> {
  readonly cluster: ClusterName;
  /** The name of the daemon's service. @default - that of the daemons that are there, else every name that a daemon has by default */
  readonly service?: string;
  /** Name or ARN. @default - the role that is made for the daemon */
  readonly executionRole?: string;
  /** @default - the group that is made for the daemon */
  readonly logGroup?: string;
}

/** The scope of a policy for the daemon of a cluster. @param names that a daemon has if no other is given */
export async function daemonScope(account: Account, request: DaemonPolicyRequest, names: readonly string[]): Promise<DaemonScope> {
  const { arn, name: cluster } = await readCluster(account, request.cluster);
  const place = placeOf(arn);
  const daemons = (await servicesOn(account, new Revisions(account), request.cluster, 'DAEMON')).filter(isDaemon)
    .filter(({ service }) => request.service === undefined || service.serviceName === request.service);
  const known = daemons.map(({ service }) => service.serviceName);
  const services = request.service === undefined ? known.length > 0 ? known : names : [request.service];
  const newRoles = request.executionRole === undefined ? services.map(service => daemonRoleArn(service, arn)) : [];
  const named = request.executionRole === undefined ? [] : [await roleArnOf(account, request.executionRole)];
  const ofDaemons = daemons.flatMap(({ body }) => [textIn(body.executionRoleArn) ?? [], textIn(body.taskRoleArn) ?? []].flat());
  const families = [...services, ...daemons.map(({ service }) => parseRevision(service.taskDefinition).family)];
  return {
    ...place,
    clusters: [lastPart(arn)],
    services: services.map(service => `${cluster}/${service}`),
    families: [...new Set(families)],
    roles: [...new Set([...newRoles, ...named, ...ofDaemons])],
    newRoles,
    newLogGroups: request.logGroup === undefined ? services.map(service => daemonLogGroup(service, cluster)) : [],
    mayGrant: request.mayGrant,
    ...request.secret === undefined ? {} : {
      secret: await keySourceScope(account, request.secret, place, { ...request, mayRevoke: false }),
    },
  };
}
