import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IConstruct } from 'constructs';
import { stageOf } from './tree/loaded';

/** Most file systems take names of 255 bytes; the ending comes behind it. */
const LONGEST = 200;

/** Writes the drawings of a construct into its cloud assembly: `Shop.Insights.egress.svg`, then `Shop.Insights.egress-2.svg` if several things run the tasks. */
export function keepDrawings(owner: IConstruct, drawings: readonly string[]): void {
  const { outdir } = stageOf(owner)!;
  drawings.forEach((drawing, index) => writeFileSync(join(outdir, `${nameOf(owner)}.egress${index === 0 ? '' : `-${index + 1}`}.svg`), drawing));
}

/** The path of a construct as a file's name. If the ids have other characters or are too long, a hash tells it from others. */
function nameOf({ node }: IConstruct): string {
  const ids = node.path.split('/');
  const name = ids.join('.');
  if (name.length <= LONGEST && ids.every(id => /^[\w-]+$/.test(id))) return name;
  return `${name.replace(/[^\w.-]/g, '-').slice(0, LONGEST)}.${node.addr.slice(-8)}`;
}
