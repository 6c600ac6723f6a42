import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

/** A loop whose clock and turns the test moves. */
function loop() {
  let now = 0;
  const later: (() => void)[] = [];
  const turns = new Turns(
    () => now,
    (run) => later.push(run),
  );
  return {
    turns,
    pass: (ms: number) => {
      now += ms;
    },
    /** Runs the loop until nothing is left. */
    async run() {
      for (let next = later.shift(); next; next = later.shift()) {
        next();
        await Promise.resolve();
        await Promise.resolve();
      }
    },
  };
}

describe('turns', () => {
  it('go round between tenants, however many slices one of them wants', async () => {
    const { turns, pass, run } = loop();
    const [greedy, modest] = [{}, {}];
    const order: string[] = [];
    const slice = (tenant: object, name: string) =>
      turns.take(tenant).then(() => {
        order.push(name);
        pass(1);
      });
    for (let index = 0; index < 6; index += 1) void slice(greedy, 'greedy');
    for (let index = 0; index < 2; index += 1) void slice(modest, 'modest');
    await run();
    expect(order.slice(0, 4).filter((name) => name === 'modest')).toHaveLength(2);
    expect(order).toHaveLength(8);
  });

  it('are shared by time: longer slices come less often', async () => {
    const { turns, pass, run } = loop();
    const [long, short] = [{}, {}];
    const order: string[] = [];
    for (let index = 0; index < 20; index += 1) {
      void turns.take(long).then(() => {
        order.push('long');
        pass(4);
      });
      void turns.take(short).then(() => {
        order.push('short');
        pass(1);
      });
    }
    await run();
    const first = order.slice(0, 15);
    expect(first.filter((name) => name === 'short').length).toBeGreaterThanOrEqual(11);
  });

  it('give no credit for having been idle', async () => {
    const { turns, pass, run } = loop();
    const [old, late] = [{}, {}];
    const order: string[] = [];
    const loopOf = async (tenant: object, name: string, count: number) => {
      for (let index = 0; index < count; index += 1) {
        await turns.take(tenant);
        order.push(name);
        pass(1);
        if (name === 'old' && index === 9) void loopOf(late, 'late', 10);
      }
    };
    void loopOf(old, 'old', 20);
    await run();
    expect(order.slice(10, 20).filter((name) => name === 'late').length).toBeLessThanOrEqual(6);
  });
});
