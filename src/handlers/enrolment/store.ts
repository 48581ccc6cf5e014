import { Account, Failure, isNamed } from '../../aws';

/** A document with the version that a later write must come after. */
export interface Stored<T> {
  readonly value: T;
  /** The ETag of the object. */
  readonly version: string;
}

/** There was no object before. */
export const NEW = Symbol('new');

interface GetAnswer { readonly Body: { transformToString(encoding: string): Promise<string> }; readonly ETag: string }

/** JSON documents in a bucket of S3. Of two processes that write after the same version, one succeeds. */
export class Store {
  constructor(private readonly account: Account, public readonly bucket: string) {}

  /** @returns undefined if there is none */
  public async read<T>(key: string): Promise<Stored<T> | undefined> {
    const found = await this.text(key);
    return found && { value: JSON.parse(found.value) as T, version: found.version };
  }

  public async text(key: string, bucket = this.bucket): Promise<Stored<string> | undefined> {
    try {
      const { Body, ETag } = await this.account.call<GetAnswer>('s3', 'GetObject', { Bucket: bucket, Key: key });
      return { value: await Body.transformToString('utf-8'), version: ETag };
    } catch (error) {
      if (isNamed(error, 'NoSuchKey', 'NotFound')) return undefined;
      throw this.failure(error, 'GetObject', key);
    }
  }

  /**
   * @param after the version that was read before
   * @returns the new version; undefined if another process has written since then
   */
  public async write(key: string, value: unknown, after: string | typeof NEW): Promise<string | undefined> {
    const text = JSON.stringify(value);
    try {
      const { ETag } = await this.account.call<{ readonly ETag: string }>('s3', 'PutObject', {
        Bucket: this.bucket, Key: key, Body: text, ContentType: 'application/json', ...after === NEW ? { IfNoneMatch: '*' } : { IfMatch: after },
      });
      return ETag;
    } catch (error) {
      if (!isNamed(error, 'PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey')) throw this.failure(error, 'PutObject', key);
      // An answer that was lost on its way: the call was repeated, and met what it had written.
      const now = await this.text(key);
      return now?.value === text ? now.version : undefined;
    }
  }

  /** Writes what no other process writes. */
  public async put(key: string, text: string, contentType = 'application/json'): Promise<void> {
    await this.account.must('s3', 'PutObject', { Bucket: this.bucket, Key: key, Body: text, ContentType: contentType }, { subject: key });
  }

  public async remove(key: string): Promise<void> {
    await this.account.must('s3', 'DeleteObject', { Bucket: this.bucket, Key: key }, { subject: key });
  }

  /** The first objects of a folder, a thousand at most. */
  public async list(prefix: string): Promise<string[]> {
    const { Contents = [] } = await this.account.must<{ readonly Contents?: readonly { readonly Key: string }[] }>(
      's3', 'ListObjectsV2', { Bucket: this.bucket, Prefix: prefix }, { subject: prefix },
    );
    return Contents.map(({ Key }) => Key);
  }

  private failure(error: unknown, action: string, key: string): Failure {
    return this.account.failure(error, `s3:${action}`, { subject: key });
  }
}

/** A document that only this process should write. */
export class OwnDocument {
  /** @param version that was read, or `NEW` */
  constructor(private readonly store: Store, private readonly key: string, private version: string | typeof NEW) {}

  /** @throws Error if another process has written it */
  public async write(value: unknown): Promise<void> {
    const version = await this.store.write(this.key, value, this.version);
    if (version === undefined) throw new Error(`Another process has written ${this.key}.`);
    this.version = version;
  }
}
