/** What one check of a program came to. */
export interface Result {
  name: string;
  /** Empty when it passed. */
  failure: string;
}

/** One program, run against the cluster of a kubeconfig. */
export interface Program {
  name: string;
  run(kubeconfig: string): Promise<Result[]>;
}

export const resultOf = async (name: string, work: () => Promise<unknown>): Promise<Result> => {
  try {
    await work();
    return { name, failure: '' };
  } catch (error) {
    return { name, failure: error instanceof Error ? error.message : String(error) };
  }
};

/** Reads the lines `PASS name` and `FAIL name: reason` that the Go programs print. */
export function parseResults(output: string): Result[] {
  return output.split('\n').flatMap((line): Result[] => {
    const [, word, rest = ''] = /^(PASS|FAIL) (.*)$/.exec(line) ?? [];
    if (word === 'PASS') return [{ name: rest, failure: '' }];
    if (word !== 'FAIL') return [];
    const names = /^((?:[a-z ]+: )?[^:]*): (.*)$/.exec(rest);
    return [{ name: names?.[1] ?? rest, failure: names?.[2] ?? 'failed' }];
  });
}
