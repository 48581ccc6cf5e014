import { NetworkCall, NetworkReader, TaskPlacement } from '.';
import { KeyStore, keyStoreOf, withoutUserInfo } from '../../agent';
import { agentsIn, isObject, JsonObject, keyReferenceOf, seeAgent, textIn } from '../../edit';
import { Destination, EgressJudge, EgressVerdict, JudgedPaths, NetworkMode, proxyDestination, startupOf } from '../../egress';
import { Account } from '../calls/account';
import { regionIn } from '../calls/arns';
import { remember } from '../calls/batch';
import { ServicePrefix } from '../calls/clients';
import { clauseOf } from '../calls/errors';
import { Hosts } from '../reads/hosts';
import { EcsService } from '../reads/services';

/** A service with the task definition that its tasks will run. */
export interface Judged {
  readonly service: EcsService;
  /** With the agent in it. */
  readonly body: JsonObject;
}

/** A verdict, and how it came about. */
export interface JudgedEgress extends EgressVerdict {
  /** The judged paths as data: what a drawing is made from. */
  paths(): JudgedPaths;
}

/** The egress verdicts of live services. */
export class EgressReader {
  private readonly network: NetworkReader;
  private readonly judge = new EgressJudge();

  constructor(private readonly account: Account, private readonly hosts: Hosts) {
    const call: NetworkCall = async (action, input) => {
      const [service, name] = action.split(':') as [ServicePrefix, string];
      return account.call(service, name, input);
    };
    this.network = new NetworkReader(call, clauseOf, async () => account.region());
  }

  public async verdicts(all: readonly Judged[]): Promise<JudgedEgress[]> {
    if (all.length === 0) return [];
    const placements = await Promise.all(all.map(async judged => this.place(judged)));
    // Services in the same subnets share a verdict.
    const known = new Map<string, JudgedEgress>();
    return this.network.each(placements, facts => {
      const verdict = this.judge.judge(facts);
      return remember(known, JSON.stringify(verdict), () => ({ ...verdict, paths: () => this.judge.paths(facts) }));
    });
  }

  private async place({ service, body }: Judged): Promise<TaskPlacement> {
    const networkMode = (textIn(body.networkMode) ?? 'bridge') as NetworkMode;
    const [agent] = agentsIn(body);
    const seen = seeAgent(agent);
    const region = await this.account.region();
    const configuration = service.networkConfiguration?.awsvpcConfiguration;
    return {
      service: service.serviceName,
      hostKind: await this.hosts.kindOf(service),
      networkMode,
      awsvpc: configuration && {
        subnets: configuration.subnets ?? [],
        securityGroups: configuration.securityGroups ?? [],
        assignPublicIp: configuration.assignPublicIp === 'ENABLED',
      },
      instances: networkMode === 'host' ? await this.hosts.instancesOf(service.clusterArn) : undefined,
      destination: agentDestination(seen.proxy),
      host: seen.host,
      startup: startupOf({ image: seen.image, logDriver: logDriverOf(agent), ...keyIn(agent, region), region }),
    };
  }
}

/** Where an agent's key is. @param region  in which it is if it is known only by its name */
function keyIn(agent: JsonObject, region: string): { readonly keyStore: KeyStore; readonly keyRegion: string } {
  const reference = keyReferenceOf(agent) ?? '';
  return { keyStore: reference === '' ? 'secretsmanager' : keyStoreOf(reference), keyRegion: regionIn(reference) ?? region };
}

function logDriverOf({ logConfiguration }: JsonObject): string | undefined {
  return isObject(logConfiguration) ? textIn(logConfiguration.logDriver) : undefined;
}

/** A proxy that was written by hand may be anything. A password in it may look like a part of the address. */
function agentDestination(written: string | undefined): Destination | undefined {
  if (written === undefined) return undefined;
  const proxy = withoutUserInfo(written);
  return URL.canParse(proxy.includes('://') ? proxy : `http://${proxy}`) ? proxyDestination(proxy) : { kind: 'host', host: proxy };
}
