import {
  applyJsonPatch,
  deepClone,
  type KubeObject,
  mergeConfiguration,
  StatusError,
} from '@dormice/apimachinery';
import { jsonFromValue, ListValue, MapValue, misplacedTypes, type Value } from '@dormice/cel';
import type { Kind } from '@dormice/kinds';
import { decodeObject, noDuplicates } from '../../registry/body.ts';
import { patchErrorText } from '../webhooks/apply-patch.ts';
import type { Mutation } from './compiled-mutating-policy.ts';

/** A mutation that cannot be made: the policy's failure policy says what that means. */
export class MutationError extends Error {}

/**
 * The object as a mutation would have it, decoded and with defaults.
 *
 * @param kind row of the object, absent for options of connections
 * @throws MutationError, StatusError 500 for an object that its kind cannot read
 */
export function mutated(
  { patchType }: Mutation,
  value: Value,
  object: KubeObject,
  kind: Kind | undefined,
): KubeObject {
  return patchType === 'JSONPatch' ? patched(value, object, kind) : configured(value, object, kind);
}

function checkTypes(value: Value): void {
  const misplaced = misplacedTypes(value);
  if (misplaced.length > 0) throw new MutationError(`type mismatch: ${misplaced.join('\n')}`);
}

function configured(value: Value, object: KubeObject, kind: Kind | undefined): KubeObject {
  if (!(value instanceof MapValue) || !value.type) {
    throw new MutationError('unsupported return type from ApplyConfiguration expression');
  }
  checkTypes(value);
  const json = jsonOf(value, 'invalid return type') as KubeObject;
  const { apiVersion, kind: name } = object;
  const result = mergeConfiguration(
    object,
    { ...json, apiVersion, kind: name },
    kind?.schema ?? {},
  );
  if ('problem' in result) throw new MutationError(`error applying patch: ${result.problem}`);
  return kind ? decodeObject(kind, result.object, noDuplicates, 'Ignore').object : result.object;
}

function jsonOf(value: Value, why: string): unknown {
  try {
    return jsonFromValue(value);
  } catch (error) {
    throw new MutationError(`${why}: ${(error as Error).message}`);
  }
}

function patched(value: Value, object: KubeObject, kind: Kind | undefined): KubeObject {
  const operations = operationsOf(value);
  let document: KubeObject;
  try {
    document = applyJsonPatch(deepClone(object) as never, operations as never) as never;
  } catch (error) {
    const text = patchErrorText(error, object);
    // A test that fails says that there is nothing to do.
    if (text.endsWith('test failed')) return object;
    throw new MutationError(`JSON Patch: ${text}`);
  }
  if (!kind) return document;
  try {
    const decoded = decodeObject(kind, document, noDuplicates, 'Warn');
    if (decoded.warnings.length === 0) return decoded.object;
    throw internal(`strict decoding error: ${decoded.warnings.join(', ')}`);
  } catch (error) {
    if (!(error instanceof StatusError) || error.code === 500) throw error;
    throw internal(error.message.replace(/^.*? cannot be handled as a [^:]*: /, ''));
  }
}

function operationsOf(value: Value): Record<string, unknown>[] {
  const wrong = 'type mismatch: JSONPatchType.expression should evaluate to array';
  if (!(value instanceof ListValue)) throw new MutationError(wrong);
  return [...value].map((item) => {
    if (!(item instanceof MapValue) || item.type?.name !== 'JSONPatch') {
      throw new MutationError(`${wrong} of JSONPatch`);
    }
    const text = (name: string): string => String(item.get(name) ?? '');
    const given = item.get('value');
    if (given !== undefined) checkTypes(given);
    return {
      op: text('op'),
      path: text('path'),
      ...(text('from') === '' ? {} : { from: text('from') }),
      ...(given === undefined
        ? {}
        : {
            value: jsonOf(
              given,
              'JSONPath valueExpression evaluated to a type that could not marshal to JSON',
            ),
          }),
    };
  });
}

const internal = (message: string): StatusError =>
  new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, {
    causes: [{ message }],
  });
