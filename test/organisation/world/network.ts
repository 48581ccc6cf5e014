import { accountOf } from './accounts';
import { Audit } from './audit';
import { Chance } from './chance';
import { placeIdOf, PlaceSpec } from './specs';
import { FakeAws } from '../../fakes';
import { readS3, s3Action } from '../../fakes/s3/protocol';
import { Outcome } from '../../fakes/server';
import { errorAnswer } from '../../fakes/wire/answer';
import { AwsError } from '../../fakes/wire/aws-error';
import { HttpCall } from '../../fakes/wire/http-call';
import { ServiceName } from '../../fakes/wire/shapes';
import { MovedClock } from '../../moved-clock/clock';

export const HOME = '111111111111';
export const BUCKET = 'enrolment';
export const HOME_REGION = 'us-east-1';
export const MEMBER_ROLE = 'PostmanAgentEnrolmentMember';
export const EXTERNAL_ID = 'postman-agent-enrolment';

const HOUR_MS = 3_600_000;
const STS = 'https://sts.amazonaws.com/doc/2011-06-15/';

export interface UpdatedService {
  readonly serviceArn: string;
  readonly deployments: readonly { readonly id: string; readonly status: string }[];
}

/** AWS, as the functions of the enrolment see it: the account of the enrolment, and the members, which are made when they are first called. */
export class Network {
  readonly home: FakeAws;
  /** Of the bucket of the enrolment, by their keys. */
  readonly objects: Map<string, string>;
  readonly members = new Map<string, FakeAws>();
  /** Until when, in milliseconds since 1970, by the token. */
  private readonly sessions = new Map<string, number>();
  private readonly kinds: ReadonlyMap<string, PlaceSpec['kind']>;
  private readonly dropped = new Set<string>();
  /** How long the credentials of a role are good. They say an hour, and somebody may revoke them earlier. */
  sessionMs = HOUR_MS;
  /** Before each call. */
  onCall?: (by: number) => void;
  /** After each update of a service, with the service as it is then. */
  onUpdate?: (place: Pick<PlaceSpec, 'account' | 'region'>, service: UpdatedService) => void;
  /** What AWS answers instead. @param call `service:Action` @param by the invocation that makes it */
  fault?: (call: string, http: HttpCall, by: number) => AwsError | undefined;
  /** How long a call takes, half more or less. */
  latencyMs = 0;

  constructor(private readonly places: readonly PlaceSpec[], readonly clock: MovedClock, readonly audit: Audit, private readonly chance: Chance) {
    this.home = new FakeAws({ account: HOME, region: HOME_REGION, clock, callMs: 0 });
    this.objects = this.home.s3.add(BUCKET);
    this.kinds = new Map(places.map(place => [placeIdOf(place), place.kind]));
  }

  member(account: string): FakeAws {
    const known = this.members.get(account);
    if (known) return known;
    if (this.dropped.has(account)) throw new Error(`${account} is called after it was dropped.`);
    const places = this.places.filter(place => place.account === account);
    const made = accountOf(places, this.clock);
    this.members.set(account, made);
    return made;
  }

  /** Forgets a member whose work is done: a whole organisation does not fit into the memory. */
  drop(account: string): void {
    this.members.delete(account);
    this.dropped.add(account);
  }

  /** Lets everything happen in the members that is due. */
  settle(): void {
    for (const aws of this.members.values()) aws.advance(this.clock.now() - aws.now());
  }

  /** @param by the invocation that makes the call */
  async handle(http: HttpCall, by: number): Promise<Outcome> {
    const [, account, region, service] = /Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\//.exec(String(http.headers.authorization)) ?? [];
    if (account === undefined) throw new Error(`The call is not signed: ${http.method} ${http.url}`);
    this.onCall?.(by);
    if (this.latencyMs > 0) await this.clock.sleep(Math.round(this.latencyMs * (0.5 + this.chance.next())));
    if (service === 's3') return this.store(http, by);
    const action = String(http.headers['x-amz-target'] ?? '').split('.').pop() || (new URLSearchParams(http.body).get('Action') ?? http.url);
    const fault = this.fault?.(`${service}:${action}`, http, by);
    if (account === HOME && fault !== undefined) return refused(service as ServiceName, fault);
    if (account === HOME) return service === 'sts' ? this.assume(http) : this.home.handle(http);
    const refusal = fault ?? this.refusal(account, region, http);
    const outcome = refusal === undefined ? await this.answered(account, http) : refused(service as ServiceName, refusal);
    if (action === 'UpdateService' && outcome.answer?.status === 200) {
      this.onUpdate?.({ account, region }, (JSON.parse(outcome.answer.body) as { readonly service: UpdatedService }).service);
    }
    const isThrottled = (outcome.answer?.status ?? 0) >= 400 && /Throttl|RequestLimit/.test(outcome.answer!.body);
    this.audit.called(account, region, service, action, by, isThrottled, this.clock.now());
    return outcome;
  }

  private async answered(account: string, http: HttpCall): Promise<Outcome> {
    const aws = this.member(account);
    aws.advance(this.clock.now() - aws.now());
    const outcome = await aws.handle(http);
    // What was called is in the audit.
    aws.calls.length = 0;
    return outcome;
  }

  private refusal(account: string, region: string, { headers }: HttpCall): AwsError | undefined {
    const until = this.sessions.get(String(headers['x-amz-security-token']));
    if (until === undefined || this.clock.now() >= until) return new AwsError('ExpiredTokenException', 'The security token included in the request is expired');
    // The answer of a region that the account has not opted in to.
    if (this.kinds.get(placeIdOf({ account, region })) !== 'disabled') return undefined;
    return new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }

  private async store(http: HttpCall, by: number): Promise<Outcome> {
    const outcome = await this.home.handle(http);
    this.home.calls.length = 0;
    this.audit.stored(s3Action(http), String(readS3(http).Key ?? ''), (outcome.answer?.status ?? 500) < 300, http.body, by, this.clock.now());
    return outcome;
  }

  private assume({ body }: HttpCall): Outcome {
    const form = new URLSearchParams(body);
    const role = form.get('RoleArn') ?? '';
    const [, account, name] = /^arn:aws:iam::(\d{12}):role\/(.+)$/.exec(role) ?? [];
    const place = this.places.find(one => one.account === account);
    const hasRole = place !== undefined && !this.places.some(one => one.account === account && one.kind === 'noRole');
    if (!hasRole || name !== MEMBER_ROLE || form.get('ExternalId') !== EXTERNAL_ID) {
      return refused('sts', new AwsError('AccessDenied', `User is not authorized to perform: sts:AssumeRole on resource: ${role}`, 403));
    }
    const token = `session-${this.sessions.size}`;
    this.sessions.set(token, this.clock.now() + this.sessionMs);
    const Expiration = new Date(this.clock.now() + HOUR_MS).toISOString();
    const members = { AccessKeyId: account, SecretAccessKey: 'test', SessionToken: token, Expiration };
    const xml = Object.entries(members).map(([member, value]) => `<${member}>${value}</${member}>`).join('');
    const text = `<AssumeRoleResponse xmlns="${STS}"><AssumeRoleResult><Credentials>${xml}</Credentials></AssumeRoleResult>`
      + '</AssumeRoleResponse>';
    return { end: 'answered', answer: { status: 200, contentType: 'text/xml', body: text } };
  }
}

function refused(service: ServiceName, error: AwsError): Outcome {
  return { end: 'answered', answer: errorAnswer(service, error) };
}
