import { fieldErrors } from '@dormice/apimachinery';
import { type CelType, compile, estimateCost, formatType, type ObjectType } from '@dormice/cel';
import type { Check } from '../checks.ts';

const { forbidden, invalid } = fieldErrors;

/** The most that one expression may be estimated to cost. */
const mostCost = 1_000_000;

const most = { domain: 63, id: 32, driver: 63, value: 64, entries: 32 };

const text = (size: number): CelType => ({ kind: 'string', size });
const byName = (value: CelType): CelType => ({
  kind: 'map',
  key: text(most.domain),
  value: { kind: 'map', key: text(most.id), value, size: most.entries },
  size: most.entries,
});

/** `device`: what drivers say of one. Attributes are of any type that has a value. */
const device: ObjectType = {
  kind: 'object',
  name: 'kubernetes.DRADevice',
  fields: new Map(
    Object.entries({
      driver: text(most.driver),
      attributes: byName({ kind: 'dyn', size: most.value }),
      capacity: byName({ kind: 'opaque', name: 'kubernetes.Quantity' }),
    }).map(([name, type]) => [name, { name, type }]),
  ),
};

/** An expression that chooses devices: it compiles, says yes or no, and costs not too much. */
export function validateExpression(expression: string, path: string): Check {
  const compiled = compile(expression, { variables: { device } });
  if ('error' in compiled)
    return [invalid(path, expression, `compilation failed: ${compiled.error}`)];
  const { type, expr, checked } = compiled.program;
  if (type.kind !== 'bool' && type.kind !== 'dyn') {
    const why = `must evaluate to bool or the unknown type, not ${formatType(type)}`;
    return [invalid(path, expression, why)];
  }
  return estimateCost(expr, checked) > mostCost
    ? [forbidden(path, 'too complex, exceeds cost limit')]
    : [];
}
