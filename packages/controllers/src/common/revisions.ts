import {
  deepEqual,
  isReason,
  type KubeObject,
  type LabelSelectorObject,
  labelSelectorFrom,
  ownerReferenceTo,
} from '@dormice/apimachinery';
import { type Client, type Resource, resources } from '@dormice/client';
import { claim } from './claim.ts';
import { hashOf } from './hash.ts';
import { ignoreNotFound, readAll } from './read.ts';

/** A template as it was at one time. */
export interface Revision extends KubeObject {
  revision: number;
  data: KubeObject['spec'];
}

export const revisionLabel = 'controller-revision-hash';

interface Owner extends KubeObject {
  spec: { selector: LabelSelectorObject; template: object; revisionHistoryLimit?: number };
}

/** The revisions of an owner, oldest first. */
export async function readRevisions(
  client: Client,
  owner: Owner,
  resource: Resource,
): Promise<Revision[]> {
  const { namespace = '' } = owner.metadata;
  const { controllerrevisions } = resources;
  const all = await readAll<Revision>(client, controllerrevisions, { namespace });
  const selector = labelSelectorFrom(owner.spec.selector);
  const mine = await claim(client, owner, resource, controllerrevisions, all, selector);
  return mine.sort((a, b) => a.revision - b.revision);
}

/** What a revision keeps: a patch that brings the template back, as `kubectl rollout undo` sends it. */
const dataOf = ({ spec }: Owner): object => ({
  spec: { template: { ...spec.template, $patch: 'replace' } },
});

/** The template that a revision keeps. */
export function templateOf<T>(revision: Revision): T {
  const { $patch: _patch, ...template } = revision.data.spec.template;
  return template as T;
}

/**
 * The revision of the owner's present template: made when there is none, and numbered anew when it is an old one that
 * came back. `collisions` tells hashes apart that are the same by accident.
 */
export async function ensureRevision(
  client: Client,
  owner: Owner,
  revisions: Revision[],
  collisions: number,
): Promise<Revision> {
  const data = dataOf(owner);
  const highest = revisions.at(-1);
  const number = (highest?.revision ?? 0) + 1;
  const known = revisions.findLast((revision) => deepEqual(revision.data, data));
  if (known) {
    if (known === highest) return known;
    return client.update<Revision>(resources.controllerrevisions, { ...known, revision: number });
  }
  for (let tries = collisions; ; tries += 1) {
    const fresh = revisionFor(owner, data, number, tries);
    try {
      return await client.create<Revision>(resources.controllerrevisions, fresh);
    } catch (error) {
      if (!isReason(error, 'AlreadyExists') || tries > collisions + 10) throw error;
    }
  }
}

function revisionFor(owner: Owner, data: object, revision: number, collisions: number): Revision {
  const { name = '', namespace } = owner.metadata;
  const hash = hashOf(data, collisions);
  const template = owner.spec.template as { metadata?: { labels?: Record<string, string> } };
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...template.metadata?.labels, [revisionLabel]: hash },
      ownerReferences: [ownerReferenceTo(owner, { controller: true, blockOwnerDeletion: true })],
    },
    data,
    revision,
  };
}

/** Deletes the oldest revisions that nobody uses, as far as the history limit is exceeded. */
export async function trimRevisions(
  client: Client,
  owner: Owner,
  revisions: readonly Revision[],
  isUsed: (revision: Revision) => boolean,
): Promise<void> {
  const idle = revisions.filter((revision) => !isUsed(revision));
  const surplus = idle.length - (owner.spec.revisionHistoryLimit ?? 10);
  for (const { metadata } of idle.slice(0, Math.max(0, surplus))) {
    const { name = '', namespace = '' } = metadata;
    await ignoreNotFound(client.delete(resources.controllerrevisions, name, { namespace }));
  }
}
