import { apiVersionOf, type KubeObject } from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';
import type { Entry } from '@dormice/storage';

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

/** The object as clients of this row see it. A private copy. */
export function present(kind: Kind, bytes: Uint8Array): KubeObject {
  const object = JSON.parse(decoder.decode(bytes)) as KubeObject;
  if (isStoredForm(kind)) return object;
  const converted = kind.storage?.fromStorage?.(object) ?? object;
  converted.apiVersion = apiVersionOf(kind.group, kind.version);
  converted.kind = kind.kind;
  return converted;
}

/** The bytes as clients of this row read them: the stored ones wherever that is possible. */
export function presentBytes(kind: Kind, bytes: Uint8Array): Uint8Array {
  return isStoredForm(kind) ? bytes : encoder.encode(JSON.stringify(present(kind, bytes)));
}

/** What a commit stores: the stored form, with the revision that it gets. */
export function storedBytes(kind: Kind, object: KubeObject): (revision: number) => Uint8Array {
  const stored = isStoredForm(kind) ? object : toStored(kind, object);
  return (revision) =>
    encoder.encode(
      JSON.stringify({
        ...stored,
        metadata: { ...stored.metadata, resourceVersion: String(revision) },
      }),
    );
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
