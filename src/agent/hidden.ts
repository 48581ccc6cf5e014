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
