/** The variables that may hold the API key, in the order in which they are looked at: as Postman's pages name it, and as its newest tool does. */
const KEY_VARIABLES = ['POSTMAN_API_KEY', 'POSTMAN_INSIGHTS_API_KEY'] as const;

/** The API key in the environment of this process. It is never taken from an argument: arguments are visible in process lists. */
export function environmentKey(): string | undefined {
  return environmentKeys()[0];
}

/** Every value that must be hidden in all output. */
export function environmentKeys(): string[] {
  return KEY_VARIABLES.flatMap(name => process.env[name] || []);
}

/** A text without API keys. The longest are replaced first: a key may begin with another. */
export function withoutKeys(text: string, keys: Iterable<string>): string {
  return [...keys].sort((a, b) => b.length - a.length).reduce((cleaned, key) => cleaned.replaceAll(key, '***'), text);
}
