import type { KubeObject } from '@dormice/apimachinery';
import { viewOf } from './pod-view.ts';
import { type LevelVersion, showLevel } from './security-policy.ts';
import { violationsOf } from './standards.ts';

/** How many pods of a namespace are looked at when its level changes. */
const most = 3000;

/** What a namespace's pods do that its new level forbids: they stay, so it is told. */
export function warningsAboutPods(
  pods: readonly KubeObject[],
  namespace: string,
  enforce: LevelVersion,
): string[] {
  const chosen = oneOfEachFirst(pods).slice(0, most);
  const byReason = new Map<string, string[]>();
  for (const pod of chosen) {
    const found = violationsOf(viewOf(pod), enforce.level, enforce.version);
    if (found.length === 0) continue;
    const reason = found.map((one) => one.reason).join(', ');
    byReason.set(reason, [...(byReason.get(reason) ?? []), pod.metadata.name ?? '']);
  }
  const warnings: string[] = [];
  if (chosen.length < pods.length) {
    warnings.push(
      `new PodSecurity enforce level only checked against the first ${chosen.length} of ${pods.length} existing pods`,
    );
  }
  if (byReason.size === 0) return warnings;
  const level = JSON.stringify(showLevel(enforce));
  warnings.push(
    `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level ${level}`,
  );
  const texts = [...byReason].map(([reason, names]) => `${naming(names)}: ${reason}`);
  return [...warnings, ...texts.sort()];
}

function naming(names: readonly string[]): string {
  const first = [...names].sort()[0] ?? '';
  if (names.length === 1) return first;
  return `${first} (and ${names.length - 1} other pod${names.length === 2 ? '' : 's'})`;
}

/** Replicas are alike: one of each controller comes before the others. */
function oneOfEachFirst(pods: readonly KubeObject[]): KubeObject[] {
  const seen = new Set<string>();
  const replicas: KubeObject[] = [];
  const first = pods.filter((pod) => {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller)?.uid;
    if (owner === undefined) return true;
    if (!seen.has(owner)) return Boolean(seen.add(owner));
    replicas.push(pod);
    return false;
  });
  return [...first, ...replicas];
}
