import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

/** Arguments with which a browser calls no host by itself. */
export const BROWSER_ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** A Chromium of this machine: the one that `CHROMIUM` names, playwright's own, or the system's. Undefined if there is none. */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM;
  if (named) return existsSync(named) ? named : undefined;
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)];
  const system = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].flatMap(name => folders.map(folder => join(folder, name)));
  return [...playwrights(), ...system].find(path => existsSync(path));
}

function playwrights(): string[] {
  try {
    return [chromium.executablePath()];
  } catch {
    // Playwright has no browser for this platform.
    return [];
  }
}
