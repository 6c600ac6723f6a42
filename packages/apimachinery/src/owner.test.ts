import { describe, expect, it } from 'vitest';
import type { KubeObject } from './object.ts';
import { controllerOf, ownerReferenceTo } from './owner.ts';

const owner: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'web', uid: 'u' },
};

describe('ownerReferenceTo', () => {
  it('names the owner, and says nothing that was not asked for', () => {
    expect(ownerReferenceTo(owner)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      name: 'web',
      uid: 'u',
    });
  });

  it('marks the controller, which controllerOf finds', () => {
    const reference = ownerReferenceTo(owner, { controller: true, blockOwnerDeletion: true });
    const ownerReferences = [ownerReferenceTo({ ...owner, kind: 'Other' }), reference];
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ownerReferences } };
    expect(controllerOf(pod)).toEqual(reference);
    expect(controllerOf(owner)).toBeUndefined();
  });
});
