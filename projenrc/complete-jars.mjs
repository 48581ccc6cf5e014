// What jsii-pacmak leaves out of the jars: the licence and the readme, which wheels and npm tarballs have.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const jars = readdirSync('dist/java', { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.jar')).map(name => join('dist/java', name));
if (jars.length === 0) throw new Error('There are no jars under dist/java: run `npx projen package:java`.');
const folder = mkdtempSync(join(tmpdir(), 'jar-'));
try {
  for (const file of ['LICENSE', 'README.md']) cpSync(file, join(folder, 'META-INF', file));
  for (const jar of jars) {
    execFileSync('jar', ['--update', '--file', jar, '-C', folder, 'META-INF/LICENSE', '-C', folder, 'META-INF/README.md'], { stdio: 'inherit' });
    for (const algorithm of ['md5', 'sha1']) writeFileSync(`${jar}.${algorithm}`, createHash(algorithm).update(readFileSync(jar)).digest('hex'));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
