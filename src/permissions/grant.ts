import { ApiKeySource, readApiKey } from './api-key';
import { policyDocument } from './statement';
import { keyStoreOf, parameterResource, SECRET_REFERENCE } from '../agent';

/** The document of the inline policy with which an execution role reads the API key. The same source always gives the same text. */
export function grantDocument(source: ApiKeySource): string {
  return JSON.stringify(policyDocument(readApiKey(source)));
}

/** The source of the API key in a document that this program wrote; undefined if the document is another in any way. */
export function sourceGrantedBy(document: string): ApiKeySource | undefined {
  const [resource, keyArn] = resourcesOf(document);
  if (resource === undefined || !GRANTED.test(resource)) return undefined;
  const arn = resource.replace(/-\?{6}$/, '');
  const store = keyStoreOf(arn);
  const source: ApiKeySource = { store, arn, arnIsComplete: arn === resource, region: arn.split(':')[3], ...keyArn === undefined ? {} : { keyArn } };
  return grantDocument(source) === normalized(document) ? source : undefined;
}

/** A secret or a parameter as the resource of a grant. */
const GRANTED = /^arn:[^:]+:(?:secretsmanager:[^:]+:[^:]+:secret:[^*?]+(?:\?{6})?|ssm:[^:]+:[^:]+:parameter\/[^*?]+)$/;

/** The only resources of the statements of a document. */
function resourcesOf(document: string): (string | undefined)[] {
  const parsed = parsedOf(document) as { readonly Statement?: readonly { readonly Resource?: readonly unknown[] }[] } | undefined;
  if (!Array.isArray(parsed?.Statement)) return [];
  return parsed.Statement.map(statement => {
    const resource: unknown = Array.isArray(statement?.Resource) ? statement.Resource[0] : undefined;
    return typeof resource === 'string' ? resource : undefined;
  });
}

/** Without white space between the members. */
function normalized(document: string): string {
  return JSON.stringify(parsedOf(document));
}

function parsedOf(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    return undefined;
  }
}

/** The ARN of the secret or the parameter in a reference, without the field and the version that may follow it. */
export function sourceArnIn(reference: string): string {
  return reference.split(':').slice(0, keyStoreOf(reference) === 'ssm' ? 6 : 7).join(':');
}

/**
 * Whether a reference of a task definition is to the secret or the parameter. To a secret: its complete ARN, or without the six characters that
 * Secrets Manager added, with or without a field and a version, or the parameter that stands for it. To a parameter: its ARN, or its name.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html
 */
export function namesSource(reference: string, { store, arn, arnIsComplete }: Pick<ApiKeySource, 'store' | 'arn' | 'arnIsComplete'>): boolean {
  const named = sourceArnIn(reference);
  if (store === 'ssm') return named === arn || !reference.startsWith('arn:') && arn.endsWith(`:${parameterResource(reference)}`);
  const bare = arnIsComplete ? arn.replace(/-[^-]{6}$/, '') : arn;
  const [, secret] = SECRET_REFERENCE.exec(named.replace(/^arn:.*:parameter(?=\/)/, '')) ?? [];
  if (secret !== undefined) return bare.endsWith(`:secret:${secret}`);
  return named === arn || named === bare || !arnIsComplete && named.replace(/-[^-]{6}$/, '') === arn;
}
