import { createReadStream } from 'node:fs';
import { usage } from '../aws/calls/failure';

/** ECS takes 65,536 bytes without white space. A file may have much of it, and comments. */
const MAX_BYTES = 1024 * 1024;

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
export async function readSource(source: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of source === '-' ? process.stdin : createReadStream(source)) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) throw usage(`${nameOfSource(source)} has more than ${MAX_BYTES} bytes, and ECS allows 65536 for a task definition.`);
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
    throw usage(`${name} is not a text in UTF-8.`);
  }
}
