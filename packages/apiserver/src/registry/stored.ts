import {
  apiVersionOf,
  applySchemaDefaults,
  deepClone,
  type KubeObject,
  parseExact,
} from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';
import type { Entry } from '@dormice/storage';
import { isCustom } from './body.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Are the stored bytes what clients of this row read? */
export function isStoredForm(kind: Kind): boolean {
  return (
    kind.storage === undefined ||
    (kind.storage.group === kind.group &&
      kind.storage.version === kind.version &&
      kind.storage.fromStorage === undefined)
  );
}

const withDefaults = new WeakMap<object, boolean>();

/** Has a custom resource defaults, which objects written before they were stated get when they are read? */
function hasDefaults({ openApi }: Kind): boolean {
  if (openApi === undefined) return false;
  let known = withDefaults.get(openApi);
  if (known === undefined) {
    known = JSON.stringify(openApi).includes('"default":');
    withDefaults.set(openApi, known);
  }
  return known;
}

/** The object as clients of this row see it. A private copy. */
export function present(kind: Kind, bytes: Uint8Array): KubeObject {
  const object = parseExact(decoder.decode(bytes)) as KubeObject;
  const converted = isStoredForm(kind) ? object : (kind.storage?.fromStorage?.(object) ?? object);
  if (hasDefaults(kind)) applySchemaDefaults(kind.schema, converted);
  if (isStoredForm(kind)) return converted;
  converted.apiVersion = apiVersionOf(kind.group, kind.version);
  converted.kind = kind.kind;
  return converted;
}

/** The bytes as clients of this row read them: the stored ones wherever that is possible. */
export function presentBytes(kind: Kind, bytes: Uint8Array): Uint8Array {
  const isShown = isStoredForm(kind) || (isCustom(kind) && beginsAs(kind, bytes));
  return isShown && !hasDefaults(kind)
    ? bytes
    : encoder.encode(JSON.stringify(present(kind, bytes)));
}

const heads = new WeakMap<Kind, Uint8Array>();

/** What stored bytes of this very kind and version begin with. */
function headOf(kind: Kind): Uint8Array {
  let head = heads.get(kind);
  if (!head) {
    const apiVersion = apiVersionOf(kind.group, kind.version);
    head = encoder.encode(`{"kind":"${kind.kind}","apiVersion":"${apiVersion}",`);
    heads.set(kind, head);
  }
  return head;
}

/** How the stored bytes of a whole collection become the items of a list; `undefined` where each must be looked at. */
export function itemReplacement(kind: Kind): { head: Uint8Array; by: Uint8Array } | undefined {
  if (isCustom(kind) || !isStoredForm(kind)) return undefined;
  return { head: headOf(kind), by: openBrace };
}

const openBrace = encoder.encode('{');

const beginsAs = (kind: Kind, bytes: Uint8Array): boolean =>
  headOf(kind).every((byte, at) => bytes[at] === byte);

/** The object of one row as another row of the same objects sees it. The same object when the rows are. */
export function convertBetween(from: Kind, to: Kind, object: KubeObject): KubeObject {
  if (from === to) return object;
  const stored = isStoredForm(from) ? deepClone(object) : toStored(from, deepClone(object));
  const converted = isStoredForm(to) ? stored : (to.storage?.fromStorage?.(stored) ?? stored);
  return { ...converted, apiVersion: apiVersionOf(to.group, to.version), kind: to.kind };
}

/** What a commit stores: the stored form, with the revision that it gets. */
export function storedBytes(kind: Kind, object: KubeObject): (revision: number) => Uint8Array {
  const stored = isStoredForm(kind) ? object : toStored(kind, object);
  const { kind: name, apiVersion, metadata, ...rest } = stored;
  // Kind and apiVersion first: `itemBytes` cuts them off.
  return (revision) =>
    encoder.encode(
      JSON.stringify({
        kind: name,
        apiVersion,
        metadata: { ...metadata, resourceVersion: String(revision) },
        ...rest,
      }),
    );
}

/**
 * The bytes as an item of a list. Items of built-in kinds do not say what they are, as upstream's do not; custom
 * resources do.
 */
export function itemBytes(kind: Kind, bytes: Uint8Array): Uint8Array {
  const shown = presentBytes(kind, bytes);
  if (isCustom(kind)) return shown;
  if (!beginsAs(kind, shown)) return shown;
  const item = shown.slice(headOf(kind).length - 1);
  item[0] = 0x7b;
  return item;
}

function toStored(kind: Kind, object: KubeObject): KubeObject {
  const { storage } = kind;
  if (storage === undefined) return object;
  const converted = storage.toStorage?.(object) ?? { ...object };
  return { ...converted, apiVersion: apiVersionOf(storage.group, storage.version) };
}

/** The object of an entry. */
export function objectOf(kind: Kind, entry: Entry): KubeObject {
  return present(kind, entry.value);
}
