import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { DOCUMENTED_NETWORKS } from './documented-networks';
import { EgressVerdict, explainEgress } from '../../src/egress';
import { sidecar, SidecarOptions, synthesize } from '../given';

const DOCS = resolve(__dirname, '../../docs');
const PAGE = readFileSync(join(DOCS, 'networks.md'), 'utf8');

interface Section {
  /** Of its chapter. */
  readonly chapter: string;
  readonly title: string;
  readonly text: string;
}

const SECTIONS = PAGE.split(/^## /m).slice(1).flatMap((chapter): Section[] => chapter.split(/^### /m).slice(1).map(text => ({
  chapter: chapter.split('\n')[0], title: text.split('\n')[0], text,
})));

/** The verdict that synthesis writes into the cloud assembly, and the messages that it prints. */
function judged(service: ecs.BaseService, options: SidecarOptions = {}): { readonly kept: EgressVerdict; readonly said: string } {
  const { node } = sidecar(service, options, 'Agent');
  const { errors, messages } = synthesize(service.node.root);
  const kept = Stack.of(service).node.metadata.find(({ type }) => type === 'cdk-postman-live-collection:egress')!.data[node.path];
  return { kept, said: [errors, ...messages.map(({ text }) => text)].join('\n') };
}

describe('the network guide', () => {
  test('every network that the guide explains is judged in this test, and no other', () => {
    expect(SECTIONS.map(({ title }) => title)).toEqual(Object.keys(DOCUMENTED_NETWORKS));
  });

  test('the guide shows every picture of docs/networks, with a description, in the section of its network', () => {
    const drawn = readdirSync(join(DOCS, 'networks')).filter(name => name.endsWith('.svg')).map(name => name.replace('.svg', ''));
    const shown = SECTIONS.flatMap(({ title, text }) => [...text.matchAll(/!\[[^\]]{30,}\]\(networks\/([\w-]+)\.svg\)/g)].map(([, name]) => [title, name]));
    const pictured = Object.entries(DOCUMENTED_NETWORKS).flatMap(([title, { picture }]) => picture === undefined ? [] : [[title, picture]]);
    expect(shown).toEqual(pictured);
    expect(shown.map(([, name]) => name).sort()).toEqual(drawn.sort());
  });

  test.each(Object.entries(DOCUMENTED_NETWORKS))('the guide has the verdict and the sentences of synthesis for: %s', (title, { verdict, options, service }) => {
    const { kept, said } = judged(service(), options);
    const { chapter, text } = SECTIONS.find(section => section.title === title)!;
    expect(kept.verdict).toBe(verdict);
    expect(chapter.toLowerCase()).toBe(verdict);
    const sentences = explainEgress(kept).map(line => `  - ${line}`).join('\n');
    expect([...text.matchAll(/^```text\n([\s\S]*?)\n```$/gm)].map(([, block]) => block)).toEqual([sentences]);
    if (verdict !== 'reachable') expect(said).toContain(sentences);
  });
});
