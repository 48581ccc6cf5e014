import { withoutApiKeys, withoutUrlCredentials } from '../agent';

/** The variables that may hold the API key, in the order in which they are looked at: as Postman's pages name it, and as its newest tool does. */
const KEY_VARIABLES = ['POSTMAN_API_KEY', 'POSTMAN_INSIGHTS_API_KEY'] as const;

/** The API key in the environment of this process. It is never taken from an argument: arguments are visible in process lists. */
export function environmentKey(): string | undefined {
  return valuesInEnvironment()[0];
}

function valuesInEnvironment(): string[] {
  return KEY_VARIABLES.flatMap(name => process.env[name] || []);
}

/** Every value that must be hidden in all output. A shorter text is not a key, and may be a part of any word. */
export function environmentKeys(): string[] {
  return valuesInEnvironment().flatMap(key => [key, key.trim()]).filter(isLongEnough);
}

export function isLongEnough(key: string): boolean {
  return key.length >= 8;
}

/**
 * A text without what must be hidden, also where it is quoted as JSON or for a shell. The longest are replaced first: a key may begin with
 * another. What ends in `@` is the user and password of a URL.
 */
export function withoutKeys(text: string, hidden: Iterable<string>): string {
  const forms = new Set([...hidden].flatMap(key => [key, JSON.stringify(key).slice(1, -1), key.replaceAll('\'', '\'\\\'\'')]));
  return [...forms].sort((a, b) => b.length - a.length).reduce((cleaned, form) => cleaned.replaceAll(form, form.endsWith('@') ? '***@' : '***'), text);
}

/** A text that may have anything in it, without keys and without the users and passwords of URLs. */
export function cleanText(text: string, hidden: Iterable<string> = environmentKeys()): string {
  return withoutUrlCredentials(withoutApiKeys(withoutKeys(text, hidden)));
}
