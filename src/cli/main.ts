#!/usr/bin/env node
import { run } from './program';

// Notes of Node and of libraries are of no use to a user of this program, and would be among its own lines.
process.removeAllListeners('warning');
for (const name of ['debug', 'info', 'log', 'trace', 'warn'] as const) console[name] = () => {};

const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 20 || (major === 20 && minor >= 12)) {
  void run(process.argv);
} else {
  const { node } = process.versions;
  console.error(`error: postman-live-collection needs Node 20.12 or later; this is Node ${node}. Install a newer Node, or put it first on the PATH.`);
  process.exitCode = 1;
}
