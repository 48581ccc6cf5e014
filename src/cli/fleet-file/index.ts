import { extname } from 'node:path';
import { readCsv } from './csv';
import { entriesOf, FileEntry } from './entries';
import { readJson } from './json';
import { Flags } from './layers';
import { FileFaults, FileNode, FilePlaces } from './node';
import { readYaml } from './yaml';
import { usage } from '../../aws';
import { readSource } from '../source';

export { type FileEntry, type PlaceName, type ServicePattern } from './entries';

/** 20,000 entries have less than half of it. */
const MOST = { bytes: 2 * 1024 * 1024, because: 'which is more than a list of services has. Check that it is the right file' };

type Reader = (text: string, places: FilePlaces, faults: FileFaults) => FileNode;

const READERS: { readonly [extension: string]: Reader } = {
  '.yaml': (text, _, faults) => readYaml(text, faults),
  '.yml': (text, _, faults) => readYaml(text, faults),
  '.json': (text, places) => readJson(text, places),
  '.csv': (text, _, faults) => readCsv(text, faults),
};

export interface FleetFile {
  readonly name: string;
  readonly text: string;
  readonly entries: readonly FileEntry[];
}

/**
 * Reads the services of `--from`, and what is asked for them.
 *
 * @param flags of the command line: they apply if neither an entry nor the defaults of the file say otherwise
 * @throws Failure a usage error with everything that is wrong, each with file, line and column
 */
export async function readFleetFile(name: string, flags: Flags): Promise<FleetFile> {
  const read = READERS[extname(name).toLowerCase()];
  if (read === undefined) throw usage(`\`--from\` must name a file that ends in ${Object.keys(READERS).join(', ')}, got: ${name || '(nothing)'}`);
  const text = await readSource(name, MOST);
  const places = new FilePlaces(name, text);
  const faults = new FileFaults(places);
  const binary = text.search(/[^\P{Cc}\t\n\r]/u);
  if (binary >= 0) throw faults.only(binary, 'there is a control character, so this is not a text. Save the file as UTF-8');
  return { name, text, entries: entriesOf(read(text, places, faults), places, faults, flags) };
}
