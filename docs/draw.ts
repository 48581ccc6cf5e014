import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The style of every picture, unless its source overrides it. */
const STYLE = `
  graph [rankdir=LR fontname="Helvetica" fontsize=12 fontcolor="#57606a" bgcolor="white" color="#8c959f" style="rounded" labeljust=l nodesep=0.35 ranksep=0.7 pad=0.2]
  node [shape=box style="rounded,filled" fillcolor="#f6f8fa" color="#57606a" fontname="Helvetica" fontsize=12 margin="0.3,0.12"]
  edge [color="#57606a" fontname="Helvetica" fontsize=10 fontcolor="#57606a"]`;

/** Draws each `.dot` under this folder as an `.svg` beside it. With `--check`, compares instead, and fails if one is out of date. */
async function main(check: boolean): Promise<void> {
  const { instance } = await import('@viz-js/viz');
  const viz = await instance();
  const stale: string[] = [];
  for (const name of readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.dot'))) {
    const target = join(__dirname, name.replace(/dot$/, 'svg'));
    const text = readFileSync(join(__dirname, name), 'utf8').replace(/\{/, brace => brace + STYLE);
    const drawn = viz.renderString(text, { format: 'svg' });
    if (!check) writeFileSync(target, drawn);
    else if (readFileSync(target, 'utf8') !== drawn) stale.push(name);
  }
  if (stale.length > 0) throw new Error(`Pictures are out of date: ${stale.join(', ')}. Run \`make pictures\`.`);
}

main(process.argv.includes('--check')).catch(error => {
  console.error((error as Error).message);
  process.exit(1);
});
