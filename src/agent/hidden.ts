/** What must not be shown: API keys, and the user and password in the URL of a proxy. */

/** Postman's API keys begin so. */
export const API_KEY_PREFIX = 'PMAK-';

/** Whether a text that is not meant to be an API key looks like one. */
export function looksLikeApiKey(text: string): boolean {
  return text.toUpperCase().startsWith(API_KEY_PREFIX);
}

/** A text without the API keys that can be recognized by their form. */
export function withoutApiKeys(text: string): string {
  return text.replace(/(PMAK-)[\w-]+/gi, '$1***');
}

/** Everything before the last `@` may be a password, whatever form the URL has. */
const PROXY = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)@/is;

/** The URL of a proxy without its user and password. */
export function withoutCredentials(proxy: string): string {
  return proxy.replace(PROXY, '$1***@');
}

/** The URL of a proxy as it is without a user and a password. */
export function withoutUserInfo(proxy: string): string {
  return proxy.replace(PROXY, '$1');
}

/** The user and password in the URL of a proxy, with the `@` after them. */
export function credentialsOf(proxy: string): string[] {
  const [, , credentials = ''] = PROXY.exec(proxy) ?? [];
  return credentials === '' ? [] : [`${credentials}@`];
}

/** A URL in a text ends at a blank or a quote. */
const URL_IN_TEXT = /([a-z][a-z0-9+.-]*:\/\/)([^\s"'`]*)@/gi;

/** A text without the users and passwords of the URLs in it. */
export function withoutUrlCredentials(text: string): string {
  return text.replace(URL_IN_TEXT, '$1***@');
}

/** The users and passwords of the URLs in a text, each with the `@` after it. */
export function urlCredentialsIn(text: string): string[] {
  return [...text.matchAll(URL_IN_TEXT)].flatMap(([, , credentials]) => credentials === '' ? [] : [`${credentials}@`]);
}

/** Whether a text may be an API key. A shorter one is not, and may be a part of any word. */
export function isLongEnough(text: string): boolean {
  return text.length >= 8;
}

/** A value as it is, quoted as JSON and quoted for a shell. */
function formsOf(value: string): string[] {
  return [value, JSON.stringify(value).slice(1, -1), value.replaceAll('\'', '\'\\\'\'')];
}

/** Values that must not be shown or stored: API keys, and the users and passwords of URLs, which end in `@`. */
export class HiddenValues {
  private readonly values = new Set<string>();
  /** The longest first: a value may begin with another. */
  private forms: readonly string[] = [];

  constructor(values: readonly string[] = []) {
    for (const value of values) this.add(value);
  }

  public add(value: string): void {
    if (this.values.has(value)) return;
    this.values.add(value);
    const forms = [value, value.trim()].filter(one => isLongEnough(one) || one.endsWith('@')).flatMap(formsOf);
    this.forms = [...new Set([...this.forms, ...forms])].sort((a, b) => b.length - a.length);
  }

  /** A text without these values, also where they are quoted. */
  public without(text: string): string {
    return this.forms.reduce((cleaned, form) => cleaned.replaceAll(form, form.endsWith('@') ? '***@' : '***'), text);
  }

  /** A text that may have anything in it, without these values, and without what its form shows to be secret. */
  public cleaned(text: string): string {
    return withoutUrlCredentials(withoutApiKeys(this.without(text)));
  }

  /** Data whose texts are cleaned. The names of its members stay. */
  public cleanedData<T>(data: T): T {
    return this.cleanedValue(data) as T;
  }

  private cleanedValue(value: unknown): unknown {
    if (typeof value === 'string') return this.cleaned(value);
    if (Array.isArray(value)) return value.map(item => this.cleanedValue(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, this.cleanedValue(member)]));
  }
}
