import type { Loose } from '../loose.ts';

/**
 * Metrics in the flat form that autoscaling/v1 keeps in its annotations (`targetAverageValue` beside the name), and in
 * the nested form of v2 (`metric`, `target`, `current`).
 */
type Source = 'containerResource' | 'external' | 'object' | 'pods' | 'resource';

const sources: readonly Source[] = ['containerResource', 'external', 'object', 'pods', 'resource'];

/** Sources whose metric has a name and a selector of its own. */
const named = new Set<Source>(['external', 'object', 'pods']);

/** Drops fields that are absent. */
const compact = (object: Record<string, unknown>): Loose =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

const prefixed = (prefix: 'target' | 'current', field: string): string =>
  `${prefix}${field[0]?.toUpperCase()}${field.slice(1)}`;

/** Where v1 keeps the values of a source: `target` of an object is the object itself. */
function flatNames(source: Source, prefix: 'target' | 'current') {
  return {
    value: prefixed(prefix, 'value'),
    averageValue: source === 'object' ? 'averageValue' : prefixed(prefix, 'averageValue'),
    averageUtilization: prefixed(prefix, 'averageUtilization'),
  };
}

function toNested(source: Source, flat: Loose, prefix: 'target' | 'current'): Loose {
  const names = flatNames(source, prefix);
  const values = compact({
    value: flat[names.value],
    averageValue: flat[names.averageValue],
    averageUtilization: flat[names.averageUtilization],
  });
  if (prefix === 'target')
    values.type =
      values.averageUtilization !== undefined
        ? 'Utilization'
        : values.averageValue !== undefined
          ? 'AverageValue'
          : 'Value';
  const selector = source === 'external' ? flat.metricSelector : flat.selector;
  return compact({
    name: flat.name,
    container: flat.container,
    describedObject: source === 'object' ? flat.target : undefined,
    metric: named.has(source) ? compact({ name: flat.metricName, selector }) : undefined,
    [prefix]: values,
  });
}

function toFlat(source: Source, nested: Loose, prefix: 'target' | 'current'): Loose {
  const names = flatNames(source, prefix);
  const values = nested[prefix] ?? {};
  return compact({
    name: nested.name,
    container: nested.container,
    target: nested.describedObject,
    metricName: nested.metric?.name,
    [source === 'external' ? 'metricSelector' : 'selector']: nested.metric?.selector,
    [names.value]: values.value,
    [names.averageUtilization]: values.averageUtilization,
    // A measured resource always has an amount.
    [names.averageValue]:
      values.averageValue ?? (prefix === 'current' && source === 'resource' ? '0' : undefined),
  });
}

const convert = (
  metric: Loose,
  prefix: 'target' | 'current',
  one: (source: Source, value: Loose, prefix: 'target' | 'current') => Loose,
): Loose => {
  const result = { ...metric };
  for (const source of sources)
    if (metric[source]) result[source] = one(source, metric[source], prefix);
  return result;
};

/** A metric of v1's annotations in the form of v2: `target` for specs, `current` for statuses. */
export const metricToV2 = (metric: Loose, prefix: 'target' | 'current'): Loose =>
  convert(metric, prefix, toNested);

/** The inverse of `metricToV2`. */
export const metricFromV2 = (metric: Loose, prefix: 'target' | 'current'): Loose =>
  convert(metric, prefix, toFlat);
