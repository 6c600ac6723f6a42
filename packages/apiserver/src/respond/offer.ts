import type { Kind } from '@dormice/kinds';
import { isCustom } from '../registry/body.ts';
import type { Offer } from './negotiate.ts';

/** What a kind can be given as: no protobuf of custom resources, no tables of kinds that are never stored. */
export function offerOf(kind: Kind): Offer {
  return { custom: isCustom(kind), noTable: !kind.verbs.includes('list') };
}
