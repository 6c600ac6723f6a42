import { type Condition, qualifiedResource } from '@dormice/apimachinery';
import type { Resource } from '@dormice/client';

/** What is left of a namespace after a round of deletions. */
export interface Remaining {
  resources: { resource: Resource; count: number }[];
  /** How many objects wait for each finalizer. */
  finalizers: Map<string, number>;
  failures: string[];
  /** Group versions of aggregated servers that do not tell what they have. */
  silent: string[];
}

interface Row {
  type: string;
  good: { reason: string; message: string };
  /** Absent: this cannot go wrong here. */
  bad?: { reason: string; message: (remaining: Remaining) => string | undefined };
}

const list = (texts: readonly string[], lead: string): string | undefined =>
  texts.length === 0 ? undefined : `${lead}${texts.join(', ')}`;

/** Upstream's words (pkg/controller/namespace/deletion/status_condition_utils.go says what `kubectl` users know). */
const rows: readonly Row[] = [
  {
    type: 'NamespaceDeletionDiscoveryFailure',
    good: { reason: 'ResourcesDiscovered', message: 'All resources successfully discovered' },
    bad: {
      reason: 'DiscoveryFailed',
      message: ({ silent }) =>
        list(
          silent.map((name) => `${name}: stale GroupVersion discovery: ${name}`),
          `Discovery failed for some groups, ${silent.length} failing: unable to retrieve the complete list of server APIs: `,
        ),
    },
  },
  {
    type: 'NamespaceDeletionGroupVersionParsingFailure',
    good: { reason: 'ParsedGroupVersions', message: 'All legacy kube types successfully parsed' },
  },
  {
    type: 'NamespaceDeletionContentFailure',
    good: {
      reason: 'ContentDeleted',
      message: 'All content successfully deleted, may be waiting on finalization',
    },
    bad: {
      reason: 'ContentDeletionFailed',
      message: ({ failures }) =>
        list(failures, `Failed to delete all resource types, ${failures.length} remaining: `),
    },
  },
  {
    type: 'NamespaceContentRemaining',
    good: { reason: 'ContentRemoved', message: 'All content successfully removed' },
    bad: {
      reason: 'SomeResourcesRemain',
      message: ({ resources }) =>
        list(
          resources.map(
            ({ resource, count }) =>
              `${qualifiedResource(resource)} has ${count} resource instances`,
          ),
          'Some resources are remaining: ',
        ),
    },
  },
  {
    type: 'NamespaceFinalizersRemaining',
    good: {
      reason: 'ContentHasNoFinalizers',
      message: 'All content-preserving finalizers finished',
    },
    bad: {
      reason: 'SomeFinalizersRemain',
      message: ({ finalizers }) =>
        list(
          [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`),
          'Some content in the namespace has finalizers remaining: ',
        ),
    },
  },
];

/** The five conditions of a namespace that is being deleted. */
export function conditionsOf(remaining: Remaining, lastTransitionTime: string): Condition[] {
  return rows.map(({ type, good, bad }) => {
    const trouble = bad?.message(remaining);
    return bad !== undefined && trouble !== undefined
      ? { type, status: 'True', lastTransitionTime, reason: bad.reason, message: trouble }
      : { type, status: 'False', lastTransitionTime, ...good };
  });
}
