import type { Script } from '../script.ts';

/** Scripts written by hand, a file a theme. */
export const corpus: readonly Script[] = [];
