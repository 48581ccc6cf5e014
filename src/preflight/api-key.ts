import { finding, Finding } from './findings';
import { API_KEY_PREFIX } from '../agent';

/** What a key cannot have, in the order in which it is said. */
const FAULTS = [
  ['placeholder', /^<.*>$/s],
  ['lineBreak', /[\n\r\u2028\u2029]/],
  ['blank', /\s/],
  ['quote', /["'`\u2018-\u201f]/],
  // A variable of a shell, of a template or of Postman that was not replaced, or dots in place of the key.
  ['placeholder', /[<>{}$*\u2026]|^\.+$/],
  ['placeholder', /^((your|my|the)[-_])?(postman[-_]?)?(insights[-_]?)?api[-_]?key([-_](here|value))?$/i],
  ['placeholder', /^PMAK-[x0.-]*$/i],
  // A key is sent in an HTTP header.
  ['character', /[^\x21-\x7e]/],
] as const;

/** What is wrong with the value of an API key. The value is in none of the findings. */
export function checkApiKey(value: string): Finding[] {
  const [problem] = FAULTS.find(([, form]) => form.test(value)) ?? [];
  if (problem !== undefined) return [finding('apiKeyMalformed', { problem })];
  return value.startsWith(API_KEY_PREFIX) ? [] : [finding('apiKeyUnusual', {})];
}
