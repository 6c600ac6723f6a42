import { describe, expect, it } from 'vitest';
import { PriorityLevel, type Rejection, type SeatPool } from './priority-level.ts';
import type { LevelConfiguration } from './seats.ts';

const forever = (): Promise<Rejection> => new Promise(() => undefined);

function configuration(change: Partial<LevelConfiguration> = {}): LevelConfiguration {
  return {
    name: 'level',
    uid: 'uid',
    exempt: false,
    limits: { nominal: 2, lower: 2, upper: 2 },
    queuing: { queues: 8, handSize: 1, lengthLimit: 3 },
    ...change,
  };
}

/** Levels that share seats, and a clock that the test moves. */
function levels(seats: number, ...configurations: Partial<LevelConfiguration>[]) {
  const clock = { now: 0 };
  const pool: { seats: number; levels: PriorityLevel[] } = { seats, levels: [] };
  for (const change of configurations) {
    pool.levels.push(
      new PriorityLevel(configuration(change), pool satisfies SeatPool, () => clock.now),
    );
  }
  return { clock, levels: pool.levels as [PriorityLevel, PriorityLevel] };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a priority level', () => {
  it('lets wait who finds no seat, until one is free', async () => {
    const { levels: all } = levels(2, {});
    const first = await all[0].enter(1, 1, forever);
    await all[0].enter(2, 1, forever);
    let entered = false;
    void all[0].enter(3, 1, forever).then(() => {
      entered = true;
    });
    await turn();
    expect([entered, all[0].waiting]).toEqual([false, 1]);
    first();
    await turn();
    expect([entered, all[0].waiting, all[0].seatsInUse]).toEqual([true, 0, 2]);
  });

  it('refuses what no longer fits into the queue of its flow, and nobody else', async () => {
    const { levels: all } = levels(2, {});
    await all[0].enter(1, 2, forever);
    for (let index = 0; index < 3; index += 1) void all[0].enter(1, 1, forever);
    await expect(all[0].enter(1, 1, forever)).rejects.toMatchObject({ why: 'queue-full' });
    void all[0].enter(2, 1, forever);
    await turn();
    expect(all[0].waiting).toBe(4);
  });

  it('refuses at once where it has no queues', async () => {
    const { levels: all } = levels(2, { queuing: undefined });
    await all[0].enter(1, 2, forever);
    await expect(all[0].enter(1, 1, forever)).rejects.toMatchObject({ why: 'concurrency-limit' });
  });

  it('refuses who has waited too long, and who went away', async () => {
    const { levels: all } = levels(2, {});
    await all[0].enter(1, 2, forever);
    const late = all[0].enter(1, 1, () => Promise.resolve('time-out'));
    await expect(late).rejects.toMatchObject({ why: 'time-out' });
    const gone = all[0].enter(1, 1, () => Promise.resolve('cancelled'));
    await expect(gone).rejects.toMatchObject({ why: 'cancelled' });
    expect(all[0].waiting).toBe(0);
  });

  it('serves flows in turn, whichever has more waiting', async () => {
    const { levels: all, clock } = levels(1, {
      limits: { nominal: 1, lower: 1, upper: 1 },
      queuing: { queues: 8, handSize: 1, lengthLimit: 50 },
    });
    const order: string[] = [];
    const work = async (hash: number, name: string): Promise<void> => {
      const release = await all[0].enter(hash, 1, forever);
      order.push(name);
      clock.now += 10;
      await turn();
      release();
    };
    const running = Array.from({ length: 10 }, () => work(1, 'many'));
    running.push(work(2, 'few'), work(2, 'few'));
    await Promise.all(running);
    expect(order.slice(0, 5).filter((name) => name === 'few')).toHaveLength(2);
  });

  it('borrows what others do not keep for themselves, up to its bound', async () => {
    const { levels: all } = levels(
      10,
      { limits: { nominal: 4, lower: 4, upper: 7 }, queuing: undefined },
      { limits: { nominal: 6, lower: 2, upper: 10 }, queuing: undefined },
    );
    for (let index = 0; index < 7; index += 1) await all[0].enter(1, 1, forever);
    await expect(all[0].enter(1, 1, forever)).rejects.toThrow();
    for (let index = 0; index < 3; index += 1) await all[1].enter(1, 1, forever);
    await expect(all[1].enter(1, 1, forever)).rejects.toThrow();
  });

  it('takes a request that is wider than the level, alone', async () => {
    const { levels: all } = levels(2, { queuing: undefined });
    await all[0].enter(1, 10, forever);
    expect(all[0].seatsInUse).toBe(10);
    await expect(all[0].enter(1, 1, forever)).rejects.toThrow();
  });

  it('never refuses where it is exempt', async () => {
    const { levels: all } = levels(1, { exempt: true });
    for (let index = 0; index < 50; index += 1) await all[0].enter(1, 10, forever);
    expect(all[0].executing).toBe(50);
  });
});
