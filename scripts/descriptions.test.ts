import { expect, it } from 'vitest';
import { descriptionsIn } from './lib/descriptions-of-declarations.ts';

it('finds the descriptions of a type and of its fields, not those of its class', () => {
  const source = `import { X } from "./X.js";
/**
 * What it is.
 */
export interface IThing {
    /**
     * First line.
     *
     *  * one \\*
     */
    "first-field"?: string;
    "plain": number;
}
/**
 * What it is.
 */
export declare class Thing { /** other */ "plain": number; }
`;
  expect(descriptionsIn(source)).toEqual({
    '': 'What it is.',
    'first-field': 'First line.\n\n * one *',
  });
});
