import { expectedEnds, UNTOUCHED, When } from './expected';
import { Organisation, Row } from './organisation';
import { placeIdOf, PlaceSpec, ServiceSpec } from './specs';
import { JsonObject } from '../../fakes';
import { printJson } from '../../fakes/json';
import { Execution, MOST_BYTES, MOST_EVENTS } from '../states';

/** Steps of a place, of the state machine. */
const MOST_ITERATIONS = 1000;
const MOST_SHOWN = 20;

/** What must hold after each execution, as sentences about what does not. @param when the execution is made */
export function broken(organisation: Organisation, execution: Execution, when: When): readonly string[] {
  const { places, audit, defects } = organisation;
  const rows = rowsByPlace(organisation.results(execution.name));
  const sentences = [
    ...defects.map(({ stack }) => `a defect: ${stack}`),
    ...audit.faults,
    ...organisation.dropped,
    ...machineFaults(execution),
    ...endFault(organisation, execution),
    ...places.flatMap(place => endFaults(place, rows.get(placeIdOf(place)) ?? [], when)),
    ...places.flatMap(place => stateFaults(organisation, place)),
  ];
  return sentences.length > MOST_SHOWN ? [...sentences.slice(0, MOST_SHOWN), `and ${sentences.length - MOST_SHOWN} more`] : sentences;
}

function rowsByPlace(rows: readonly Row[]): Map<string, Row[]> {
  const places = new Map<string, Row[]>();
  for (const row of rows) {
    const id = placeIdOf(row);
    if (!places.has(id)) places.set(id, []);
    places.get(id)!.push(row);
  }
  return places;
}

/** All executions of an execution: its own, and those of the items of its maps. */
export function allOf(execution: Execution): readonly Execution[] {
  return [execution, ...[...execution.mapRuns.values()].flatMap(({ children }) => children.flatMap(child => child ?? []))];
}

function machineFaults(execution: Execution): string[] {
  return allOf(execution).flatMap(({ name, status, error, cause, events, largest }) => [
    ...status === 'RUNNING' ? [`${name} has not ended`] : [],
    ...error !== undefined && !['PlaceFailed', 'EnrolmentFailed'].includes(error) ? [`${name} has failed with ${error}: ${cause}`] : [],
    ...events >= MOST_EVENTS || events > MOST_ITERATIONS * 11 ? [`${name} has ${events} events`] : [],
    ...largest >= MOST_BYTES ? [`${name} has data of ${largest} bytes`] : [],
  ]);
}

/** Whether the end of the execution says what has happened. */
function endFault({ places }: Organisation, { name, status, input }: Execution): string[] {
  const wanted = (input as { readonly places?: readonly string[] }).places;
  const isBad = places.some(place => isUnreadable(place) && (wanted === undefined || wanted.includes(placeIdOf(place))));
  const right = isBad ? 'FAILED' : 'SUCCEEDED';
  return status === right || status === 'RUNNING' ? [] : [`${name} has ended as ${status}, and ${right} is right`];
}

const UNREADABLE = ['noRole', 'disabled'];

function isUnreadable(place: PlaceSpec): boolean {
  return UNREADABLE.includes(place.kind);
}

function endFaults(place: PlaceSpec, rows: readonly Row[], when: When): string[] {
  const id = placeIdOf(place);
  if (isUnreadable(place)) return rows.length === 0 ? [] : [`${id} cannot be read, and has results`];
  const ends = new Map<string, Row[]>();
  for (const row of rows) ends.set(row.service, [...ends.get(row.service) ?? [], row]);
  return place.services.flatMap(({ name, kind }) => {
    const own = ends.get(name) ?? [];
    // One that is deleted is not listed later.
    if (own.length === 0 && kind === 'deleted' && when !== 'ENROL') return [];
    if (own.length !== 1) return [`${name} of ${id} (${kind}) has ${own.length} results`];
    const [{ outcome, reason }] = own;
    return (expectedEnds(kind, when) as readonly string[]).includes(outcome) ? [] : [`${name} of ${id} (${kind}) has ended as ${outcome}: ${reason}`];
  });
}

/** What ECS knows must be what the enrolment may do. */
export function stateFaults({ network }: Organisation, place: PlaceSpec): string[] {
  const aws = network.members.get(place.account);
  if (aws === undefined || place.kind === 'disabled') return [];
  const { ecs } = aws.region(place.region);
  const id = placeIdOf(place);
  const families = new Map<string, ServiceSpec[]>();
  for (const service of place.services) families.set(service.family, [...families.get(service.family) ?? [], service]);
  return [...families].flatMap(([family, services]) => {
    const revisions = ecs.revisionsOf(family);
    const made = revisions.map(({ described }) => described).filter(isMarked).map(comparable);
    const kinds = services.map(({ kind }) => kind);
    const isUntouched = kinds.every(kind => UNTOUCHED.includes(kind));
    return [
      ...new Set(made).size < made.length ? [`${family} of ${id} has two revisions of one plan`] : [],
      ...isUntouched && revisions.length > 1 ? [`${family} of ${id} (${kinds}) has ${revisions.length} revisions`] : [],
      ...services.filter(({ name, cluster, kind }) => UNTOUCHED.includes(kind) && ecs.service(name, cluster).serviceDeployments.length > 1)
        .map(({ name, kind }) => `${name} of ${id} (${kind}) was deployed`),
    ];
  });
}

/** Whether the enrolment has registered it. */
function isMarked(described: JsonObject): boolean {
  return (described.containerDefinitions as readonly unknown[]).length > 1;
}

const OF_THE_REVISION = ['taskDefinitionArn', 'revision', 'registeredAt', 'registeredBy', 'status', 'deregisteredAt'];

/** A definition without what is different in each revision. */
export function comparable(described: JsonObject): string {
  return printJson(Object.fromEntries(Object.entries(described).filter(([member]) => !OF_THE_REVISION.includes(member))));
}

/** The writes of an organisation since then. @param since in milliseconds since 1970 */
export function writesSince({ audit }: Organisation, since: number): readonly string[] {
  return [...audit.places.values()].flatMap(({ writes }) => writes.filter(({ at }) => at >= since).map(({ action }) => action));
}
