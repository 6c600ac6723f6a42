import { parentPort } from 'node:worker_threads';
import type { WriterAnswer, WriterRequest } from './messages.ts';
import { toStoreError } from './sqlite-error.ts';
import { WriterFile } from './writer-file.ts';

/** The writer thread: the only place of the process that waits for disks. */
const port = parentPort;
if (port === null) throw new Error('writer-worker.ts runs as a worker thread only');

const files = new Map<number, WriterFile>();
/** Compactions go on in small steps while there is nothing to write. */
const compactions: { request: number; store: number }[] = [];

function perform(message: WriterRequest): WriterAnswer | undefined {
  const { request, store } = message;
  if (message.type === 'open') {
    const file = new WriterFile(message.file, message.maxPages);
    const opened = guard(request, file, 'Unreadable', () => file.state());
    if (opened.ok) files.set(store, file);
    return opened;
  }
  const file = files.get(store);
  if (!file) return { request, ok: false, code: 'Closed', message: 'the store is closed' };
  switch (message.type) {
    case 'write':
      return guard(
        request,
        file,
        'WriteFailed',
        () => void file.write(message.base, message.batch),
      );
    case 'compact': {
      const begun = guard(
        request,
        file,
        'WriteFailed',
        () => void file.beginCompaction(message.before),
      );
      if (begun.ok) compactions.push({ request, store });
      return begun.ok ? undefined : begun;
    }
    case 'release':
      return guard(request, file, 'WriteFailed', () => void file.release());
    case 'close':
      files.delete(store);
      return guard(request, file, 'WriteFailed', () => void file.release());
  }
}

function guard(
  request: number,
  file: WriterFile,
  code: 'WriteFailed' | 'Unreadable',
  work: () => { newest: number; compacted: number } | undefined,
): WriterAnswer {
  try {
    const opened = work();
    return opened ? { request, ok: true, opened } : { request, ok: true };
  } catch (error) {
    const explained = toStoreError(error, file.file, code);
    if (code === 'Unreadable') file.release();
    return { request, ok: false, code: explained.code, message: explained.message };
  }
}

function compactOneStep(): void {
  const next = compactions[0];
  if (!next) return;
  const { request, store } = next;
  const file = files.get(store);
  let more = false;
  const answer: WriterAnswer = file
    ? guard(request, file, 'WriteFailed', () => {
        more = file.compactStep();
        return undefined;
      })
    : { request, ok: false, code: 'Closed', message: 'the store is closed' };
  if (!more) {
    compactions.shift();
    port?.postMessage(answer);
  }
  if (compactions.length > 0) setImmediate(compactOneStep);
}

port.on('message', (message: WriterRequest) => {
  const answer = perform(message);
  if (answer) port.postMessage(answer);
  if (message.type === 'compact' && compactions.length === 1) setImmediate(compactOneStep);
});
