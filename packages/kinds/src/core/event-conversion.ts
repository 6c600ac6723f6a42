import type { KubeObject } from '@dormice/apimachinery';

/** Names of the same field in `v1` and in `events.k8s.io/v1`. */
const renamed: readonly [core: string, events: string][] = [
  ['message', 'note'],
  ['involvedObject', 'regarding'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
];

function rename(event: KubeObject, from: 0 | 1, apiVersion: string): KubeObject {
  const result: KubeObject = { ...event, apiVersion };
  for (const pair of renamed) {
    const source = pair[from];
    const target = pair[1 - from] as string;
    if (!(source in result)) continue;
    result[target] = result[source];
    delete result[source];
  }
  return result;
}

/** An event of `events.k8s.io/v1` in the stored form, that of the core group. */
export const eventToCore = (event: KubeObject): KubeObject => rename(event, 1, 'v1');

/** A stored event as `events.k8s.io/v1` shows it. */
export const eventFromCore = (event: KubeObject): KubeObject =>
  rename(event, 0, 'events.k8s.io/v1');
