import { EditFlags } from './edit-flags';
import { usage } from '../aws';
import { Waves } from '../fleet';

/** The waves that the flags ask for. @throws Failure a usage error that names the flag and the value */
export function wavesOfFlags(flags: EditFlags): Waves {
  const { batch, canary, maxFailures, onFailure = 'keep', follow, rollback } = flags;
  const given = Object.entries({ '--batch': batch, '--canary': canary, '--max-failures': maxFailures, '--on-failure': flags.onFailure })
    .flatMap(([flag, value]) => value === undefined ? [] : [flag]);
  if (given.length === 0) return {};
  if (onFailure !== 'keep' && onFailure !== 'roll-back-wave') throw usage(`\`--on-failure\` must be keep or roll-back-wave, got: ${onFailure || '(nothing)'}`);
  if (follow === false) throw usage(`With \`--no-follow\` nothing is known of rollouts that fail: leave out ${given.map(flag => `\`${flag}\``).join(', ')}, or \`--no-follow\`.`);
  const rollsBack = onFailure === 'roll-back-wave';
  if (rollsBack && rollback === false) throw usage('`--on-failure roll-back-wave` and `--no-rollback` exclude each other.');
  return {
    ...batch === undefined ? {} : { batch: countOf('--batch', batch, 1) },
    ...canary === undefined ? {} : { canary: countOf('--canary', canary, 1) },
    maxFailures: countOf('--max-failures', maxFailures ?? '0', 0),
    rollsBack,
  };
}

function countOf(flag: string, text: string, least: number): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : -1;
  if (count >= least) return count;
  throw usage(`\`${flag}\` must be a number of services, ${least} or more, got: ${text || '(nothing)'}`);
}
