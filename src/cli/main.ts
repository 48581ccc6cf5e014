#!/usr/bin/env node
import { run } from './program';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 20 || (major === 20 && minor >= 12)) {
  void run(process.argv);
} else {
  const { node } = process.versions;
  console.error(`error: postman-live-collection needs Node 20.12 or later; this is Node ${node}. Install a newer Node, or put it first on the PATH.`);
  process.exitCode = 1;
}
