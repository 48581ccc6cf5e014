// Says below the changelog what is not in it, and on the first release what it is instead of a list of all there ever was.
// node projenrc/complete-changelog.mjs <types that are listed>, with the variables of projen's task `bump`.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const { CHANGELOG: file, BUMPFILE: versionFile, LATEST_TAG: tag } = process.env;
const listed = new RegExp(`^(?:${process.argv.slice(2).join('|')})(?:\\([^)]+\\))?!?: |^\\w+(?:\\([^)]+\\))?!: `);
const version = readFileSync(versionFile, 'utf8').trim();

if (!tag) {
  writeFileSync(file, `## ${version}\n\nThe first release. The README tells what it does.\n`);
} else {
  const subjects = execFileSync('git', ['log', '--no-merges', '--format=%s', `${tag}..HEAD`], { encoding: 'utf8' }).split('\n').filter(Boolean);
  const others = subjects.filter(subject => !listed.test(subject)).length;
  if (others > 0) {
    const sentence = others === 1 ? 'One more commit changes' : `${others} more commits change`;
    writeFileSync(file, `${readFileSync(file, 'utf8').trimEnd()}\n\n${sentence} nothing that users see, or ${others === 1 ? 'has' : 'have'} no type: \`git log ${tag}..v${version}\`.\n`);
  }
}
