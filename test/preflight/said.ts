import { addressOf, CONSTRUCT_WORDS, Finding, Message, messagesOf, Severities, Words } from '../../src/preflight';

export type Said = Pick<Message, 'severity' | 'id' | 'message'>;

/** Findings as they are reported, without the address with which each message must end. */
export function said(findings: readonly Finding[], words: Words = CONSTRUCT_WORDS, severities?: Severities): Said[] {
  return messagesOf(findings, words, severities).map(({ severity, id, text, address, message }) => {
    expect(address).toBe(addressOf(id));
    expect(message.startsWith(text)).toBe(true);
    expect(message.slice(text.length)).toMatch(/^(\n {2}| )See \S+$/);
    expect(message.endsWith(address)).toBe(true);
    return { severity, id, message: text };
  });
}
