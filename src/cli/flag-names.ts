/** The member of commander's options for a flag, without its hyphens. */
export function memberOf(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
