import type { KubeObject } from '@dormice/apimachinery';

/** Of several classes that are marked as default the newest counts; of the same age the first by name. */
export function defaultClass(
  classes: readonly KubeObject[],
  annotations: readonly string[],
): string | undefined {
  const age = ({ metadata }: KubeObject): number =>
    Date.parse(String(metadata.creationTimestamp ?? ''));
  const [chosen] = classes
    .filter(({ metadata }) => annotations.some((key) => metadata.annotations?.[key] === 'true'))
    .sort(
      (a, b) => age(b) - age(a) || (String(a.metadata.name) < String(b.metadata.name) ? -1 : 1),
    );
  return chosen?.metadata.name;
}
