import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';

const root = path.dirname(path.dirname(import.meta.dirname));
const modules = path.join(root, 'conformance', 'go');
const folder = path.join(root, '.cache', 'programs');

/** A program of a module in this repository, or one that `go install` takes from its own module. */
type Build =
  | { module: string; package: string; version?: string }
  | { install: string; makes: string };

const builds = {
  client: { module: 'checks', package: './cmd/client' },
  manager: { module: 'checks', package: './cmd/manager' },
  wire: { module: 'checks', package: './cmd/wire' },
  'kubectl-1.34': { module: 'kubectl-1.34', package: '.', version: 'v1.34.13' },
  'kubectl-1.36': { module: 'kubectl-1.36', package: '.', version: 'v1.36.6' },
  'helm-3': { install: 'helm.sh/helm/v3/cmd/helm@v3.20.2', makes: 'helm' },
  'helm-4': { install: 'helm.sh/helm/v4/cmd/helm@v4.2.4', makes: 'helm' },
} satisfies Record<string, Build>;

export type GoProgram = keyof typeof builds;

/**
 * Builds a program with Go into the ignored folder `.cache` and gives its file. Programs of this repository are built
 * each time (Go's cache makes that quick), the others once.
 */
export function buildGoProgram(name: GoProgram): string {
  const build: Build = builds[name];
  const file = path.join(folder, name);
  if ('install' in build && existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  process.stderr.write(`building ${name} …\n`);
  if ('install' in build) {
    const bin = path.join(folder, `${name}.bin`);
    go(['install', '-ldflags', '-s -w', build.install], root, { GOBIN: bin });
    renameSync(path.join(bin, build.makes), file);
  } else {
    const stamp = build.version === undefined ? '' : versionFlags(build.version);
    go(
      ['build', '-ldflags', `-s -w ${stamp}`, '-o', file, build.package],
      path.join(modules, build.module),
    );
  }
  return file;
}

/** `kubectl version` says what it was told when it was linked. */
function versionFlags(version: string): string {
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(version) ?? [];
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor };
  return Object.entries(values)
    .map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
    .join(' ');
}

function go(args: string[], cwd: string, env: NodeJS.ProcessEnv = {}): void {
  execFileSync('go', args, {
    cwd,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-trimpath -buildvcs=false', ...env },
  });
}
