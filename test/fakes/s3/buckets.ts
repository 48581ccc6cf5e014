import { createHash } from 'node:crypto';
import { JsonObject, textIn } from '../json';
import { Actions } from '../wire/actions';
import { AwsError } from '../wire/aws-error';

const MOST_KEYS = 1000;

/**
 * The buckets of an account, with conditional writes.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export class Buckets {
  readonly actions: Actions = {
    GetObject: input => {
      const key = textIn(input.Key)!;
      const body = this.of(input).get(key);
      if (body === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
      return { Body: body, ETag: etagOf(body) };
    },
    PutObject: input => {
      const bucket = this.of(input);
      const key = textIn(input.Key)!;
      const before = bucket.get(key);
      const [match, noneMatch] = [textIn(input['if-match']), textIn(input['if-none-match'])];
      if (match !== undefined && before === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
      if (match !== undefined && match !== etagOf(before!) || noneMatch === '*' && before !== undefined) {
        throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
      }
      const body = textIn(input.Body) ?? '';
      bucket.set(key, body);
      return { ETag: etagOf(body) };
    },
    DeleteObject: input => {
      this.of(input).delete(textIn(input.Key)!);
      return {};
    },
    ListObjectsV2: input => {
      const Prefix = textIn(input.Prefix) ?? '';
      const keys = [...this.of(input).keys()].filter(key => key.startsWith(Prefix)).sort().slice(0, MOST_KEYS);
      return { Bucket: textIn(input.Bucket), Prefix, keys };
    },
  };

  private readonly buckets = new Map<string, Map<string, string>>();

  add(name: string): Map<string, string> {
    const objects = new Map<string, string>();
    this.buckets.set(name, objects);
    return objects;
  }

  /** The contents of objects by their keys. */
  objects(name: string): Map<string, string> {
    return this.of({ Bucket: name });
  }

  private of({ Bucket }: JsonObject): Map<string, string> {
    const bucket = this.buckets.get(textIn(Bucket) ?? '');
    if (bucket === undefined) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    return bucket;
  }
}

function etagOf(body: string): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
