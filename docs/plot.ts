import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { drawBars } from './figures/bars';
import { withBlocks } from './figures/blocks';
import { blocksOf, chartsOf } from './figures/pages';

const ROOT = resolve(__dirname, '..');
/** The pages with figures between markers. */
const PAGES = ['README.md', 'docs/figures.md'];

/**
 * Writes the figures of benchmark/results.json and benchmark/safety.json into the pages, and draws the charts. With `--check`, compares instead, and
 * fails if something is out of date.
 */
function main(check: boolean): void {
  const stored = (name: string) => JSON.parse(readFileSync(join(ROOT, 'benchmark', name), 'utf8'));
  const table = stored('results.json');
  const blocks = blocksOf(table, stored('safety.json'));
  const files = [
    ...PAGES.map(page => [page, withBlocks(readFileSync(join(ROOT, page), 'utf8'), blocks)] as const),
    ...Object.entries(chartsOf(table)).map(([name, chart]) => [`docs/figures/${name}.svg`, drawBars(chart)] as const),
  ];
  const stale = files.filter(([name, text]) => !existsSync(join(ROOT, name)) || readFileSync(join(ROOT, name), 'utf8') !== text);
  if (check && stale.length > 0) throw new Error(`Figures are out of date in ${stale.map(([name]) => name).join(', ')}. Run \`npx ts-node -T docs/plot.ts\`.`);
  for (const [name, text] of stale) writeFileSync(join(ROOT, name), text);
}

try {
  main(process.argv.includes('--check'));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
