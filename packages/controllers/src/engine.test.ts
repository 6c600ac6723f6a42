import type { KubeObject } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { describe, expect, it } from 'vitest';
import { watchItself } from './common/keys.ts';
import type { Controller } from './controller.ts';
import { createControllerEngine } from './engine.ts';
import { MemoryCluster } from './testing/memory-cluster.ts';

const node = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } });

const recorder = (work: (name: string) => Promise<void> = async () => undefined) => {
  const seen: string[] = [];
  const controller: Controller = {
    name: 'recorder',
    watches: [watchItself(resources.nodes)],
    async reconcile({ name }, { cluster }) {
      seen.push(`${cluster.uid} ${name}`);
      await work(name);
      return undefined;
    },
  };
  return { seen, controller };
};

const named = (uid: string): MemoryCluster =>
  Object.defineProperty(new MemoryCluster(), 'uid', { value: uid });

describe('controller engine', () => {
  it('keeps the keys of clusters apart', async () => {
    const { seen, controller } = recorder();
    const engine = createControllerEngine({ controllers: [controller] });
    const [a, b] = [named('a'), named('b')];
    await engine.attach(a);
    await engine.attach(b);
    await engine.idle();
    await a.client.create(resources.nodes, node('one'));
    await b.client.create(resources.nodes, node('one'));
    await engine.idle();
    expect(seen.sort()).toEqual(['a one', 'b one']);
    await engine.close();
  });

  it('tries again what failed', async () => {
    let failures = 2;
    const { seen, controller } = recorder(async () => {
      failures -= 1;
      if (failures >= 0) throw new Error('not now');
    });
    const engine = createControllerEngine({ controllers: [controller] });
    const cluster = named('a');
    await engine.attach(cluster);
    await cluster.client.create(resources.nodes, node('one'));
    while (seen.length < 3) await new Promise((resolve) => setTimeout(resolve, 2));
    await engine.idle();
    expect(failures).toBe(-1);
    await engine.close();
  });

  it('tells a reconcile in progress that its cluster goes, and waits for it', async () => {
    let aborted = false;
    let begun = () => {};
    const started = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const controller: Controller = {
      name: 'slow',
      watches: [watchItself(resources.nodes)],
      async reconcile(_key, { signal }) {
        begun();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        aborted = true;
        return undefined;
      },
    };
    const engine = createControllerEngine({ controllers: [controller] });
    const cluster = named('a');
    const detach = await engine.attach(cluster);
    await cluster.client.create(resources.nodes, node('one'));
    await started;
    await detach();
    expect(aborted).toBe(true);
    await engine.close();
  });

  it('does not let one cluster starve another', async () => {
    const { seen, controller } = recorder();
    const engine = createControllerEngine({ controllers: [controller], concurrency: 1 });
    const [busy, quiet] = [named('busy'), named('quiet')];
    await engine.attach(busy);
    await engine.attach(quiet);
    await engine.idle();
    for (let at = 0; at < 100; at += 1) await busy.client.create(resources.nodes, node(`n${at}`));
    await quiet.client.create(resources.nodes, node('one'));
    await engine.idle();
    expect(seen.indexOf('quiet one')).toBeLessThan(3);
    await engine.close();
  });
});
