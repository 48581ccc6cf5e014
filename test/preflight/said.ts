import { addressOf, CONSTRUCT_WORDS, Finding, Message, messagesOf, Severities, Words } from '../../src/preflight';

/** Findings as they are reported, without the address with which each message must end. */
export function said(findings: readonly Finding[], words: Words = CONSTRUCT_WORDS, severities?: Severities): Message[] {
  return messagesOf(findings, words, severities).map(one => {
    const end = `See ${addressOf(one.id)}`;
    expect(one.message.endsWith(end)).toBe(true);
    return { ...one, message: one.message.slice(0, -end.length).trimEnd() };
  });
}
