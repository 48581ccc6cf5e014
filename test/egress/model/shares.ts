/** Prints the shares of the verdicts of both generators: `npx ts-node -T test/egress/model/shares.ts [count]`. */
import { everyday } from './everyday';
import { generate } from './generate';
import { Verdict, verdict } from './hidden';
import { World } from './world';

export function shares(make: (seed: number) => World, count: number): Record<Verdict, number> {
  const found = { reachable: 0, unreachable: 0, unknown: 0 };
  for (let seed = 0; seed < count; seed++) found[verdict(make(seed))]++;
  return found;
}

if (require.main === module) {
  const count = Number(process.argv[2] ?? 20000);
  for (const make of [generate, everyday]) {
    const start = process.hrtime.bigint();
    process.stdout.write(`${make.name} ${JSON.stringify(shares(make, count))} ${Number(process.hrtime.bigint() - start) / 1e9} s\n`);
  }
}
