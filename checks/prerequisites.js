// Says plainly what is missing, before anything is installed. It is JavaScript, since it runs before TypeScript is there.
// `prerequisites.js packages` also looks for what the packages for Python and Java are built with.
const { spawnSync } = require('node:child_process');

const wanted = [];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 12)) wanted.push(`Node 20.12 or later; this is ${process.version}`);
const python = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))'], { stdio: 'ignore' });
if (python.error) wanted.push('Python 3.11 or later, as python3; there is none');
else if (python.status !== 0) wanted.push('Python 3.11 or later, as python3; this one is older');
if (process.argv[2] === 'packages') {
  const javac = spawnSync('javac', ['-version'], { encoding: 'utf8' });
  const release = Number(/javac (\d+)/.exec(`${javac.stdout}${javac.stderr}`)?.[1] ?? 0);
  if (javac.error) wanted.push('a JDK 17 or later, as javac; there is none');
  else if (release < 17) wanted.push(`a JDK 17 or later; this one is ${release}`);
  if (spawnSync('mvn', ['--version'], { stdio: 'ignore' }).error) wanted.push('Maven 3.6 or later, as mvn; there is none');
}

if (wanted.length > 0) {
  console.error(`Setting up needs ${wanted.join(', and ')}.`);
  process.exit(1);
}
