import { IConstruct } from 'constructs';

/**
 * A message with the names of properties and methods as the user writes them. In Python they have underscores. TypeScript and Java
 * use the names as they are, and Go only capitalizes them.
 *
 * The runtimes of jsii put their name into `JSII_AGENT`, such as `Python/3.12.1` or `Java/17.0.15`. An app in TypeScript has none.
 */
export function inUsersLanguage(message: string, agent = process.env.JSII_AGENT): string {
  if (!agent?.startsWith('Python')) return message;
  return message
    .replace(/`([a-z]+[A-Z]\w*)`/g, (_, property) => `\`${snakeCase(property)}\``)
    .replace(/\b([A-Z]\w*)\.([a-z]+[A-Z]\w*)\b/g, (_, type, method) => `${type}.${snakeCase(method)}`);
}

/** The name that jsii gives a member in Python: `memoryLimitMiB` becomes `memory_limit_mib`. */
function snakeCase(name: string): string {
  return name.replace(/MiB\b/, 'Mib').replace(/[A-Z]/g, capital => `_${capital.toLowerCase()}`);
}

/** An error about a property of a construct. */
export function wrong({ node }: IConstruct, text: string): Error {
  return new Error(inUsersLanguage(`${node.path}: ${text}`));
}
