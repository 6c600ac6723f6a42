import type { KubeObject } from '@dormice/apimachinery';
import { bootstrapObjects } from '../bootstrap.ts';
import type { Loose } from '../loose.ts';

const names = new Set(['exempt', 'catch-all']);
let specs: Map<string, Loose> | undefined;

/** The spec that one of the objects must have on which fair queuing itself rests; `undefined` for all others. */
export function fixedSpecOf({ kind, metadata }: KubeObject): Loose | undefined {
  const { name = '' } = metadata;
  if (!names.has(name)) return undefined;
  specs ??= new Map(
    bootstrapObjects()
      .filter((object) => object.apiVersion.startsWith('flowcontrol.'))
      .map((object) => [`${object.kind}/${object.metadata.name}`, object['spec']]),
  );
  return specs.get(`${kind}/${name}`);
}
