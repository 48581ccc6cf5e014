import { PlaceName } from './contract';
import { placeId, placeIn } from './keys';
import { usage } from '../../aws';

interface Given { readonly account?: unknown; readonly regions?: unknown }

/** Places beyond this are a mistake: an organization has 10,000 accounts at most by default. */
const MOST_PLACES = 50_000;

/** @throws Failure if an account or a region does not have the form of one, or if there is no place */
export function placesOf(given: unknown, where: string): PlaceName[] {
  if (!Array.isArray(given)) throw usage(`${where} must be a list of { "account": "<12 digits>", "regions": ["<region>"] }.`);
  const places = given.flatMap(({ account, regions }: Given, index) => {
    if (!Array.isArray(regions)) throw usage(`${where}[${index}]: \`regions\` must be a list, got: ${JSON.stringify(regions)}`);
    return regions.map(region => checked(String(account), String(region), `${where}[${index}]`));
  });
  return unique(places, where);
}

/** A file of places: JSON in the form of `placesOf`, or CSV with the columns `account` and `region`. @throws Failure if it is neither */
export function placesInFile(text: string, where: string): PlaceName[] {
  if (text.trimStart().startsWith('[')) return placesOf(parsed(text, where), where);
  const [header = '', ...lines] = text.split(/\r?\n/);
  const columns = header.replace(/^\uFEFF/, '').split(',').map(name => name.trim().toLowerCase());
  const [account, region] = ['account', 'region'].map(name => columns.indexOf(name));
  if (account < 0 || region < 0) throw usage(`${where} must be JSON, or CSV with the columns account and region. Its first line is: ${header.slice(0, 100)}`);
  const places = lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const fields = line.split(',').map(field => field.trim().replace(/^"(.*)"$/, '$1'));
    return [checked(fields[account] ?? '', fields[region] ?? '', `${where}:${index + 2}`)];
  });
  return unique(places, where);
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usage(`${where} is no JSON: ${(error as Error).message}`);
  }
}

function checked(account: string, region: string, where: string): PlaceName {
  const place = placeIn(`${account}-${region}`);
  if (place === undefined) throw usage(`${where}: wanted an account of 12 digits and a region such as eu-west-1, got: ${account.slice(0, 50)}, ${region.slice(0, 50)}`);
  return place;
}

/** A place that is named twice is one. */
function unique(places: readonly PlaceName[], where: string): PlaceName[] {
  const all = [...new Map(places.map(place => [placeId(place), place])).values()];
  if (all.length === 0) throw usage(`${where} has no place.`);
  if (all.length > MOST_PLACES) throw usage(`${where} has ${all.length} places, more than ${MOST_PLACES}.`);
  return all;
}
