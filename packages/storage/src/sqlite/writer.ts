import { Worker } from 'node:worker_threads';
import { HistoryKeeper } from '../history-keeper.ts';
import { StoreError } from '../store.ts';
import { Handles } from './handles.ts';
import type { WriterAnswer, WriterRequest } from './messages.ts';

type Answer = Extract<WriterAnswer, { ok: true }>;
type Unnumbered<T> = T extends WriterRequest ? Omit<T, 'request'> : never;
export type WriterWork = Unnumbered<WriterRequest>;

interface Waiting {
  resolve: (answer: Answer) => void;
  reject: (error: StoreError) => void;
}

export interface SqliteWriterOptions {
  /** Stores with open files at once. Default 64, at up to 1 MiB of page cache each. */
  maxOpenFiles?: number;
  /** Milliseconds without use after which a store's files are closed; they open again by themselves. Default 10,000. */
  closeFilesAfter?: number;
  /** Milliseconds of history to keep at least, twice that at most. Default 300,000, as kube-apiserver. */
  keepHistory?: number;
}

/** The one thread of a process that writes to disks, for all its stores. Keeps the process alive only while it works. */
export interface SqliteWriter {
  /** For `openSqliteStore`. */
  ask(work: WriterWork, transfer?: ArrayBuffer[]): Promise<Answer>;
  /** A number for a store, unique in this writer. Throws `Unreadable` when the file is open already. */
  claim(file: string): number;
  disclaim(file: string): void;
  readonly handles: Handles;
  readonly history: HistoryKeeper;
  /** Finishes what was asked and ends the thread. Close the stores before. */
  close(): Promise<void>;
}

/**
 * Starts the writer thread. When it dies (out of memory, say) all that was asked fails, and the next request starts
 * another.
 */
export function createSqliteWriter(options: SqliteWriterOptions = {}): SqliteWriter {
  const waiting = new Map<number, Waiting>();
  const claimed = new Set<string>();
  const stores = new Map<number, Extract<WriterWork, { type: 'open' }>>();
  let worker: Worker | undefined;
  let requests = 0;
  let claims = 0;
  let closed = false;
  let drained: (() => void) | undefined;

  const failAll = (message: string, cause?: unknown) => {
    worker = undefined;
    const error = new StoreError('WriteFailed', message, { cause });
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    drained?.();
  };

  const start = (): Worker => {
    const started = new Worker(new URL('./writer-worker.ts', import.meta.url), {
      name: 'storage-writer',
      stdin: false,
    });
    started.on('message', (answer: WriterAnswer) => {
      const found = waiting.get(answer.request);
      waiting.delete(answer.request);
      if (waiting.size === 0) started.unref();
      if (answer.ok) found?.resolve(answer);
      else found?.reject(new StoreError(answer.code, answer.message));
      if (waiting.size === 0) drained?.();
    });
    started.on('error', (error) => failAll(`the writer thread failed: ${String(error)}`, error));
    started.on('exit', () => {
      if (worker === started) failAll('the writer thread ended');
    });
    // A new thread knows no store: those that were open are opened there again before anything else is asked.
    for (const store of stores.values()) started.postMessage({ request: 0, ...store });
    return started;
  };

  const ask: SqliteWriter['ask'] = (work, transfer = []) => {
    if (closed) return Promise.reject(new StoreError('Closed', 'the writer is closed'));
    worker ??= start();
    const target = worker;
    const request = ++requests;
    return new Promise<Answer>((resolve, reject) => {
      waiting.set(request, { resolve, reject });
      target.ref();
      target.postMessage({ request, ...work }, transfer);
    }).then((answer) => {
      if (work.type === 'open') stores.set(work.store, work);
      if (work.type === 'close') stores.delete(work.store);
      return answer;
    });
  };

  return {
    ask,
    claim: (file) => {
      if (claimed.has(file))
        throw new StoreError(
          'Unreadable',
          `${file} is open already in this process: close it first`,
        );
      claimed.add(file);
      return ++claims;
    },
    disclaim: (file) => void claimed.delete(file),
    handles: new Handles({
      maxOpenFiles: options.maxOpenFiles ?? 64,
      idleAfter: options.closeFilesAfter ?? 10_000,
    }),
    history: new HistoryKeeper(options.keepHistory ?? 300_000),
    close: async () => {
      if (closed) return;
      closed = true;
      const ending = worker;
      if (!ending) return;
      if (waiting.size > 0)
        await new Promise<void>((resolve) => {
          drained = resolve;
        });
      worker = undefined;
      await ending.terminate();
    },
  };
}
