import { deployment, largeCrd, largeObject, pod } from './api-objects.ts';
import { LoadClient, type Target } from './load-client.ts';
import { longestWait } from './longest-wait.ts';
import { inParallel, percentile, sleep } from './stats.ts';

/** What one side did under the load. Rates are per second, times milliseconds, memory bytes. */
export interface Measured {
  startMs: number;
  idleRss: number;
  createRate: number;
  createP99: number;
  getRate: number;
  listMs: number;
  tableMs: number;
  /** Longest that another client waited while lists were made. */
  waitMs: number;
  lagP99: number;
  delivered: number;
  applyRate: number;
  crdMs: number;
  firstObjectMs: number;
  objectRate: number;
  loadedRss: number;
}

const parallel = 32;
const sizes = {
  creates: 3_000,
  gets: 10_000,
  pods: 5_000,
  morePods: 10_000,
  lists: 10,
  watches: 1_000,
  connections: 10,
  writes: 300,
  applies: 600,
  objects: 1_000,
};
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const namespace = (name: string): string => `/api/v1/namespaces/${name}`;

const configMap = (name: string, size: number): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: { a: 'x'.repeat(size) },
  });

/** A process under test. */
export interface Side {
  target: Target;
  startMs: number;
  rss(): number;
}

/** The same load for either side. */
export async function measure(side: Side, progress: (text: string) => void): Promise<Measured> {
  const client = new LoadClient(side.target);
  await sleep(3_000);
  const idleRss = side.rss();
  await prepare(client);
  progress('creates');
  const writes = await creates(client);
  progress('pods');
  const reads = await podReads(side.target, client);
  progress('watches');
  const watched = await fanOut(side.target);
  progress('apply');
  const applyRate = await applies(client);
  progress('custom resources');
  const custom = await customResources(client);
  progress('memory');
  const pods = `${namespace('bench')}/pods`;
  await inParallel(sizes.morePods - sizes.pods, parallel, (index) =>
    client.ok('POST', pods, pod(`more-${index}`)),
  );
  await sleep(10_000);
  const loadedRss = side.rss();
  client.close();
  return {
    startMs: side.startMs,
    idleRss,
    ...writes,
    ...reads,
    ...watched,
    applyRate,
    ...custom,
    loadedRss,
  };
}

/** Namespaces with the service account that pods need, as controllers would have made it. */
async function prepare(client: LoadClient): Promise<void> {
  for (const name of ['bench', 'watched']) {
    await client.ok('POST', '/api/v1/namespaces', JSON.stringify({ metadata: { name } }));
    const account = JSON.stringify({ metadata: { name: 'default' } });
    await client.ok('POST', `${namespace(name)}/serviceaccounts`, account);
  }
}

async function creates(client: LoadClient) {
  const base = `${namespace('bench')}/configmaps`;
  await inParallel(300, parallel, (index) =>
    client.ok('POST', base, configMap(`w-${index}`, 2048)),
  );
  const done = await inParallel(sizes.creates, parallel, (index) =>
    client.ok('POST', base, configMap(`c-${index}`, 2048)),
  );
  return { createRate: sizes.creates / done.seconds, createP99: percentile(done.each, 0.99) };
}

async function podReads(target: Target, client: LoadClient) {
  const base = `${namespace('bench')}/pods`;
  await inParallel(sizes.pods, parallel, (index) => client.ok('POST', base, pod(`p-${index}`)));
  const gets = await inParallel(sizes.gets, parallel, (index) =>
    client.ok('GET', `${base}/p-${index % sizes.pods}`),
  );
  let [listMs, tableMs] = [0, 0];
  const waitMs = await longestWait(target, `${base}/p-0`, async () => {
    const list = await inParallel(sizes.lists, 1, () => client.ok('GET', base));
    const asTable = await inParallel(sizes.lists, 1, () =>
      client.ok('GET', base, undefined, { accept: table }),
    );
    [listMs, tableMs] = [percentile(list.each, 0.5), percentile(asTable.each, 0.5)];
  });
  return {
    getRate: sizes.gets / gets.seconds,
    listMs,
    tableMs,
    waitMs,
  };
}

/** Many watches of one resource, a hundred writes a second; from the write's start to each watcher's line. */
async function fanOut(target: Target): Promise<{ lagP99: number; delivered: number }> {
  const path = `${namespace('watched')}/configmaps`;
  const writer = new LoadClient(target);
  const watchers = Array.from({ length: sizes.connections }, () => new LoadClient(target));
  const sent = new Map<string, number>();
  const lags: number[] = [];
  for (let index = 0; index < sizes.watches; index += 1) {
    watchers[index % sizes.connections]?.watch(`${path}?watch=true`, (line) => {
      const name = /"name":"(w-\d+)"/.exec(line)?.[1];
      const at = name === undefined ? undefined : sent.get(name);
      if (at !== undefined) lags.push(performance.now() - at);
    });
  }
  await sleep(3_000);
  for (let index = 0; index < sizes.writes; index += 1) {
    sent.set(`w-${index}`, performance.now());
    void writer.ok('POST', path, configMap(`w-${index}`, 256));
    await sleep(10);
  }
  await sleep(5_000);
  for (const client of [writer, ...watchers]) client.close();
  return {
    lagP99: percentile(lags, 0.99),
    delivered: lags.length / (sizes.watches * sizes.writes),
  };
}

async function applies(client: LoadClient): Promise<number> {
  const path = '/apis/apps/v1/namespaces/bench/deployments';
  const apply = (index: number) =>
    client.ok(
      'PATCH',
      `${path}/d-${index % 50}?fieldManager=bench&force=true`,
      deployment(`d-${index % 50}`, index),
      { 'content-type': 'application/apply-patch+yaml' },
    );
  await inParallel(50, 8, apply);
  const done = await inParallel(sizes.applies, 8, apply);
  return sizes.applies / done.seconds;
}

async function customResources(client: LoadClient) {
  const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const began = performance.now();
  await client.ok('POST', crds, largeCrd());
  const crdMs = performance.now() - began;
  const path = '/apis/bench.example/v1/namespaces/bench/larges';
  for (;;) {
    const { status } = await client.request('POST', path, largeObject('first'));
    if (status === 201) break;
    await sleep(5);
  }
  const firstObjectMs = performance.now() - began - crdMs;
  const done = await inParallel(sizes.objects, parallel, (index) =>
    client.ok('POST', path, largeObject(`o-${index}`)),
  );
  return { crdMs, firstObjectMs, objectRate: sizes.objects / done.seconds };
}
