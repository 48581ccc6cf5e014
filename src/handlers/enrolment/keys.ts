import { createHash } from 'node:crypto';
import { PlaceName } from './contract';

export function placeId({ account, region }: PlaceName): string {
  return `${account}-${region}`;
}

/** @returns undefined if the text does not name a place */
export function placeIn(id: string): PlaceName | undefined {
  const [, account, region] = /^(\d{12})-([a-z]{2}(?:-[a-z]+)+-\d)$/.exec(id) ?? [];
  return account === undefined ? undefined : { account, region };
}

/** The names of the objects of an execution. */
export function executionKeys(execution: string) {
  const folder = `executions/${execution}`;
  return { settings: `${folder}/settings.json`, places: `${folder}/places.json`, summary: `${folder}/summary.json`, results: `${folder}/results.csv`, report: `${folder}/report.html` };
}

/** The names of the objects of a place in an execution. */
export function workKeys(execution: string, place: PlaceName) {
  const folder = `executions/${execution}/places/${placeId(place)}`;
  return {
    services: `${folder}/services.json`,
    progress: `${folder}/progress.json`,
    shard: (number: number) => `${folder}/shard-${String(number).padStart(4, '0')}.json`,
    result: `${folder}/result.json`,
    report: `${folder}/report.html`,
  };
}

/** The names of the objects of a place that last longer than an execution. */
export function placeKeys(place: PlaceName) {
  const folder = `places/${placeId(place)}`;
  return { lease: `${folder}/lease.json`, memory: `${folder}/memory.json`, arrivals: `${folder}/arrivals/` };
}

/** One object for each deployment of a service: an event that comes twice is one. */
export function arrivalKey(place: PlaceName, service: string, deployment: string): string {
  return `${placeKeys(place).arrivals}${createHash('sha256').update(`${service} ${deployment}`).digest('hex').slice(0, 32)}.json`;
}
