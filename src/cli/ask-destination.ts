import { AgentFlags } from './agent-options';
import { memberOf } from './flag-names';
import { AgentOptions, DestinationKind, generationFor, OptionRow } from '../agent';
import { checkOptions, COMMAND_LINE_WORDS, destinationRows, messagesOf } from '../preflight';

const LABELS: { readonly [kind in DestinationKind]: string } = {
  project: 'a project of Postman Insights (svc_…)',
  workspace: 'a workspace with its system environment',
  discovery: 'discovery: the service is found in Postman by its name',
  collection: 'a collection (Live Collection agent, archived)',
};

/** Asks where the agent sends. @param options what is given already: only destinations that go with it are offered */
export async function askDestination(options: AgentOptions): Promise<AgentFlags> {
  const { askText, pick } = await import('./prompts.js');
  const rows = destinationRows(options);
  const kinds = (Object.keys(LABELS) as DestinationKind[]).filter(kind => rows.some(({ destination }) => destination === kind));
  const kind = await pick('Where does the agent send?', kinds.map(value => ({ value, label: LABELS[value] })));
  const answers: { [member: string]: unknown } = {};
  for (const row of rows.filter(({ destination }) => destination === kind)) {
    answers[memberOf(row.flag!.slice(2))] = row.type === 'switch' ? true : await askText(questionFor(row), row.placeholder ?? '', text => faultIn(row, text));
  }
  return answers;
}

/** Without what is in parentheses, which compares the flags of the help. */
function questionFor({ flag, help }: OptionRow): string {
  return `${flag}: ${help.replace(/ \([^)]*\)$/, '')}`;
}

/** Only of this value: the other half of a destination is asked for next. */
function faultIn({ prop }: OptionRow, text: string): string | undefined {
  const given = { [prop]: text };
  const messages = messagesOf(checkOptions(generationFor(given), given), COMMAND_LINE_WORDS);
  return messages.find(({ id, severity }) => id !== 'destination' && severity === 'error')?.message;
}
