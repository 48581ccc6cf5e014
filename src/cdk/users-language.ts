/**
 * A message with the names that it gives as the user writes them: in Python, properties and methods have underscores.
 * TypeScript, Java and Go spell them as they stand, but for Go's capitals.
 *
 * jsii's runtimes name themselves in `JSII_AGENT`, such as `Python/3.12.1` or `Java/17.0.15`; an app in TypeScript has none.
 */
export function inUsersLanguage(message: string, agent = process.env.JSII_AGENT): string {
  if (!agent?.startsWith('Python')) return message;
  return message
    .replace(/`([a-z]+[A-Z]\w*)`/g, (_, property) => `\`${snakeCase(property)}\``)
    .replace(/\b([A-Z]\w*)\.([a-z]+[A-Z]\w*)\b/g, (_, type, method) => `${type}.${snakeCase(method)}`);
}

/** As jsii does it: `memoryLimitMiB` is `memory_limit_mib`. */
function snakeCase(name: string): string {
  return name.replace(/MiB\b/, 'Mib').replace(/[A-Z]/g, capital => `_${capital.toLowerCase()}`);
}
