import { createHash } from 'node:crypto';
import { Outcome } from '../../fakes/server';
import { HttpCall } from '../../fakes/wire/http-call';

export interface Stored {
  readonly action: string;
  readonly key: string;
  readonly outcome: Outcome;
}

interface Content { readonly body: string; readonly etag: string }

/** A bucket of S3 with conditional writes, in the protocol of S3. */
export class Bucket {
  readonly objects = new Map<string, Content>();
  bytes = 0;

  constructor(private readonly name: string) {}

  text(key: string): string | undefined {
    return this.objects.get(key)?.body;
  }

  put(key: string, body: string): Content {
    const content = { body, etag: `"${createHash('md5').update(body).digest('hex')}"` };
    this.objects.set(key, content);
    this.bytes += body.length;
    return content;
  }

  handle({ method, url, headers, body }: HttpCall): Stored {
    const { pathname, searchParams } = new URL(url, 'http://bucket');
    const path = decodeURIComponent(pathname).slice(1);
    // The name of the bucket is in the host or in the path.
    const key = path.startsWith(`${this.name}/`) ? path.slice(this.name.length + 1) : path;
    const told = (action: string, status: number, text = '', more: Readonly<Record<string, string>> = {}): Stored =>
      ({ action, key, outcome: { end: 'answered', answer: { status, contentType: 'application/xml', body: text, headers: more } } });
    const error = (action: string, status: number, code: string) => told(action, status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
    const before = this.objects.get(key);
    if (method === 'GET' && searchParams.has('list-type')) return told('ListObjectsV2', 200, this.listed(searchParams.get('prefix') ?? ''));
    if (method === 'GET') return before === undefined ? error('GetObject', 404, 'NoSuchKey') : told('GetObject', 200, before.body, { etag: before.etag });
    if (method === 'DELETE') {
      this.objects.delete(key);
      return told('DeleteObject', 204);
    }
    const { 'if-match': wanted, 'if-none-match': none } = headers;
    if (wanted !== undefined && before === undefined) return error('PutObject', 404, 'NoSuchKey');
    if (wanted !== undefined && wanted !== before!.etag || none !== undefined && before !== undefined) return error('PutObject', 412, 'PreconditionFailed');
    return told('PutObject', 200, '', { etag: this.put(key, body).etag });
  }

  private listed(prefix: string): string {
    const keys = [...this.objects.keys()].filter(key => key.startsWith(prefix)).sort().slice(0, 1000);
    return `<ListBucketResult><IsTruncated>false</IsTruncated>${keys.map(key => `<Contents><Key>${key}</Key></Contents>`).join('')}</ListBucketResult>`;
  }
}
