import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fleetRows } from './fleet/rows';
import { memberRows } from './members/rows';
import { pythonRows } from './python/rows';
import { scriptRows } from './scripts/rows';
import { sizeRows } from './sizes/rows';
import { startRows } from './start/rows';
import { synthesisRows } from './synth/rows';
import { judge, Machine, merged, Row, Table, textOf } from './table';

/**
 * Measures all groups of rows, prints the table, and compares it with the stored one. It fails if a ratio is 20 % worse.
 *
 * Usage: ts-node -T benchmark/main.ts [--only scripts,members] [--update]
 */
const STORED = join(__dirname, 'results.json');
const GROUPS: { readonly [group: string]: () => Promise<Row[]> } = {
  synth: synthesisRows, python: pythonRows, start: startRows, scripts: scriptRows, members: memberRows, sizes: sizeRows, fleet: fleetRows,
};

function machine(): Machine {
  const version = (command: string, argument: string) => {
    const { stdout, stderr } = spawnSync(command, [argument], { encoding: 'utf8' });
    return /\d+(\.\d+)+/.exec(`${stdout}${stderr}`)?.[0] ?? 'none';
  };
  return {
    cores: cpus().length,
    cpu: cpus()[0].model.trim(),
    memoryGB: Math.round(totalmem() / 1e9),
    node: process.versions.node,
    python: version('python3', '--version'),
    java: version('java', '-version'),
  };
}

/** The versions of what is compared, from the files that pin them. */
function versions(): Table['versions'] {
  const { dependencies } = JSON.parse(readFileSync(join(__dirname, 'datadog/package.json'), 'utf8'));
  const python = readFileSync(join(__dirname, 'requirements.in'), 'utf8').matchAll(/^(\w+)==(\S+)$/gm);
  return { ...dependencies, ...Object.fromEntries([...python].map(([, name, version]) => [name, version])) };
}

async function main(args: readonly string[]): Promise<void> {
  const only = args.includes('--only') ? args[args.indexOf('--only') + 1].split(',') : Object.keys(GROUPS);
  const unknown = only.filter(group => !Object.hasOwn(GROUPS, group));
  if (unknown.length > 0) throw new Error(`The groups are ${Object.keys(GROUPS).join(', ')}, got: ${unknown.join(', ')}.`);
  for (const program of ['/usr/bin/time', 'jq']) {
    if (spawnSync(program, ['--version']).error) throw new Error(`make benchmark needs ${program}, which is not here: install GNU time and jq.`);
  }
  const rows: Row[] = [];
  for (const group of only) {
    console.log(`Measuring ${group}`);
    rows.push(...await GROUPS[group]());
  }
  const measured: Table = { machine: machine(), versions: versions(), date: new Date().toISOString().slice(0, 10), rows };
  console.log(`\n${textOf(measured)}\n`);
  // Read only now: other groups may have been measured in the meantime.
  const stored: Table | undefined = existsSync(STORED) ? JSON.parse(readFileSync(STORED, 'utf8')) : undefined;
  const { failures, warnings } = judge(stored, measured, only);
  for (const warning of warnings) console.log(`warning: ${warning}`);
  for (const failure of failures) console.log(`worse: ${failure}`);
  if (args.includes('--update')) {
    writeFileSync(STORED, `${JSON.stringify(merged(stored, measured, only), null, 2)}\n`);
    console.log('The table is stored in benchmark/results.json.');
  } else if (failures.length > 0) {
    process.exitCode = 1;
  }
}

main(process.argv.slice(2)).catch(error => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
