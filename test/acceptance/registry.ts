import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';

/** A package registry on loopback with one package, and what was fetched from it. */
export interface Registry {
  readonly address: string;
  readonly fetched: { readonly path: string; readonly bytes: number }[];
  stop(): Promise<void>;
}

/** @param file the package, as `npm pack` made it */
export async function startRegistry(file: string): Promise<Registry> {
  const content = readFileSync(file);
  const manifest = JSON.parse(execFileSync('tar', ['-xzOf', file, 'package/package.json'], { encoding: 'utf8' }));
  const { name, version } = manifest;
  const fetched: { path: string; bytes: number }[] = [];
  const server = createServer((request, response) => {
    const path = request.url!;
    const body = path === `/${name}` ? Buffer.from(JSON.stringify(packument())) : path === `/${name}.tgz` ? content : undefined;
    fetched.push({ path, bytes: body?.length ?? 0 });
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': path.endsWith('.tgz') ? 'application/octet-stream' : 'application/json' });
    response.end(body);
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const packument = () => {
    const dist = { tarball: `${address}/${name}.tgz`, integrity: `sha512-${createHash('sha512').update(content).digest('base64')}` };
    return { name, 'dist-tags': { latest: version }, 'versions': { [version]: { ...manifest, dist } } };
  };
  return {
    address,
    fetched,
    stop: async () => {
      server.closeAllConnections();
      await new Promise(closed => server.close(closed));
    },
  };
}
