import { deepClone, deepEqual, isPlainObject, setField } from '../json-clone.ts';
import type { Json, JsonObject } from '../object.ts';
import { errors, StatusError } from '../status-error.ts';
import { jsonTypeName } from './go-value.ts';

/** Upstream's limit, so that one small request cannot ask for endless work. */
export const maxJsonPatchOperations = 10_000;

/** Bytes that `copy` operations of one patch may add, as upstream: copies of copies double. */
const maxCopiedBytes = 3 * 1024 * 1024;

interface Operation {
  op: string;
  path: string;
  from: string | undefined;
  value: Json;
}

/**
 * JSON patch (RFC 6902) as the kube-apiserver understands it, which is laxer than the RFC: `replace` of a missing
 * field adds it, an `add` without value adds `null`, `test` for `null` holds for a missing field, and negative
 * indexes count from the end. The `rfc6902` library is strict in each of these, hence own code. The document is not
 * changed.
 *
 * @throws StatusError 400 for a patch that is no list of operations, 413 for more than 10,000 operations, 422 for an
 *   operation that cannot be done (upstream hides which; here the error's cause tells).
 */
export function applyJsonPatch(document: JsonObject, patch: Json): JsonObject {
  const operations = decode(patch);
  const root = deepClone(document);
  let copied = 0;
  operations.forEach((operation, at) => {
    try {
      copied += run(root, operation);
      if (copied > maxCopiedBytes) throw new Error(`copies exceed ${maxCopiedBytes} bytes`);
    } catch (cause) {
      throw new StatusError(
        422,
        'Invalid',
        'the server rejected our request due to an error in our request',
        {},
        { cause: new Error(`operation ${at} (${operation.op} ${operation.path})`, { cause }) },
      );
    }
  });
  return root;
}

function decode(patch: Json): Operation[] {
  if (patch === null) return [];
  if (!Array.isArray(patch)) throw undecodable(patch, 'value of type []handlers.jsonPatchOp');
  if (patch.length > maxJsonPatchOperations) {
    throw errors.tooLarge(
      `The allowed maximum operations in a JSON patch is ${maxJsonPatchOperations}, got ${patch.length}`,
    );
  }
  return patch.map((item) => {
    if (!isPlainObject(item)) throw undecodable(item, 'value of type handlers.jsonPatchOp');
    const text = (name: 'op' | 'path' | 'from'): string | undefined => {
      const value = item[name];
      if (value === undefined || value === null) return undefined;
      if (typeof value === 'string') return value;
      throw undecodable(value as Json, `struct field jsonPatchOp.${name} of type string`);
    };
    return {
      op: text('op') ?? '',
      path: text('path') ?? '',
      from: text('from'),
      value: (item.value ?? null) as Json,
    };
  });
}

const undecodable = (value: Json, into: string): StatusError =>
  errors.badRequest(
    `error decoding patch: json: cannot unmarshal ${jsonTypeName(value)} into Go ${into}`,
  );

/** Runs one operation on the document in place; returns the bytes that it copied. */
function run(root: JsonObject, { op, path, from, value }: Operation): number {
  switch (op) {
    case 'add':
      locate(root, path).add(deepClone(value));
      return 0;
    case 'replace':
      locate(root, path).set(deepClone(value));
      return 0;
    case 'remove':
      locate(root, path).remove();
      return 0;
    case 'test':
      if (!deepEqual(locate(root, path).get() ?? null, value)) throw new Error('test failed');
      return 0;
    case 'move': {
      const source = locate(root, from);
      const moved = source.get() ?? null;
      source.remove();
      locate(root, path).add(moved);
      return 0;
    }
    case 'copy': {
      const copy = deepClone(locate(root, from).get() ?? null);
      locate(root, path).add(copy);
      return JSON.stringify(copy).length;
    }
    default:
      throw new Error(`unknown operation ${JSON.stringify(op)}`);
  }
}

/** A place in the document: the container exists, what is in it perhaps not. */
interface Place {
  get(): Json | undefined;
  set(value: Json): void;
  add(value: Json): void;
  remove(): void;
}

function locate(root: JsonObject, pointer: string | undefined): Place {
  if (pointer === undefined || !pointer.startsWith('/')) throw new Error('path must begin with /');
  const tokens = pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = tokens.pop() as string;
  let container: Json | undefined = root;
  for (const token of tokens) container = child(container, token);
  if (Array.isArray(container)) return inArray(container, last);
  if (isPlainObject(container)) return inObject(container as JsonObject, last);
  throw new Error('the parent of the path does not exist');
}

function child(container: Json | undefined, token: string): Json | undefined {
  if (Array.isArray(container)) return container[existing(container, token)];
  if (isPlainObject(container) && Object.hasOwn(container, token)) {
    return (container as JsonObject)[token];
  }
  return undefined;
}

function inObject(container: JsonObject, key: string): Place {
  const set = (value: Json) => {
    if (key === '__proto__') throw new Error('__proto__ is no field');
    setField(container, key, value);
  };
  return {
    get: () => (Object.hasOwn(container, key) ? container[key] : undefined),
    set,
    add: set,
    remove() {
      if (!Object.hasOwn(container, key)) throw new Error('the field does not exist');
      delete container[key];
    },
  };
}

function inArray(container: Json[], token: string): Place {
  return {
    get: () => container[existing(container, token)],
    set(value) {
      container[existing(container, token)] = value;
    },
    add(value) {
      const at = token === '-' ? container.length : index(token, container.length + 1);
      if (at > container.length) throw new Error('index out of range');
      container.splice(at, 0, value);
    },
    remove() {
      container.splice(existing(container, token), 1);
    },
  };
}

function existing(container: Json[], token: string): number {
  const at = index(token, container.length);
  if (at >= container.length) throw new Error('index out of range');
  return at;
}

/** A negative index counts from the end of a list of the given length. */
function index(token: string, length: number): number {
  if (!/^-?\d+$/.test(token)) throw new Error(`${JSON.stringify(token)} is no index`);
  const at = Number(token);
  if (at < -length) throw new Error('index out of range');
  return at < 0 ? at + length : at;
}
