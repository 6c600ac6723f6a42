import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type Client,
  createClient,
  loadKubeconfig,
  transportFromKubeconfig,
} from '@dormice/client';
import { nodeFlags } from '../../scripts/lib/node-flags.mjs';
import { bundled } from './bundled.ts';

const root = path.dirname(path.dirname(import.meta.dirname));

/** A Dormice in a process of its own, with the embedded host, for measuring from outside. */
export class DormiceProcess {
  readonly directory: string;
  #child: ChildProcess | undefined;
  #close: (() => Promise<void>) | undefined;
  /** Milliseconds from process start to "Dashboard:". */
  readyMs = 0;

  constructor(directory: string) {
    this.directory = directory;
  }

  static async create(): Promise<DormiceProcess> {
    return new DormiceProcess(await mkdtemp(path.join(tmpdir(), 'dormice-bench-')));
  }

  async start(): Promise<Client> {
    const began = performance.now();
    const main = bundled('dormice.js') ?? path.join(root, 'packages', 'cli', 'src', 'main.ts');
    const child = spawn(
      process.execPath,
      [
        ...nodeFlags,
        main,
        'up',
        '--no-demo',
        '--data-dir',
        this.directory,
        '--listen',
        '0',
        '--dashboard',
        '0',
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      child.stdout?.on('data', (piece: Buffer) => {
        said += piece.toString();
        if (said.includes('Dashboard:')) resolve();
      });
      child.once('exit', () => reject(new Error('Dormice ended')));
    });
    this.readyMs = performance.now() - began;
    const config = await loadKubeconfig({ file: path.join(this.directory, 'host.kubeconfig') });
    const transport = await transportFromKubeconfig(config);
    this.#close = () => transport.close();
    return createClient(transport, { userAgent: 'bench' });
  }

  /** How often the log has a message. */
  logged(message: string): number {
    const text = readFileSync(path.join(this.directory, 'dormice.log'), 'utf8');
    return text.split(`"msg":"${message}"`).length - 1;
  }

  /** Resident memory, bytes. */
  rss(): number {
    return rssOf(this.#child?.pid ?? 0);
  }

  /** CPU time spent so far, seconds. */
  cpuSeconds(): number {
    return cpuSecondsOf(this.#child?.pid ?? 0);
  }

  async stop(): Promise<void> {
    await this.#close?.();
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    await new Promise<void>((resolve) => {
      child.removeAllListeners('exit');
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    });
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

export function rssOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(text)?.[1] ?? 0) * 1024;
}

/** Clock ticks of Linux are hundredths of a second. */
export function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
