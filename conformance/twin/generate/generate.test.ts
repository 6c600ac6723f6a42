import { describe, expect, it } from 'vitest';
import { generatedScripts } from './generate.ts';
import { minimalObject } from './minimal.ts';
import { rows } from './row.ts';

describe('generated scripts', () => {
  it('are the same for the same seed, and others for another', () => {
    const names = (seed: number) => generatedScripts(true, seed).map(({ name }) => name);
    expect(names(1)).toEqual(names(1));
    expect(names(1)).not.toEqual(names(2));
  });

  it('cover every kind that is stored', () => {
    const missing = rows.filter(({ kind }) => minimalObject(kind, 'x') === undefined);
    expect(missing.map(({ label }) => label)).toEqual([]);
  });
});
