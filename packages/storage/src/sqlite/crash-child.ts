/**
 * Writes to a store as fast as it can until it is killed, and says in a journal what was acknowledged and what a listener
 * saw. A line is written by one system call, so a kill cuts none in half.
 *
 * Arguments: file, journal, revisions of history to keep, clients, salt.
 */
import { openSync, writeSync } from 'node:fs';
import { openSqliteStore } from './open-sqlite-store.ts';
import { createSqliteWriter } from './writer.ts';

const [file = '', journal = '', keep = '', clients = '', salt = ''] = process.argv.slice(2);
const writer = createSqliteWriter();
const store = await openSqliteStore({ file, writer, keepRevisions: Number(keep) });
const output = openSync(journal, 'a');
const say = (line: string) => writeSync(output, `${line}\n`);
const decoder = new TextDecoder();
store.subscribe(({ revision, type, key, value }) =>
  say(`event ${revision} ${type} ${key} ${decoder.decode(value)}`),
);
say(`open ${store.revision} ${store.compacted}`);
writeSync(1, 'ready\n');

async function client(number: number): Promise<never> {
  for (let round = 0; ; round++) {
    const key = `/client/${number}/${round % 7}`;
    const expected = store.get(key)?.revision ?? 0;
    const remove = expected > 0 && round % 5 === 0;
    const text = `${salt} ${number} ${round} ${'x'.repeat((round * 37) % 3000)}`;
    const revision = await store.commit([
      remove
        ? { key, expected, value: null }
        : { key, expected, value: (own) => Buffer.from(`${own} ${text}`) },
    ]);
    say(`acknowledged ${revision} ${remove ? 'delete' : 'put'} ${key}`);
  }
}
await Promise.all(Array.from({ length: Number(clients) }, (_, number) => client(number)));
