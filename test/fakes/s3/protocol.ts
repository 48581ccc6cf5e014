import type { JsonObject } from '../json';
import type { Answer } from '../wire/answer';
import { AwsError } from '../wire/aws-error';
import type { HttpCall } from '../wire/http-call';
import { element, escaped } from '../wire/xml';

/* The protocol of S3 is one of its own. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html */

interface Address { readonly Bucket: string; readonly Key: string; readonly search: URLSearchParams }

/** The bucket is in the name of the host, or first in the path. */
function addressOf({ url, headers }: HttpCall): Address {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [, inHost] = /^(.+?)\.s3[.-]/.exec(String(headers.host ?? '')) ?? [];
  const path = decodeURIComponent(pathname).slice(1);
  if (inHost !== undefined) return { Bucket: inHost, Key: path, search: searchParams };
  const slash = path.indexOf('/');
  return slash < 0 ? { Bucket: path, Key: '', search: searchParams } : { Bucket: path.slice(0, slash), Key: path.slice(slash + 1), search: searchParams };
}

/** @returns an empty text for an action that the fakes do not have */
export function s3Action(call: HttpCall): string {
  const { Key, search } = addressOf(call);
  if (Key === '') return call.method === 'GET' && search.get('list-type') === '2' ? 'ListObjectsV2' : '';
  return { GET: 'GetObject', PUT: 'PutObject', DELETE: 'DeleteObject' }[call.method] ?? '';
}

export function readS3(call: HttpCall): JsonObject {
  const { Bucket, Key, search } = addressOf(call);
  const known = ['list-type', 'prefix', 'x-id', 'continuation-token', 'max-keys'];
  const unread = [...search.keys()].find(name => !known.includes(name));
  if (unread !== undefined) throw new AwsError('NotImplemented', `The fakes do not have the parameter ${unread} of S3.`, 501);
  const header = (name: string) => call.headers[name] === undefined ? {} : { [name]: String(call.headers[name]) };
  return {
    Bucket, ...Key === '' ? { Prefix: search.get('prefix') ?? '' } : { Key },
    ...call.method === 'PUT' ? { Body: call.body, ...header('if-match'), ...header('if-none-match') } : {},
  };
}

/** @param output what `Buckets` answers */
export function s3Answer(action: string, output: object): Answer {
  const { ETag, Body = '', keys = [], Bucket = '', Prefix = '' } = output as Output;
  const headers: Readonly<Record<string, string>> = ETag === undefined ? {} : { etag: ETag };
  if (action === 'GetObject') return { status: 200, contentType: 'application/octet-stream', body: Body, headers };
  if (action === 'DeleteObject') return { status: 204, contentType: 'text/plain', body: '', headers };
  if (action === 'PutObject') return { status: 200, contentType: 'text/plain', body: '', headers };
  const contents = keys.map(key => element('Contents', element('Key', escaped(key)))).join('');
  const told = element('Name', Bucket) + element('Prefix', escaped(Prefix)) + element('KeyCount', String(keys.length)) + element('IsTruncated', 'false');
  return { status: 200, contentType: 'application/xml', body: `<?xml version="1.0" encoding="UTF-8"?>${element('ListBucketResult', told + contents)}` };
}

interface Output { readonly ETag?: string; readonly Body?: string; readonly keys?: readonly string[]; readonly Bucket?: string; readonly Prefix?: string }
