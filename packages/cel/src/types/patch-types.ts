import { dyn, type ObjectField, type ObjectType, opaque, string } from './cel-type.ts';

/** Every name is a field: which ones there are is known when the object is applied. */
class AnyFields extends Map<string, ObjectField> {
  override get(name: string): ObjectField {
    return { name, type: dyn };
  }
  override has(): boolean {
    return true;
  }
}

const anyFields: ReadonlyMap<string, ObjectField> = new AnyFields();

const texts = new Set(['op', 'path', 'from']);

/** Other names are fields of a type without a name, which fits nothing, as upstream has it. */
class PatchFields extends AnyFields {
  override get(name: string): ObjectField {
    if (texts.has(name)) return { name, type: string };
    return { name, type: name === 'value' ? dyn : opaque('') };
  }
}

const jsonPatch: ObjectType = { kind: 'object', name: 'JSONPatch', fields: new PatchFields() };

/**
 * What expressions of mutating policies make: `JSONPatch{op, path, value}`, and `Object{spec: Object.spec{…}}`, where the
 * type's name says at which field of the object it stands.
 */
export const patchTypes = {
  get(name: string): ObjectType | undefined {
    if (name === jsonPatch.name) return jsonPatch;
    if (name !== 'Object' && !name.startsWith('Object.')) return undefined;
    return { kind: 'object', name, fields: anyFields };
  },
};
