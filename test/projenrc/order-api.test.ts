import { withSidecarsFirst } from '../../projenrc/order-api';

const title = (level: string, name: string) => `${level} ${name} <a name="${name}" id="${name}"></a>\n\n`;
const section = (name: string) => `${title('###', name)}About ${name}.\n\n#### Methods\n\n\`\`\`ts\n## not a chapter <b\n\`\`\`\n\n`;
const chapter = (name: string, sections: readonly string[]) => title('##', name) + sections.map(section).join('');

const CONSTRUCTS = [
  'PostmanAgentSidecar', 'PostmanInsightsDaemon', 'PostmanInsightsSidecar', 'PostmanInsightsTaskSidecar', 'PostmanLiveCollectionSidecar', 'Other',
];
const STRUCTS = ['EgressVerdict', 'PostmanInsightsSidecarProps', 'PostmanInsightsTaskSidecarProps', 'PostmanLiveCollectionSidecarProps'];

function page(constructs: readonly string[], structs: readonly string[]): string {
  return title('#', 'API Reference') + chapter('Constructs', constructs) + chapter('Structs', structs) + chapter('Enums', ['EgressCheck']);
}

const ORDERED = page(
  ['PostmanInsightsSidecar', 'PostmanLiveCollectionSidecar', 'PostmanAgentSidecar', 'PostmanInsightsDaemon', 'PostmanInsightsTaskSidecar', 'Other'],
  ['PostmanInsightsSidecarProps', 'PostmanLiveCollectionSidecarProps', 'EgressVerdict', 'PostmanInsightsTaskSidecarProps'],
);

describe('the order of API.md', () => {
  test('API.md has the sidecars and their properties first, and the rest in its order', () => {
    expect(withSidecarsFirst(page(CONSTRUCTS, STRUCTS))).toBe(ORDERED);
  });

  test('the order does not change if it is made again', () => {
    expect(withSidecarsFirst(ORDERED)).toBe(ORDERED);
  });

  test('a chapter at the end of the page is put in order, too', () => {
    const last = title('#', 'API Reference') + chapter('Constructs', CONSTRUCTS) + chapter('Structs', STRUCTS);
    expect(withSidecarsFirst(last)).toBe(ORDERED.slice(0, ORDERED.indexOf('## Enums')));
  });

  test.each([
    ['PostmanLiveCollectionSidecar', 'The chapter Constructs of API.md has no section PostmanLiveCollectionSidecar.'],
    ['PostmanInsightsSidecarProps', 'The chapter Structs of API.md has no section PostmanInsightsSidecarProps.'],
  ])('a page without %s is an error that names it', (missing, message) => {
    const without = (names: readonly string[]) => names.filter(name => name !== missing);
    expect(() => withSidecarsFirst(page(without(CONSTRUCTS), without(STRUCTS)))).toThrow(message);
  });

  test('a page without a chapter is an error that names it', () => {
    expect(() => withSidecarsFirst(title('#', 'API Reference'))).toThrow('API.md has no chapter Constructs.');
  });
});
