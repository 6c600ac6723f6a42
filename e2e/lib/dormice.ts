import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run, runOk, stop, until } from './run.ts';

const root = path.dirname(path.dirname(import.meta.dirname));
const main = path.join(root, 'packages', 'cli', 'src', 'main.ts');

export const settings = {
  hostKubeconfig: process.env['E2E_HOST_KUBECONFIG'] ?? '',
  image: process.env['E2E_IMAGE'] ?? '',
  busybox: process.env['E2E_BUSYBOX_IMAGE'] ?? '',
  kubectl: process.env['E2E_KUBECTL'] ?? 'kubectl',
  helm: process.env['E2E_HELM'] ?? 'helm',
};

/** One running Dormice, with its command line and kubectl for the host and for its virtual clusters. */
export class TestDormice {
  readonly directory: string;
  readonly #extra: string[];
  #child: ChildProcess | undefined;
  output = '';

  constructor(directory: string, extra: string[] = []) {
    this.directory = directory;
    this.#extra = extra;
  }

  static async create(extra: string[] = []): Promise<TestDormice> {
    return new TestDormice(await mkdtemp(path.join(tmpdir(), 'dormice-e2e-')), extra);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    this.output = '';
    const child = spawn(
      process.execPath,
      [
        main,
        'up',
        '--data-dir',
        this.directory,
        '--listen',
        '0',
        '--dashboard',
        '0',
        ...this.#extra,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#child = child;
    const collect = (piece: Buffer) => {
      this.output += piece.toString();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    await until(
      'Dormice to be ready',
      async () => {
        if (child.exitCode !== null) throw new Error(`Dormice ended:\n${this.output}`);
        return /^Dashboard:/m.test(this.output) && /^Host:/m.test(this.output);
      },
      30_000,
    );
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#child) await stop(this.#child, signal);
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** `dormice …` against this data directory. */
  cli(...args: string[]): Promise<string> {
    return runOk(process.execPath, [main, ...args, '--data-dir', this.directory]);
  }

  cliResult(...args: string[]) {
    return run(process.execPath, [main, ...args, '--data-dir', this.directory]);
  }

  /** Writes the kubeconfig of a virtual cluster and gives a kubectl for it. */
  async tenant(name: string): Promise<Kubectl> {
    const file = path.join(this.directory, `${name}.tenant.kubeconfig`);
    await writeFile(file, await this.cli('kubeconfig', name), { mode: 0o600 });
    return new Kubectl(file);
  }
}

export class Kubectl {
  readonly kubeconfig: string;

  constructor(kubeconfig: string) {
    this.kubeconfig = kubeconfig;
  }

  #args(args: string[]): string[] {
    return ['--kubeconfig', this.kubeconfig, ...args];
  }

  ok(...args: string[]): Promise<string> {
    return runOk(settings.kubectl, this.#args(args));
  }

  result(...args: string[]) {
    return run(settings.kubectl, this.#args(args));
  }

  apply(manifest: string, ...args: string[]): Promise<string> {
    return runOk(settings.kubectl, this.#args(['apply', '-f', '-', ...args]), { input: manifest });
  }

  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.ok(...args, '-o', 'json')) as T;
  }

  helm(...args: string[]): Promise<string> {
    return runOk(settings.helm, ['--kubeconfig', this.kubeconfig, ...args], { timeoutMs: 120_000 });
  }

  spawn(...args: string[]): ChildProcess {
    return spawn(settings.kubectl, this.#args(args), { stdio: ['pipe', 'pipe', 'pipe'] });
  }
}

export interface Listed {
  items: {
    metadata: {
      name: string;
      uid: string;
      namespace?: string;
      labels?: Record<string, string>;
      deletionTimestamp?: string;
    };
    spec?: Record<string, unknown>;
    status?: Record<string, unknown>;
    type?: string;
  }[];
}
