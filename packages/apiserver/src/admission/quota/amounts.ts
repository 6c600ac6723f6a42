import { parseQuantity, type Quantity } from '@dormice/apimachinery';

/** Amounts by resource name. */
export type Amounts = ReadonlyMap<string, Quantity>;

export const zero = parseQuantity('0');
export const one = parseQuantity('1');

export const amountsOf = (amounts: Readonly<Record<string, string>> = {}): Amounts =>
  new Map(Object.entries(amounts).map(([name, text]) => [name, parseQuantity(String(text))]));

export function sum(a: Amounts, b: Amounts): Amounts {
  const total = new Map(a);
  for (const [name, amount] of b) total.set(name, (a.get(name) ?? zero).add(amount));
  return total;
}

/** What `a` has more than `b`; nothing where it has less. */
export function increase(a: Amounts, b: Amounts): Amounts {
  const more = new Map<string, Quantity>();
  for (const [name, amount] of a) {
    const rest = amount.subtract(b.get(name) ?? zero);
    if (rest.sign > 0) more.set(name, rest);
  }
  return more;
}

export const only = (amounts: Amounts, wanted: (name: string) => boolean): Amounts =>
  new Map([...amounts].filter(([name]) => wanted(name)));

/** `a=1,b=2`, by name. */
export const showAmounts = (amounts: Amounts): string =>
  [...amounts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, amount]) => `${name}=${amount.toString()}`)
    .join(',');
