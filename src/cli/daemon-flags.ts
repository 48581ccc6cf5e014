import { Context } from './context';
import { EditFlags } from './edit-flags';
import { clusterOfService, pickCluster, regionOf } from './selection';
import { Account, ClusterName, parseCluster, parseService, usage } from '../aws';

/** The flags of the verbs for daemons. `--service` is that of the daemon itself. */
export interface DaemonFlags extends EditFlags {
  readonly executionRole?: string;
}

export interface SelectedDaemon {
  readonly account: Account;
  readonly cluster: ClusterName;
  /** The name of the daemon's service, if it is given. */
  readonly service?: string;
}

/** The cluster of a daemon. On a terminal it is asked for. */
export async function selectDaemon(context: Context, flags: DaemonFlags): Promise<SelectedDaemon> {
  const [given, ...others] = flags.service ?? [];
  if (others.length > 0) throw usage('`--service` is the service of the daemon here. Name one.');
  const service = given === undefined ? undefined : parseService(given, '`--service`');
  const cluster = clusterOfService(flags.cluster, service);
  if (cluster === undefined && !context.isInteractive) {
    throw usage('Name the cluster with `--cluster <ARN or name>`: a daemon runs on the instances of one cluster.');
  }
  const account = context.account(regionOf({ region: flags.region }, [cluster?.place, service?.place]));
  await account.region();
  return { account, cluster: cluster ?? parseCluster(await pickCluster(account), '`--cluster`'), ...service ? { service: service.name } : {} };
}
