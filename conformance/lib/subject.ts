import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { runOk, stop, until } from '../../e2e/lib/run.ts';

const main = path.join(
  path.dirname(path.dirname(import.meta.dirname)),
  'packages',
  'cli',
  'src',
  'main.ts',
);

export interface SubjectOptions {
  /** Name of the virtual cluster. */
  name: string;
  /** The host that runs the pods; without it the embedded host, whose nodes are simulated. */
  hostKubeconfig?: string | undefined;
}

/** One Dormice with one virtual cluster: what is judged. Its data live in a folder that ends with it. */
export class Subject {
  readonly name: string;
  readonly directory: string;
  readonly #child: ChildProcess;

  private constructor(name: string, directory: string, child: ChildProcess) {
    this.name = name;
    this.directory = directory;
    this.#child = child;
  }

  static async start({ name, hostKubeconfig }: SubjectOptions): Promise<Subject> {
    const directory = await mkdtemp(path.join(tmpdir(), 'dormice-conformance-'));
    const host = hostKubeconfig === undefined ? [] : ['--host-kubeconfig', hostKubeconfig];
    const addresses = ['--listen', '0', '--dashboard', '0'];
    const child = spawn(
      process.execPath,
      [main, 'up', '--data-dir', directory, '--no-demo', ...addresses, ...host],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece: Buffer) => {
        output += piece.toString();
      });
    }
    const subject = new Subject(name, directory, child);
    await until(
      'Dormice to be ready',
      async () => {
        if (child.exitCode !== null) throw new Error(`Dormice ended:\n${output}`);
        return /^Host:/m.test(output);
      },
      30_000,
    );
    await subject.cli('create', name, '--run-policy', 'Always');
    return subject;
  }

  /** `dormice …` against this data directory. */
  cli(...args: string[]): Promise<string> {
    return runOk(process.execPath, [main, ...args, '--data-dir', this.directory], {
      timeoutMs: 120_000,
    });
  }

  /** Writes the administrator's kubeconfig of the virtual cluster; gives the file. */
  async kubeconfig(): Promise<string> {
    const file = path.join(this.directory, 'tenant.kubeconfig');
    await writeFile(file, await this.cli('kubeconfig', this.name), { mode: 0o600 });
    return file;
  }

  /**
   * A kubeconfig whose server is the cluster's own name, for programs that drop `tls-server-name`.
   * The name has to resolve to 127.0.0.1: see `withHosts`.
   */
  async namedKubeconfig(): Promise<{ file: string; host: string }> {
    const document = parseDocument(await this.cli('kubeconfig', this.name));
    const cluster = ['clusters', 0, 'cluster'];
    const host = String(document.getIn([...cluster, 'tls-server-name']));
    const { port } = new URL(String(document.getIn([...cluster, 'server'])));
    document.setIn([...cluster, 'server'], `https://${host}:${port}`);
    document.deleteIn([...cluster, 'tls-server-name']);
    const file = path.join(this.directory, 'named.kubeconfig');
    await writeFile(file, document.toString(), { mode: 0o600 });
    return { file, host };
  }

  /** Deletes the virtual cluster (and what it made on the host), ends Dormice, removes its data. */
  async end(): Promise<void> {
    await this.cli('delete', this.name).catch((error: Error) =>
      process.stderr.write(`${error.message}\n`),
    );
    await stop(this.#child);
    await rm(this.directory, { recursive: true, force: true });
  }
}
