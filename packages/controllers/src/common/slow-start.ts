/**
 * Does `count` things in batches of 1, 2, 4 …, so that a quota or a refusal is noticed by the first and not by all.
 * Stops after a batch in which one failed; returns how many went well, and the first error.
 */
export async function slowStart(
  count: number,
  work: (index: number) => Promise<void>,
): Promise<{ done: number; error?: unknown }> {
  let done = 0;
  let started = 0;
  for (let size = 1; started < count; size *= 2) {
    const batch = Array.from({ length: Math.min(size, count - started) }, (_, at) =>
      work(started + at),
    );
    started += batch.length;
    const results = await Promise.allSettled(batch);
    done += results.filter(({ status }) => status === 'fulfilled').length;
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) return { done, error: failed.reason };
  }
  return { done };
}
