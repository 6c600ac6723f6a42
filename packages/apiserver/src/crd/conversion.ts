import { apiVersionOf, deepClone, type KubeObject, prune } from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';
import type { ServerContext } from '../context.ts';
import { type Converter, convertAll } from './conversion-review.ts';

/** Thrown by what reads an object that a webhook has yet to convert; `withConversion` converts it and begins anew. */
class ConversionNeeded extends Error {
  readonly objects: readonly KubeObject[];

  constructor(objects: readonly KubeObject[]) {
    super('objects must be converted by a webhook');
    this.objects = objects;
  }
}

const converters = new WeakMap<Kind, Converter>();

/** The row of a CRD whose versions a webhook converts: its stored objects are readable inside `withConversion` alone. */
export function convertedByWebhook(kind: Kind, crd: KubeObject): Kind {
  const { strategy, webhook } = crd['spec'].conversion ?? {};
  const { storage } = kind;
  if (strategy !== 'Webhook' || !storage) return kind;
  const row = rowWith(kind, (object) => {
    throw new ConversionNeeded([object]);
  });
  converters.set(row, {
    clientConfig: webhook.clientConfig,
    reviewVersions: webhook.conversionReviewVersions ?? [],
  });
  return row;
}

/** The same row with another way to read what is stored in another version. */
function rowWith(kind: Kind, fromStorage: (object: KubeObject) => KubeObject): Kind {
  const wanted = apiVersionOf(kind.group, kind.version);
  const storage = {
    ...kind.storage,
    toStorage: (object: KubeObject) => object,
    fromStorage: (object: KubeObject) =>
      object.apiVersion === wanted ? object : fromStorage(object),
  };
  return Object.create(kind, { storage: { value: storage, enumerable: true } }) as Kind;
}

export const converterOf = (kind: Kind): Converter | undefined =>
  converters.get(kind) ?? converters.get(Object.getPrototypeOf(kind) as Kind);

/** An object as it is stored has one content for each of its revisions. */
const idOf = ({ metadata, apiVersion }: KubeObject): string =>
  `${metadata.uid}/${metadata.resourceVersion}/${apiVersion}`;

/** Objects that a webhook converted for one request or watch. */
interface Scope {
  kind: Kind;
  known: Map<string, KubeObject>;
}

function newScope(kind: Kind): Scope {
  const known = new Map<string, KubeObject>();
  const row = rowWith(kind, (object) => {
    const found = known.get(idOf(object));
    if (!found) throw new ConversionNeeded([object]);
    return deepClone(found);
  });
  return { kind: row, known };
}

async function fill(
  context: ServerContext,
  { kind, known }: Scope,
  objects: readonly KubeObject[],
): Promise<void> {
  const converter = converterOf(kind);
  if (!converter) throw new TypeError(`${kind.kind} has no converter`);
  const wanted = apiVersionOf(kind.group, kind.version);
  const results = await convertAll(context, converter, objects, wanted);
  for (const [at, object] of objects.entries()) {
    const result = results[at];
    if (!result) continue;
    prune(kind.schema, result);
    known.set(idOf(object), result);
  }
}

/**
 * Runs work on a kind. Where a webhook converts the kind's objects, the work gets a row of its own, and begins anew
 * whenever it meets objects that are to be converted first: it must have done nothing before it has read.
 */
export async function withConversion<T>(
  context: ServerContext,
  kind: Kind,
  work: (kind: Kind) => T | Promise<T>,
): Promise<T> {
  if (!converters.has(kind)) return work(kind);
  const scope = newScope(kind);
  for (;;) {
    try {
      return await work(scope.kind);
    } catch (error) {
      if (!(error instanceof ConversionNeeded)) throw error;
      await fill(context, scope, error.objects);
    }
  }
}

/** Work of a watch, one event at a time: what was converted for one is forgotten before the next. */
export interface EventConversion {
  kind: Kind;
  run<T>(work: () => T): Promise<T>;
}

/** Nothing when no webhook converts the kind. */
export function eventConversion(context: ServerContext, kind: Kind): EventConversion | undefined {
  if (!converters.has(kind)) return undefined;
  const scope = newScope(kind);
  return {
    kind: scope.kind,
    async run(work) {
      for (;;) {
        try {
          const result = work();
          scope.known.clear();
          return result;
        } catch (error) {
          if (!(error instanceof ConversionNeeded)) throw error;
          await fill(context, scope, error.objects);
        }
      }
    },
  };
}

/** Asks for the conversion of many objects at once, before they are read one by one. */
export function requireConverted<T>(
  kind: Kind,
  entries: readonly T[],
  read: (entry: T) => unknown,
): void {
  if (!converterOf(kind)) return;
  const needed: KubeObject[] = [];
  for (const entry of entries) {
    try {
      read(entry);
    } catch (error) {
      if (!(error instanceof ConversionNeeded)) throw error;
      needed.push(...error.objects);
    }
  }
  if (needed.length > 0) throw new ConversionNeeded(needed);
}

/** The object in the version that is stored. */
export async function inStoredVersion(
  context: ServerContext,
  kind: Kind,
  object: KubeObject,
): Promise<KubeObject> {
  const converter = converterOf(kind);
  if (!converter || !kind.storage) return object;
  const wanted = apiVersionOf(kind.storage.group, kind.storage.version);
  return convertOne(context, converter, object, wanted);
}

async function convertOne(
  context: ServerContext,
  converter: Converter,
  object: KubeObject,
  wanted: string,
): Promise<KubeObject> {
  if (object.apiVersion === wanted) return object;
  const [converted] = await convertAll(context, converter, [object], wanted);
  return converted ?? object;
}

/** The object of a request as another version's row has it; nothing when no webhook converts the kind. */
export function convertedTo(
  context: ServerContext,
  from: Kind,
  to: Kind,
  object: KubeObject,
): Promise<KubeObject> | undefined {
  const converter = converterOf(from);
  return converter && convertOne(context, converter, object, apiVersionOf(to.group, to.version));
}
