import { parseArgs } from 'node:util';
import { LayoutName, LAYOUTS } from './layouts';
import { synthesisRows } from './rows';
import { spelled } from '../table';

/**
 * Only the rows of the synthesis, also of other layouts of an app.
 *
 * Usage: ts-node -T benchmark/synth/main.ts [--services 10,100,500] [--layouts one-vpc,many-vpcs,many-stacks,stages] [--pairs 3]
 */
async function main(): Promise<void> {
  const { values: { services, layouts, pairs } } = parseArgs({
    options: {
      services: { type: 'string', default: '10,100,500' }, layouts: { type: 'string', default: 'one-vpc' }, pairs: { type: 'string', default: '3' },
    },
  });
  const unknown = layouts.split(',').filter(name => !(name in LAYOUTS));
  if (unknown.length > 0) throw new Error(`The layout must be one of ${Object.keys(LAYOUTS).join(', ')}, got: ${unknown.join(', ')}.`);
  const rows = await synthesisRows({ sizes: services.split(',').map(Number), layouts: layouts.split(',') as LayoutName[], pairs: Number(pairs) });
  for (const { id, ratio, parts } of rows) console.log(`${spelled(ratio)} ${id} ${JSON.stringify(parts)}`);
}

main().catch(error => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
