import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

/** Thrown when another Dormice holds the directory: two writers would destroy each other's state. */
export class DataDirInUse extends Error {
  constructor(directory: string, pid: number) {
    super(
      `${directory} is in use by another Dormice (pid ${pid}); stop that one, or choose another directory with --data-dir`,
    );
    this.name = 'DataDirInUse';
  }
}

/** Where things lie below the data directory. */
export function layoutOf(directory: string) {
  const root = path.resolve(directory);
  return {
    root,
    lock: path.join(root, 'dormice.pid'),
    host: path.join(root, 'host'),
    clusters: path.join(root, 'clusters'),
    kubeconfigs: path.join(root, 'kubeconfigs'),
    hostKubeconfig: path.join(root, 'host.kubeconfig'),
    token: path.join(root, 'dashboard-token'),
  };
}

export type Layout = ReturnType<typeof layoutOf>;

/** Makes the directory and takes its lock; the returned function lets it go. */
export async function lockDataDir(layout: Layout): Promise<() => void> {
  await mkdir(layout.root, { recursive: true, mode: 0o700 });
  for (let attempt = 0; ; attempt += 1) {
    try {
      const file = openSync(layout.lock, 'wx', 0o600);
      writeSync(file, `${process.pid}\n`);
      closeSync(file);
      return () => rmSync(layout.lock, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 1) throw error;
      const pid = holderOf(layout.lock);
      if (pid !== undefined && pid !== process.pid && isAlive(pid)) {
        throw new DataDirInUse(layout.root, pid);
      }
      rmSync(layout.lock, { force: true });
    }
  }
}

function holderOf(lock: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10);
    return Number.isInteger(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Is it a running Dormice? A pid that was given to another program since is not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('node');
  } catch {
    return true;
  }
}
