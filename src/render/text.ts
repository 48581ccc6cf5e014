/** A JSON text, which is also a text of YAML and of HCL: characters that one of them reads in its own way are escaped. */
export function quoted(text: string): string {
  return JSON.stringify(text)
    .replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    // HCL does not have these two short escapes.
    .replace(/\\(.)/g, (escape, letter: string) => letter === 'b' ? '\\u0008' : letter === 'f' ? '\\u000c' : escape);
}
