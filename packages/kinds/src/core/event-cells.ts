import type { KubeObject } from '@dormice/apimachinery';
import { since } from '../columns.ts';
import type { Elapsed } from '../elapsed.ts';
import type { Cell } from '../kind-module.ts';

const firstSeen = (event: KubeObject): Elapsed | string =>
  since(event['firstTimestamp'] || event['eventTime']);

function lastSeen(event: KubeObject): Elapsed | string {
  if (event['series']) return since(event['series'].lastObservedTime);
  return event['lastTimestamp'] ? since(event['lastTimestamp']) : firstSeen(event);
}

function objectOf(event: KubeObject): string {
  const { kind = '', name } = event['involvedObject'] ?? {};
  return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase();
}

function sourceOf(event: KubeObject): string {
  const component = event['source']?.component || event['reportingComponent'] || '';
  const host = event['source']?.host || event['reportingInstance'] || '';
  return host === '' ? component : `${component}, ${host}`;
}

/** The columns of `kubectl get events`, for the form of the core group. */
export const eventCells: Readonly<Record<string, Cell>> = {
  'Last Seen': lastSeen,
  Type: (event) => event['type'] ?? '',
  Reason: (event) => event['reason'] ?? '',
  Object: objectOf,
  Subobject: (event) => event['involvedObject']?.fieldPath ?? '',
  Source: sourceOf,
  Message: (event) => (event['message'] ?? '').trim(),
  'First Seen': firstSeen,
  Count: (event) => event['series']?.count ?? (event['count'] || 1),
};
