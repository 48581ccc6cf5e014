import { IConstruct } from 'constructs';
import { LONGEST_MEMBER_ROLE } from './names';
import { describeValue } from '../kinds';
import { isKnownLater } from '../tree/later';
import { wrong } from '../users-language';

/** An account, and the regions in it. */
interface Place {
  readonly account: string;
  readonly regions: readonly string[];
}

/** A text with a form. */
interface Form {
  readonly matches: RegExp;
  readonly wanted: string;
}

const ACCOUNT: Form = { matches: /^\d{12}$/, wanted: 'an account id of 12 digits' };
const REGION: Form = { matches: /^[a-z]{2}(?:-[a-z]+)+-\d+$/, wanted: 'a region, such as eu-west-1' };

/** The texts that an enrolment and its members take. */
const FORMS: { readonly [prop: string]: Form } = {
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
  externalId: { matches: /^[\w+=,.@:/-]{2,1224}$/, wanted: 'a text of 2 to 1,224 letters, digits and any of _+=,.@:/-' },
  memberRoleName: {
    matches: new RegExp(`^[\\w+=,.@-]{1,${LONGEST_MEMBER_ROLE}}$`),
    wanted: `the name of a role, of at most ${LONGEST_MEMBER_ROLE} letters, digits and any of _+=,.@-, since the names of two more roles begin with it`,
  },
  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html
  busName: { matches: /^(?!aws\.|default$)[\w.-]{1,256}$/, wanted: 'the name of an event bus of its own, of letters, digits and any of ._-, and not `default`' },
  // https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
  organizationId: { matches: /^o-[a-z0-9]{10,32}$/, wanted: 'the id of an organization, such as o-a1b2c3d4e5' },
  enrolmentAccount: ACCOUNT,
  enrolmentRegion: REGION,
  homeRegion: REGION,
  apiKeySecretName: { matches: /^(?:arn:[\w:/+=.@!?*-]+|[\w/+=.@-]{1,512})$/, wanted: 'the name of a secret, or its ARN' },
  apiKeyParameterName: { matches: /^(?:arn:[\w:/.-]+|[\w/.-]{1,1011})$/, wanted: 'the name of a parameter, or its ARN' },
};

/** @throws if a text does not have its form; the error names the property */
export function requireForms(scope: IConstruct, props: object): void {
  const given = props as { readonly [prop: string]: unknown };
  for (const [prop, form] of Object.entries(FORMS)) if (given[prop] !== undefined) requireForm(scope, `\`${prop}\``, form, given[prop]);
}

/** @throws if a property is missing, which TypeScript refuses and JavaScript does not */
export function requireGiven(scope: IConstruct, props: object, names: readonly string[]): void {
  const given = props as { readonly [prop: string]: unknown };
  const missing = names.find(name => given[name] === undefined);
  if (missing !== undefined) throw wrong(scope, `\`${missing}\` must be ${FORMS[missing].wanted}, got: undefined.`);
}

function requireForm(scope: IConstruct, what: string, { matches, wanted }: Form, value: unknown): void {
  if (isKnownLater(value) || typeof value === 'string' && matches.test(value)) return;
  throw wrong(scope, `${what} must be ${wanted}, got: ${describeValue(value)}.`);
}

function requireWholeNumber(scope: IConstruct, prop: string, value: unknown, [least, most]: readonly [number, number]): void {
  if (isKnownLater(value) && typeof value !== 'number' || Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw wrong(scope, `\`${prop}\` must be a whole number from ${least} to ${most.toLocaleString('en-US')}, got: ${typeof value === 'number' ? value : describeValue(value)}.`);
}

/** A state, and the payload of a function, take 256 KiB. This leaves room for the rest. */
const MOST_CHARACTERS = 200_000;

/** The two ways to name the places. */
interface PlacesProps {
  readonly places?: readonly Place[];
  readonly placesFile?: { readonly bucket: unknown; readonly key: string };
}

/** Exactly one list of places, with each place once. */
function requirePlaces(scope: IConstruct, { places, placesFile }: PlacesProps): void {
  if ((places === undefined) === (placesFile === undefined)) {
    const found = places === undefined ? 'neither' : 'both';
    throw wrong(scope, `exactly one of \`places\` and \`placesFile\` is needed, got: ${found}. \`places\` has the accounts and their regions, \`placesFile\` is an object of Amazon S3 that has them.`);
  }
  if (placesFile !== undefined) return requireFile(scope, placesFile);
  if (!Array.isArray(places) || places.length === 0) {
    throw wrong(scope, `\`places\` must have at least one account with its regions, got: ${describeValue(places)}.`);
  }
  const known = new Map<string, string>();
  places.forEach((place, index) => requirePlace(scope, `\`places\`[${index}]`, place, known));
  const { length } = JSON.stringify(places);
  if (length <= MOST_CHARACTERS) return;
  throw wrong(scope, `\`places\` has ${length.toLocaleString('en-US')} characters, and a state machine passes on ${MOST_CHARACTERS.toLocaleString('en-US')} at most. Put the list into an object of Amazon S3 and use \`placesFile\`.`);
}

function requireFile(scope: IConstruct, { bucket, key }: NonNullable<PlacesProps['placesFile']>): void {
  const isBucket = typeof (bucket as { readonly arnForObjects?: unknown } | undefined)?.arnForObjects === 'function';
  if (isBucket && typeof key === 'string' && key !== '') return;
  throw wrong(scope, `\`placesFile\` must have a bucket (\`s3.IBucket\`) and the key of an object in it, got: ${describeValue(isBucket ? key : bucket)}. Use Bucket.fromBucketName for a bucket that exists.`);
}

/** @param known  what has named each place so far */
function requirePlace(scope: IConstruct, where: string, place: Place, known: Map<string, string>): void {
  const { account, regions } = place ?? {};
  requireForm(scope, `the account of ${where}`, ACCOUNT, account);
  if (!Array.isArray(regions) || regions.length === 0) {
    throw wrong(scope, `the regions of ${where} must be a list with at least one region, got: ${describeValue(regions)}.`);
  }
  for (const region of regions) {
    requireForm(scope, `each region of ${where}`, REGION, region);
    const first = known.get(`${account} ${region}`);
    if (first !== undefined) throw wrong(scope, `${where} names region ${region} of account ${account}, which ${first} has named already. Name each place once.`);
    known.set(`${account} ${region}`, where);
  }
}

/** What an enrolment is asked for, besides the agent. */
interface EnrolmentProps extends PlacesProps {
  readonly externalId: string;
  readonly mode: string;
  readonly toleratedFailurePercentage: number;
  readonly maxConcurrency: number;
  readonly reconcile?: boolean;
  readonly schedule?: unknown;
  readonly events?: boolean;
  readonly organizationId?: string;
}

/** How many executions a Distributed Map runs at a time. https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html */
const MOST_CONCURRENT = 10_000;

/** @throws if a property is wrong; the error names it */
export function requireEnrolment(scope: IConstruct, props: EnrolmentProps, modes: readonly string[]): void {
  requireGiven(scope, props, ['externalId']);
  requireForms(scope, props);
  requirePlaces(scope, props);
  if (!modes.includes(props.mode)) {
    throw wrong(scope, `\`mode\` must be one of ${modes.map(name => `EnrolmentMode.${name}`).join(', ')}, got: ${describeValue(props.mode)}; leave it out for EnrolmentMode.PLAN.`);
  }
  requireWholeNumber(scope, 'toleratedFailurePercentage', props.toleratedFailurePercentage, [0, 100]);
  requireWholeNumber(scope, 'maxConcurrency', props.maxConcurrency, [1, MOST_CONCURRENT]);
  if (props.reconcile === false && props.schedule !== undefined) {
    throw wrong(scope, '`schedule` says when an execution begins, and `reconcile` is false, so none does. Leave one of the two out.');
  }
  if (props.events === false || props.organizationId !== undefined) return;
  if (props.placesFile !== undefined) {
    throw wrong(scope, '`organizationId` is needed with `placesFile`: the accounts that may send events are not known. Set it, or set `events` to false; then new services are enrolled by the schedule.');
  }
  const { length } = accountsOf(props.places!);
  if (length <= MOST_SENDERS) return;
  throw wrong(scope, `\`places\` has ${length.toLocaleString('en-US')} accounts, and the policy of an event bus takes ${MOST_SENDERS}. Set \`organizationId\`, or set \`events\` to false.`);
}

/** The policy of a bus takes 10 KB, and an account 15 characters of it. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html */
const MOST_SENDERS = 600;

/** Each account once. */
export function accountsOf(places: readonly Place[]): string[] {
  return [...new Set(places.map(({ account }) => account))];
}
