/** What one check of a program came to. */
export interface Result {
  name: string;
  /** Empty when it passed. */
  failure: string;
}

export interface Surroundings {
  /** The cluster that is judged. */
  kubeconfig: string;
  /** An address of this machine as the cluster's API server reaches it. */
  address?: string | undefined;
  /** Folder of upstream's programs. */
  bin?: string | undefined;
}

export interface Program {
  name: string;
  /** It is left out when no folder of upstream's programs is named. */
  needsBin?: boolean;
  run(surroundings: Surroundings): Promise<Result[]>;
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
