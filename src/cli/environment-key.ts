import { isLongEnough } from '../agent';

/** The variables that may hold the API key, in the order in which they are looked at: as Postman's pages name it, and as its newest tool does. */
const KEY_VARIABLES = ['POSTMAN_API_KEY', 'POSTMAN_INSIGHTS_API_KEY'] as const;

/** The API key in the environment of this process. It is never taken from an argument: arguments are visible in process lists. */
export function environmentKey(): string | undefined {
  return valuesInEnvironment()[0];
}

function valuesInEnvironment(): string[] {
  return KEY_VARIABLES.flatMap(name => process.env[name] || []);
}

/** Every value of the API key in the environment of this process, which must be hidden in all output. */
export function environmentKeys(): string[] {
  return valuesInEnvironment().flatMap(key => [key, key.trim()]).filter(isLongEnough);
}
