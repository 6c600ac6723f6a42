/** `npm run bench -- NAME`: prints a table; `--write` puts the tables of all into docs/benchmarks.md. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { apiserver } from './apiserver.ts';
import { density } from './density.ts';
import { fairness } from './fairness.ts';
import { type Result, renderResult } from './lib/stats.ts';
import { wake } from './wake.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string' },
    'upstream-bin': { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});

const count = values.count === undefined ? undefined : Number(values.count);
const benches: Record<string, { what: string; run: () => Promise<Result> }> = {
  wake: { what: 'create and wake (1 minute)', run: () => wake(count) },
  apiserver: {
    what: 'against kube-apiserver and etcd (--upstream-bin DIR holds both) (2 minutes)',
    run: () => apiserver(values['upstream-bin']),
  },
  fairness: {
    what: 'a tenant that lists in a tight loop, and its neighbour (2 minutes)',
    run: () => fairness(),
  },
  density: {
    what: 'many idle virtual clusters in one process (4 minutes)',
    run: () => density(count),
  },
};

const [name] = positionals;
const chosen =
  name === 'all' ? Object.keys(benches) : Object.keys(benches).filter((key) => key === name);
if (chosen.length === 0) {
  process.stderr.write(
    `usage: npm run bench -- NAME [--count N] [--upstream-bin DIR] [--write]\n${Object.entries(
      benches,
    )
      .map(([key, { what }]) => `  ${key.padEnd(10)} ${what}\n`)
      .join('')}  all        one after the other\n  storage    node bench/storage.ts\n`,
  );
  process.exit(2);
}

const results: string[] = [];
for (const key of chosen) {
  process.stderr.write(`${key} …\n`);
  const text = renderResult(await (benches[key] as (typeof benches)[string]).run());
  process.stdout.write(`${text}\n`);
  results.push(text);
}
if (values.write) write(results);

/** Replaces what stands between the marks of docs/benchmarks.md. */
function write(tables: string[]): void {
  const file = path.join(path.dirname(import.meta.dirname), 'docs', 'benchmarks.md');
  const text = readFileSync(file, 'utf8');
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD']).toString().trim();
  const memory = Math.round(os.totalmem() / 2 ** 30);
  const machine = `${new Date().toISOString().slice(0, 10)}, ${os.cpus().length} cores, ${memory} GiB, Linux ${os.release()}, Node ${process.version}, commit ${commit}, load ${os.loadavg()[0]?.toFixed(1)} at the end`;
  const [before = '', rest = ''] = text.split('<!-- results -->');
  const after = rest.split('<!-- end -->')[1] ?? '';
  writeFileSync(
    file,
    `${before}<!-- results -->\n\n${machine}\n\n${tables.join('\n')}\n<!-- end -->${after}`,
  );
}
