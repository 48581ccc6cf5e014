import { createReadStream } from 'node:fs';
import { usage } from '../aws/calls/failure';

/** How large a source may be. */
export interface MostBytes {
  readonly bytes: number;
  /** Why, as a clause after a comma. */
  readonly because: string;
}

/** ECS takes 65,536 bytes without white space. A file may have much of it, and comments. */
const OF_DEFINITION: MostBytes = { bytes: 1024 * 1024, because: 'and ECS allows 65536 for a task definition' };

const FAULTS: { readonly [code: string]: string } = {
  ENOENT: 'does not exist', EISDIR: 'is a directory and not a file', EACCES: 'may not be read', ENOTDIR: 'does not exist: a part of the path is a file',
};

/** How sentences call a source. */
export function nameOfSource(source: string): string {
  return source === '-' ? 'The standard input' : `The file ${source || '(no name)'}`;
}

/**
 * The text of a file, or of the standard input.
 *
 * @param source a path, or `-`
 * @throws Failure a usage error if it cannot be read, is too large, or is not UTF-8
 */
export async function readSource(source: string, most = OF_DEFINITION): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of source === '-' ? process.stdin : createReadStream(source)) {
      bytes += chunk.length;
      if (bytes > most.bytes) throw usage(`${nameOfSource(source)} has more than ${most.bytes} bytes, ${most.because}.`);
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    const fault = FAULTS[(error as NodeJS.ErrnoException).code ?? ''];
    if (fault === undefined) throw error;
    throw usage(`${nameOfSource(source)} ${fault}.`);
  }
  return decode(Buffer.concat(chunks), nameOfSource(source));
}

function decode(content: Buffer, name: string): string {
  const mark = content.subarray(0, 2).toString('hex');
  if (mark === 'fffe' || mark === 'feff') throw usage(`${name} is UTF-16. Save it as UTF-8; in PowerShell, with \`| Out-File -Encoding utf8\`.`);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    const before = content.toString('utf8').split('\uFFFD', 1)[0].split('\n');
    throw usage(`${name} is not a text in UTF-8: line ${before.length}, column ${before[before.length - 1].length + 1}.`);
  }
}
