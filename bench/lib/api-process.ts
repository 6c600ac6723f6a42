import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nodeFlags } from '../../scripts/lib/node-flags.mjs';
import { bundled } from './bundled.ts';
import { rssOf } from './dormice-process.ts';
import { LoadClient, type Target } from './load-client.ts';

/** Our API server alone in a process, as `api-only.ts` runs it, bundled as `npm start` bundles. */
export class ApiProcess {
  readonly #child: ChildProcess;
  readonly #directory: string;
  readonly target: Target;
  /** Milliseconds from process begin to the first answer. */
  readonly startMs: number;

  /** Use `start`. */
  constructor(directory: string, child: ChildProcess, target: Target, startMs: number) {
    this.#directory = directory;
    this.#child = child;
    this.target = target;
    this.startMs = startMs;
  }

  /** Starts it twice: keys are made the first time, as upstream's are before it starts. */
  static async start(): Promise<ApiProcess> {
    const directory = await mkdtemp(path.join(tmpdir(), 'dormice-bench-'));
    const first = await begin(directory);
    await end(first.child);
    const { child, target, startMs } = await begin(directory);
    return new ApiProcess(directory, child, target, startMs);
  }

  rss(): number {
    return rssOf(this.#child.pid ?? 0);
  }

  async stop(): Promise<void> {
    await end(this.#child);
    await rm(this.#directory, { recursive: true, force: true });
  }
}

async function begin(directory: string) {
  const began = performance.now();
  const script = bundled('api-only.js') ?? path.join(import.meta.dirname, 'api-only.ts');
  const child = spawn(process.execPath, [...nodeFlags, script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const target = await new Promise<Target>((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (piece: Buffer) => {
      said += piece.toString();
      if (said.includes('\n')) resolve(JSON.parse(said) as Target);
    });
    child.once('exit', (code) => reject(new Error(`the API server ended with ${code}`)));
  });
  const client = new LoadClient(target);
  await client.ok('GET', '/api/v1/namespaces/default');
  client.close();
  return { child, target, startMs: performance.now() - began };
}

const end = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.removeAllListeners('exit');
    if (child.exitCode !== null) resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
