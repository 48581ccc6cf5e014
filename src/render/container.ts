import { cdkText } from './cdk';
import { hcl } from './terraform';
import { dashed, yamlLines } from './yaml';
import { AgentContainer } from '../agent';
import { inPascalCase, Json, parseJson, printJson } from '../edit';

/** How the container is written for those who paste it. */
const FORMATS = {
  /** As the API has it. */
  json: value => `${printJson(value, 2)}\n`,
  yaml: value => lines(yamlLines(value)),
  /** An item of `ContainerDefinitions` in a template. */
  cloudformation: value => lines(dashed(yamlLines(inPascalCase(value)))),
  /** A local value, for `container_definitions`. */
  terraform: value => `locals {\n  postman_agent = ${hcl(value, '  ')}\n}\n`,
  cdk: (_, container) => cdkText(container),
} as const satisfies { readonly [format: string]: (value: Json, container: AgentContainer) => string };

export type Format = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as Format[];

/** The container as text. The end of the last line is part of it. */
export function containerText(container: AgentContainer, format: Format): string {
  return FORMATS[format](parseJson(JSON.stringify(container)), container);
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
