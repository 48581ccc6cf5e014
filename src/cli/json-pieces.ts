import { isList, isObject, Json, printJson } from '../edit';

/** A line break and the indentation of the items of a member of the document. */
const ITEM = '\n    ';
/** Where the services are in a document without them. A text in JSON has no line breaks, so this is nowhere else. */
const NO_SERVICES = '\n  "services": []';

/**
 * A document as lines of JSON, with a piece for each of its services, so that the copies and the text of thousands of them are not in memory together.
 *
 * @param prepare what is printed instead of a value
 */
export function* piecesOf(document: Json, prepare: (value: Json) => Json): Generator<string> {
  const services = isObject(document) && isList(document.services) ? document.services : [];
  const rest = isObject(document) && services.length > 0 ? { ...document, services: [] } : document;
  const [before, ...after] = printJson(prepare(rest), 2).split(NO_SERVICES);
  if (services.length === 0) {
    yield `${[before, ...after].join(NO_SERVICES)}\n`;
    return;
  }
  yield `${before}\n  "services": [`;
  for (const [index, service] of services.entries()) {
    yield `${index === 0 ? '' : ','}${ITEM}${printJson(prepare(service), 2).replaceAll('\n', ITEM)}`;
  }
  yield `\n  ]${after.join(NO_SERVICES)}\n`;
}
