import { Json, printJson } from '../edit';

/** A line break and the indentation of the items of a member of the document. */
const ITEM = '\n    ';
/** Where the services are in a document without them. A text in JSON has no line breaks, so this is nowhere else. */
const NO_SERVICES = '\n  "services": []';

/**
 * A document as lines of JSON, with a piece for each of its services, so that the copies and the text of thousands of them are not in memory together.
 *
 * @param document in JSON, with functions in `services` for those that are made only when their turn comes
 * @param prepare what is printed instead of a value
 */
export function* piecesOf(document: unknown, prepare: (value: Json) => Json): Generator<string> {
  const services: readonly (Json | (() => Json))[] = hasServices(document) ? document.services : [];
  const rest = hasServices(document) ? { ...document, services: [] } : document;
  const [before, ...after] = printJson(prepare(rest as Json), 2).split(NO_SERVICES);
  if (services.length === 0) {
    yield `${[before, ...after].join(NO_SERVICES)}\n`;
    return;
  }
  yield `${before}\n  "services": [`;
  for (const [index, one] of services.entries()) {
    const service = typeof one === 'function' ? one() : one;
    yield `${index === 0 ? '' : ','}${ITEM}${printJson(prepare(service), 2).replaceAll('\n', ITEM)}`;
  }
  yield `\n  ]${after.join(NO_SERVICES)}\n`;
}

function hasServices(document: unknown): document is { readonly services: readonly (Json | (() => Json))[] } {
  return typeof document === 'object' && document !== null && 'services' in document && Array.isArray(document.services);
}
