import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../dist', import.meta.url));

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The built page and its parts. False when there is no such file. */
export async function serveFile(urlPath: string, response: ServerResponse): Promise<boolean> {
  const name = urlPath === '/' ? 'index.html' : urlPath.slice(1);
  const file = path.join(folder, path.normalize(name));
  const type = types[path.extname(file)];
  if (!file.startsWith(folder + path.sep) || type === undefined || !existsSync(file)) return false;
  const immutable = name.startsWith('assets/');
  response.writeHead(200, {
    'content-type': type,
    'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  response.end(await readFile(file));
  return true;
}

export function isBuilt(): boolean {
  return existsSync(path.join(folder, 'index.html'));
}
