import { addresses } from './addresses.ts';
import { arithmetic } from './arithmetic.ts';
import { authorizers } from './authorizers.ts';
import { comparison } from './comparison.ts';
import { conversions } from './conversions.ts';
import { namedFormats } from './formats.ts';
import { jsonPatch } from './json-patch.ts';
import { lists } from './lists.ts';
import { optionals } from './optionals.ts';
import type { Overload } from './overload.ts';
import { quantities } from './quantity.ts';
import { semvers } from './semvers.ts';
import { text } from './text.ts';
import { times } from './times.ts';
import { urls } from './urls.ts';

const overloads: readonly Overload[] = [
  ...comparison,
  ...arithmetic,
  ...conversions,
  ...text,
  ...times,
  ...lists,
  ...optionals,
  ...quantities,
  ...addresses,
  ...urls,
  ...namedFormats,
  ...semvers,
  ...authorizers,
];

/** Everything that an expression of Kubernetes 1.35 may call, by name; methods under `.name`. */
export const library: ReadonlyMap<string, readonly Overload[]> = byName(overloads);

/** The same, and what expressions call that make patches. */
export const libraryWithPatches: ReadonlyMap<string, readonly Overload[]> = byName([
  ...overloads,
  ...jsonPatch,
]);

function byName(all: readonly Overload[]): Map<string, Overload[]> {
  const map = new Map<string, Overload[]>();
  for (const overload of all) {
    const key = overload.member ? `.${overload.name}` : overload.name;
    const known = map.get(key);
    if (known) known.push(overload);
    else map.set(key, [overload]);
  }
  return map;
}
