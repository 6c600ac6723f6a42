import path from 'node:path';

/** A file of the bundle that `npm run bench` has made (`scripts/lib/bundle.mjs`); `undefined` without one. */
export function bundled(name: string): string | undefined {
  const folder = process.env['DORMICE_BUNDLE'];
  return folder === undefined ? undefined : path.join(folder, name);
}
