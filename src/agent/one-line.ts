/** The text of others as a part of a sentence: without line breaks, so it cannot begin a line of its own. */
export function inOneLine(text: string): string {
  return text.replace(/\s*[\n\v\f\r\x85\u2028\u2029]\s*/g, ' ');
}
