import { journalFolder } from './folder';
import { earlierRuns, Journal } from './journal';
import { Failure, isBeforeUpdate, isOfRequest, ServiceRun } from '../../aws';
import { mayContinue, Part } from '../../fleet';
import { Output } from '../output';

export { digestOfFile } from './journal';
export { journalFolder, readJournals } from './folder';
export { isAlive } from './owner';
export { unfinishedOf, type Beginning, type JournalRecord } from './record';

/** Where a run is kept, and how it was called. */
export interface JournalPlace {
  readonly folder: string;
  /** Whether the user has named the folder. What is wrong with another one stops no run. */
  readonly isNamed: boolean;
  /** As commander handed them over. */
  readonly flags: { readonly [flag: string]: unknown };
}

/** Where a run with these flags is kept. Undefined if the environment names no folder. */
export function journalPlace(flags: { readonly journal?: string }): JournalPlace | undefined {
  const folder = journalFolder(flags.journal, process.env);
  return folder === undefined ? undefined : { folder, isNamed: flags.journal !== undefined, flags: { ...flags } };
}

/**
 * The runs that an earlier process has left of the services of plans, begun with the same options. One that has not updated its service is not
 * continued while the service is refused. One that has ended well is among them as long as its service is as it has left it.
 *
 * @throws Failure if another process works on one of the services
 */
export function runsToContinue(parts: readonly Part[], place: JournalPlace | undefined, output: Output): ReadonlyMap<string, ServiceRun> {
  const plans = new Map(parts.flatMap(({ plan: { request, services } }) => services.map(plan => [plan.service.serviceArn, { request, plan }])));
  const [first] = plans.values();
  if (place === undefined || first === undefined) return new Map();
  const earlier = orNothing(place, output, 'A run that was stopped is not continued.', () => earlierRuns(place.folder, { verb: first.request.verb, services: [...plans.keys()] }));
  const runs = [...new Map([...earlier?.done ?? [], ...earlier?.runs ?? []])].filter(([arn, run]) => {
    const { request, plan } = plans.get(arn)!;
    return isOfRequest(run, request) && mayContinue(run, plan);
  });
  const open = runs.filter(([, { phase }]) => phase !== 'ended');
  const onTheirWay = open.filter(([, run]) => !isBeforeUpdate(run)).length;
  if (open.length > 0) output.note(`continuing the run of ${open.length} ${open.length === 1 ? 'service' : 'services'} that an earlier process has left, ${onTheirWay} of them updated`);
  return new Map(runs);
}

/** Begins to keep a run. Undefined if it is not kept. @param earlier the runs to continue. @throws Failure if another process works on one of the services */
export function beginJournal(
  parts: readonly Part[], earlier: ReadonlyMap<string, ServiceRun>, place: JournalPlace | undefined, output: Output,
): Journal | undefined {
  const services = parts.flatMap(({ plan }) => plan.services.map(({ service }) => service.serviceArn));
  if (place === undefined || services.length === 0) return undefined;
  const [{ account, plan: { request: { verb } } }] = parts;
  const done = [...earlier.values()].filter(({ phase }) => phase === 'ended');
  const request = { verb, flags: place.flags, services, done, now: account.clock.now() };
  return orNothing(place, output, 'The run is not kept, so another process cannot continue it.', () => Journal.begin(place.folder, request, line => output.note(`warning: ${line}`)));
}

/** A folder that the user has not named, and that cannot be used, is only noted. @param then what that leads to */
function orNothing<T>({ isNamed }: JournalPlace, output: Output, then: string, act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (isNamed || !(error instanceof Failure) || error.kind === 'refused') throw error;
    output.note(`warning: ${error.message} ${then}`);
    return undefined;
  }
}
