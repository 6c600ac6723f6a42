import { parseQuantity, type Quantity } from '@dormice/apimachinery';
import { each, type Loose } from '../loose.ts';

export type Amounts = Map<string, Quantity>;
type Field = 'limits' | 'requests';

const amountsOf = (resources: Loose, field: Field): Amounts =>
  new Map(
    Object.entries((resources?.[field] ?? {}) as Record<string, string>).map(([name, value]) => [
      name,
      parseQuantity(String(value)),
    ]),
  );

function combine(a: Amounts, b: Amounts, by: (x: Quantity, y: Quantity) => Quantity): Amounts {
  const result = new Map(a);
  for (const [name, value] of b) {
    const known = result.get(name);
    result.set(name, known ? by(known, value) : value);
  }
  return result;
}

const sum = (a: Amounts, b: Amounts) => combine(a, b, (x, y) => x.add(y));
const most = (a: Amounts, b: Amounts) => combine(a, b, (x, y) => (x.compare(y) < 0 ? y : x));

/** What the containers of a pod need at once: all that serve, or the neediest that begins, with its sidecars. */
export function aggregate(spec: Loose, field: Field): Amounts {
  let [serving, beginning, sidecars]: Amounts[] = [new Map(), new Map(), new Map()];
  for (const { resources } of each(spec.containers))
    serving = sum(serving as Amounts, amountsOf(resources, field));
  for (const { resources, restartPolicy } of each(spec.initContainers)) {
    const own = amountsOf(resources, field);
    if (restartPolicy === 'Always') {
      serving = sum(serving as Amounts, own);
      sidecars = sum(sidecars as Amounts, own);
      beginning = most(beginning as Amounts, sidecars);
    } else beginning = most(beginning as Amounts, sum(own, sidecars as Amounts));
  }
  return most(serving as Amounts, beginning as Amounts);
}

const isHuge = (name: string): boolean => name.startsWith('hugepages-');
const isSupported = (name: string): boolean => name === 'cpu' || name === 'memory' || isHuge(name);

/** Resources of a pod as a whole, where they are said in part: the rest is what its containers need. */
export function podLevelDefaults(spec: Loose): void {
  const { resources } = spec;
  if (!resources) return;
  const has = (field: Field, name: string): boolean => resources[field]?.[name] !== undefined;
  const set = (field: Field, name: string, value: string): void => {
    resources[field] = { ...resources[field], [name]: value };
  };
  const isSaid = (field: Field): boolean => Object.keys(resources[field] ?? {}).length > 0;
  if (!isSaid('limits') && !isSaid('requests')) return;
  for (const [name, value] of aggregate(spec, 'limits')) {
    if (!isHuge(name) || has('requests', name) || has('limits', name)) continue;
    set('limits', name, value.toString());
  }
  if (!isSaid('limits')) return;
  for (const [name, value] of aggregate(spec, 'requests')) {
    if (isHuge(name) || !isSupported(name) || has('requests', name)) continue;
    set('requests', name, value.toString());
  }
  for (const [name, value] of Object.entries(resources.limits as Record<string, string>)) {
    if (isSupported(name) && !has('requests', name)) set('requests', name, value);
  }
}
