import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

const noSource = /\.test\.ts$|^packages[/\\]dashboard[/\\]src[/\\]web[/\\]/;

/** What a bundle is made of, by path from the root: when one byte of these changes, it is another bundle. */
function sourcesOf(root) {
  const below = (folder) =>
    readdirSync(path.join(root, folder), { recursive: true }).map((name) =>
      path.join(folder, name),
    );
  const packages = readdirSync(path.join(root, 'packages')).flatMap((name) => [
    path.join('packages', name, 'package.json'),
    ...below(path.join('packages', name, 'src')),
  ]);
  const modules = [...packages, ...below(path.join('bench', 'lib'))].filter(
    (file) => /\.(ts|json)$/.test(file) && !noSource.test(file),
  );
  return ['package-lock.json', path.join('scripts', 'bundle.config.ts'), ...modules].sort();
}

/** Bundles that stay: a Dormice that runs reads parts of its own when they are first needed. */
const kept = 3;

function fingerprint(root) {
  const hash = createHash('sha256');
  for (const file of sourcesOf(root)) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(root, file)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * The folder of the bundle of these very sources, made when there is none: two files start in a third of the time of a
 * thousand, and in two thirds of the memory. `undefined` when it cannot be made; the sources run as they are.
 */
export function bundleOf(root, node, say) {
  const folder = path.join(root, 'dist', fingerprint(root));
  if (existsSync(folder)) return folder;
  say('bundling (once for each change of the sources) …');
  const rolldown = path.join(root, 'node_modules', 'rolldown', 'bin', 'cli.mjs');
  const config = path.join(root, 'scripts', 'bundle.config.ts');
  const made = `${folder}.${process.pid}`;
  const line = [rolldown, '-c', config, '--configLoader', 'native', '--dir', made];
  const { status, stderr } = spawnSync(node, line, { cwd: root, encoding: 'utf8' });
  if (status !== 0) {
    say(`bundling failed, the sources run as they are: ${(stderr ?? '').trim()}`);
    rmSync(made, { recursive: true, force: true });
    return undefined;
  }
  try {
    renameSync(made, folder);
  } catch {
    // Somebody else was faster with the same.
    rmSync(made, { recursive: true, force: true });
  }
  dropOld(path.dirname(folder));
  return folder;
}

function dropOld(dist) {
  const age = (name) => statSync(path.join(dist, name)).mtimeMs;
  const newestFirst = readdirSync(dist)
    .filter((name) => /^[0-9a-f]{16}$/.test(name))
    .sort((a, b) => age(b) - age(a));
  for (const name of newestFirst.slice(kept)) {
    rmSync(path.join(dist, name), { recursive: true, force: true });
  }
}
