// Adds to the changelog how many commits it does not list. For the first release, writes one sentence instead of a list of all commits.
// node projenrc/complete-changelog.mjs <types that are listed>, with the variables of projen's task `bump`.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const { CHANGELOG: file, BUMPFILE: versionFile } = process.env;
const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).split('\n').filter(Boolean);
// The first version of a major has no tag of its own major before it.
const tag = process.env.LATEST_TAG || git('tag', '--sort=-version:refname', '--list', 'v*')[0];
const listed = new RegExp(`^(?:${process.argv.slice(2).join('|')})(?:\\([^)]+\\))?!?: |^\\w+(?:\\([^)]+\\))?!: `);
const version = readFileSync(versionFile, 'utf8').trim();

if (!tag) {
  writeFileSync(file, `## ${version}\n\nThe first release. The README describes what it does.\n`);
} else {
  const subjects = git('log', '--no-merges', '--format=%s', `${tag}..HEAD`);
  const others = subjects.filter(subject => !listed.test(subject)).length;
  if (others > 0) {
    const sentence = others === 1 ? 'One more commit changes' : `${others} more commits change`;
    writeFileSync(file, `${readFileSync(file, 'utf8').trimEnd()}\n\n${sentence} nothing that users see, or ${others === 1 ? 'has' : 'have'} no type: \`git log ${tag}..v${version}\`.\n`);
  }
}
