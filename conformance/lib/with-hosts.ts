import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The command line under which `line` sees `name` as 127.0.0.1: a mount namespace of its own with another `/etc/hosts`,
 * so that the machine's file stays as it is. Without root it takes a user namespace too.
 */
export function withHosts(name: string, directory: string, line: string[]): string[] {
  const hosts = path.join(directory, 'hosts');
  writeFileSync(hosts, `${readFileSync('/etc/hosts', 'utf8').trimEnd()}\n127.0.0.1 ${name}\n`);
  const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const script = 'mount --bind "$1" /etc/hosts && shift && exec "$@"';
  return ['unshare', ...asRoot, '--mount', 'sh', '-c', script, 'sh', hosts, ...line];
}
