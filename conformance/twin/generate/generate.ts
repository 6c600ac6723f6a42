import type { Script } from '../script.ts';
import {
  duplicateScripts,
  enumScripts,
  fullScripts,
  metadataScripts,
  missingScripts,
  typeScripts,
  unknownScripts,
  valueScripts,
} from './create-scripts.ts';
import { minimalObject } from './minimal.ts';
import { sample, seedOf } from './random.ts';
import { type Row, rows } from './row.ts';
import { changeScripts, lifeScripts } from './update-scripts.ts';

/** Makers of scripts for one kind, and how many of theirs are taken when they make more. */
const themes = [
  { make: missingScripts, most: 40, few: 2 },
  { make: typeScripts, most: 40, few: 1 },
  { make: enumScripts, most: 40, few: 1 },
  { make: valueScripts, most: 150, few: 2 },
  { make: duplicateScripts, most: 10, few: 1 },
  { make: fullScripts, most: 2, few: 0 },
  { make: unknownScripts, most: 12, few: 1 },
  { make: metadataScripts, most: 20, few: 1 },
];

/** Scripts for all kinds; `few` is the fixed sample for CI. The same for the same seed. */
export function generatedScripts(few: boolean, seed: number): Script[] {
  return rows.flatMap((row) => scriptsFor(row, few, seed));
}

function scriptsFor(row: Row, few: boolean, seed: number): Script[] {
  const object = minimalObject(row.kind, 'sample');
  if (object === undefined) return [];
  return [
    ...lifeScripts(row, object),
    ...(few ? [] : changeScripts(row, object, 40)),
    ...themes.flatMap((theme) => {
      const scripts = theme.make(row, object);
      const own = seedOf(row.label + theme.make.name) ^ seed;
      return sample(scripts, few ? theme.few : theme.most, own);
    }),
  ];
}
