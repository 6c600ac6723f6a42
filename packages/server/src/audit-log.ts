import { createWriteStream, renameSync, rmSync, statSync, type WriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type AuditPolicy, readAuditPolicy } from '@dormice/apiserver';

/** A file is set aside when it is this large, bytes; so many are kept beside it. */
const limits = { size: 100 * 1024 * 1024, kept: 5 };

/** The audit log of all virtual clusters: a line of JSON an event, each with its cluster. */
export interface AuditLog {
  of(cluster: string): { policy: AuditPolicy; write: (line: string) => void };
  close(): Promise<void>;
}

/** @throws Error when the policy is none, or cannot be read */
export async function openAuditLog(options: {
  policyFile: string;
  file: string;
}): Promise<AuditLog> {
  const policy = readAuditPolicy(await readFile(options.policyFile, 'utf8'));
  const sink = new RotatingFile(options.file);
  return {
    of: (cluster) => ({
      policy,
      write: (line) => sink.write(`${withCluster(line, cluster)}\n`),
    }),
    close: () => sink.close(),
  };
}

/** Events of many clusters share a file: an annotation tells whose each is. */
function withCluster(line: string, cluster: string): string {
  const event = JSON.parse(line) as { annotations?: Record<string, string> };
  const annotations = { ...event.annotations, 'dormice.dev/cluster': cluster };
  return JSON.stringify({ ...event, annotations });
}

class RotatingFile {
  readonly #file: string;
  #stream: WriteStream;
  #size: number;

  constructor(file: string) {
    this.#file = file;
    this.#size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    this.#stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  }

  write(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (this.#size > 0 && this.#size + bytes > limits.size) this.#rotate();
    this.#size += bytes;
    this.#stream.write(text);
  }

  #rotate(): void {
    this.#stream.end();
    const name = (at: number) => (at === 0 ? this.#file : `${this.#file}.${at}`);
    rmSync(name(limits.kept), { force: true });
    for (let at = limits.kept - 1; at >= 0; at -= 1) {
      if (statSync(name(at), { throwIfNoEntry: false })) renameSync(name(at), name(at + 1));
    }
    this.#stream = createWriteStream(this.#file, { flags: 'a', mode: 0o600 });
    this.#size = 0;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(resolve));
  }
}
