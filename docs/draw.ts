import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Draws each `.dot` of this folder as an `.svg` beside it. With `--check`, compares instead, and fails where one is out of date. */
async function main(check: boolean): Promise<void> {
  const { instance } = await import('@viz-js/viz');
  const viz = await instance();
  const stale: string[] = [];
  for (const name of readdirSync(__dirname).filter(file => file.endsWith('.dot'))) {
    const target = join(__dirname, name.replace(/dot$/, 'svg'));
    const drawn = viz.renderString(readFileSync(join(__dirname, name), 'utf8'), { format: 'svg' });
    if (!check) writeFileSync(target, drawn);
    else if (readFileSync(target, 'utf8') !== drawn) stale.push(name);
  }
  if (stale.length > 0) throw new Error(`Pictures are out of date: ${stale.join(', ')}. Run \`make pictures\`.`);
}

main(process.argv.includes('--check')).catch(error => {
  console.error((error as Error).message);
  process.exit(1);
});
