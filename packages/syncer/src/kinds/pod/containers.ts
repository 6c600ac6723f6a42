import type { Loose } from '../../loose.ts';
import { hostFieldRef } from './downward.ts';

type NameOf = (name: string) => string;

/** A container with references to host names, and the given variables before its own (which win). */
export function hostContainer(
  container: Loose,
  nameOf: NameOf,
  variables: readonly { name: string; value: string }[],
): Loose {
  const own = new Set((container.env ?? []).map(({ name }: Loose) => name));
  const env = [
    ...variables.filter(({ name }) => !own.has(name)),
    ...(container.env ?? []).map((entry: Loose) => hostVariable(entry, nameOf)),
  ];
  return {
    ...container,
    ...(env.length === 0 ? {} : { env }),
    ...(container.envFrom === undefined
      ? {}
      : { envFrom: container.envFrom.map((source: Loose) => hostSource(source, nameOf)) }),
  };
}

function hostVariable(entry: Loose, nameOf: NameOf): Loose {
  const from = entry.valueFrom;
  if (!from) return entry;
  return { ...entry, valueFrom: { ...hostSource(from, nameOf), ...hostField(from) } };
}

function hostField(from: Loose): Loose {
  return from.fieldRef ? { fieldRef: hostFieldRef(from.fieldRef) } : {};
}

const named = ['configMapKeyRef', 'secretKeyRef', 'configMapRef', 'secretRef'] as const;

function hostSource(source: Loose, nameOf: NameOf): Loose {
  const changed = named
    .filter((field) => source[field]?.name)
    .map((field) => [field, { ...source[field], name: nameOf(source[field].name) }]);
  return { ...source, ...Object.fromEntries(changed) };
}
