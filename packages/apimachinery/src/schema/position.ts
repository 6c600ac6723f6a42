import { embeddedStructs } from './embedded-structs.ts';

/**
 * Where a walk over a value stands: a chain, because its text is needed only when something is wrong.
 * `struct` is the Go struct whose field `key` is.
 */
export type Position =
  | { at: 'root' }
  | { at: 'field'; parent: Position; struct: string; key: string }
  | { at: 'map'; parent: Position; key: string }
  | { at: 'item'; parent: Position; index: number };

/** `spec.containers[0].image`: with indices and map keys. */
export function fullPath(position: Position): string {
  if (position.at === 'root') return '';
  const parent = fullPath(position.parent);
  if (position.at === 'item') return `${parent}[${position.index}]`;
  return parent === '' ? position.key : `${parent}.${position.key}`;
}

/** The same, one by one. */
export function stepsOf(position: Position): (string | number)[] {
  if (position.at === 'root') return [];
  return [...stepsOf(position.parent), position.at === 'item' ? position.index : position.key];
}

/** `Container.spec.containers.image`: the struct, and the fields that lead to it, as Go's decoder tells them. */
export function goField(position: Position): string {
  if (position.at === 'root') return '';
  if (position.at !== 'field') return goField(position.parent);
  return [position.struct, ...goNames(position)].join('.');
}

function goNames(position: Position): string[] {
  if (position.at === 'root') return [];
  const before = goNames(position.parent);
  if (position.at !== 'field') return before;
  return [...before, ...embeddedStructs(position.struct, position.key), position.key];
}
