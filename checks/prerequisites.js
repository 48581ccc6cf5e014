// Says plainly what is missing, before anything is installed. It is JavaScript, since it runs before TypeScript is there.
const { spawnSync } = require('node:child_process');

const wanted = [];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 12)) wanted.push(`Node 20.12 or later; this is ${process.version}`);
const python = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))'], { stdio: 'ignore' });
if (python.error) wanted.push('Python 3.11 or later, as python3; there is none');
else if (python.status !== 0) wanted.push('Python 3.11 or later, as python3; this one is older');

if (wanted.length > 0) {
  console.error(`Setting up needs ${wanted.join(', and ')}.`);
  process.exit(1);
}
