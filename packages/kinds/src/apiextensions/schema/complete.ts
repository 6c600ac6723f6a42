import { fieldErrors, isPlainObject } from '@dormice/apimachinery';
import type { Check } from '../../checks.ts';
import type { Loose } from '../../loose.ts';
import { junctorsBelow } from './walk.ts';

const { required } = fieldErrors;

/** Is each field that an alternative of the root speaks of also in the structure? */
export const validateComplete = (schema: Loose, path: string): Check =>
  below(schema, schema, path, path);

/**
 * @param said alternative that speaks of a value, at `saidPath`
 * @param schema structure of that value, at `path`
 */
function complete(said: Loose, schema: Loose, path: string, saidPath: string): Check {
  if (!isPlainObject(schema)) return [required(path, `because it is defined in ${saidPath}`)];
  const errors = below(said, schema, path, saidPath);
  if (isPlainObject(said.items))
    errors.push(...complete(said.items, schema['items'], `${path}.items`, `${saidPath}.items`));
  const known = (schema['properties'] ?? {}) as Loose;
  for (const [name, child] of Object.entries((said.properties ?? {}) as Loose)) {
    const [at, saidAt] = [`${path}.properties[${name}]`, `${saidPath}.properties[${name}]`];
    const own = Object.hasOwn(known, name) ? known[name] : undefined;
    errors.push(...complete(child, own, at, saidAt));
  }
  return errors;
}

const below = (said: Loose, schema: Loose, path: string, saidPath: string): Check =>
  junctorsBelow(said, saidPath).flatMap((one) => complete(one.schema, schema, path, one.path));
