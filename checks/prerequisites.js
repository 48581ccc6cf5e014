// Says what is missing, before anything is installed. It is JavaScript, because it runs before TypeScript is installed.
// `prerequisites.js packages` also looks for the tools that build the packages for Python and Java.
const { spawnSync } = require('node:child_process');

const wanted = [];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 12)) wanted.push(`Node 20.12 or later; this is ${process.version}`);
const python = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))'], { stdio: 'ignore' });
if (python.error) wanted.push('Python 3.11 or later, as python3; it was not found');
else if (python.status !== 0) wanted.push('Python 3.11 or later, as python3; the installed one is older');
if (process.argv[2] === 'packages') {
  const javac = spawnSync('javac', ['-version'], { encoding: 'utf8' });
  const release = Number(/javac (\d+)/.exec(`${javac.stdout}${javac.stderr}`)?.[1] ?? 0);
  if (javac.error) wanted.push('a JDK 17 or later, as javac; it was not found');
  else if (release < 17) wanted.push(`a JDK 17 or later; the installed one is ${release}`);
  if (spawnSync('mvn', ['--version'], { stdio: 'ignore' }).error) wanted.push('Maven 3.6 or later, as mvn; it was not found');
}

if (wanted.length > 0) {
  console.error(`Setting up needs ${wanted.join(', and ')}.`);
  process.exit(1);
}
