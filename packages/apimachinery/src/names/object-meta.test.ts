import { describe, expect, it } from 'vitest';
import { formatFieldError } from '../field-error.ts';
import type { ObjectMeta, OwnerReference } from '../object.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';

const problemsOf = (meta: ObjectMeta): string[] =>
  validateObjectMeta({ name: 's', namespace: 'n', ...meta }, { namespaced: true }).map(
    formatFieldError,
  );

const owner = (more: Partial<OwnerReference>): OwnerReference => ({
  apiVersion: 'v1',
  kind: 'Pod',
  name: 'x',
  uid: '1',
  ...more,
});

describe('validateObjectMeta', () => {
  it('takes a good one', () => {
    const meta: ObjectMeta = {
      generateName: 'web-',
      labels: { 'app.kubernetes.io/name': 'web', empty: '' },
      annotations: { 'Upper.Case/Key': 'anything: {}' },
      finalizers: ['kubernetes', 'example.com/x'],
      ownerReferences: [owner({ controller: true }), owner({ uid: '2' })],
    };
    expect(problemsOf(meta)).toEqual([]);
  });

  it('needs a name, and a namespace where the kind has one', () => {
    expect(validateObjectMeta({}, { namespaced: true }).map(formatFieldError)).toEqual([
      'metadata.name: Required value: name or generateName is required',
      'metadata.namespace: Required value',
    ]);
    expect(
      validateObjectMeta({ name: 'a', namespace: 'b' }, { namespaced: false }).map(
        formatFieldError,
      ),
    ).toEqual(['metadata.namespace: Forbidden: not allowed on this type']);
  });

  it('follows the kind’s rule of names', () => {
    const name = (value: string, nameRule: 'label' | 'path' | 'label1035'): number =>
      validateObjectMeta({ name: value }, { namespaced: false, nameRule }).length;
    expect(name('system:node', 'path')).toBe(0);
    expect(name('a.b', 'label')).toBe(1);
    expect(name('1a', 'label1035')).toBe(1);
  });

  // What a kube-apiserver 1.35 answers.
  it.each<readonly [ObjectMeta, string[]]>([
    [
      { generation: -1 },
      ['metadata.generation: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      { annotations: { a: 'x'.repeat(262_145) } },
      ['metadata.annotations: Too long: may not be more than 262144 bytes'],
    ],
    [
      {
        ownerReferences: [
          owner({ kind: 'ConfigMap', controller: true }),
          owner({ name: 'y', uid: '2', controller: true }),
        ],
      },
      [
        'metadata.ownerReferences: Invalid value: [{"apiVersion":"v1","kind":"ConfigMap","name":"x","uid":"1","controller":true},{"apiVersion":"v1","kind":"Pod","name":"y","uid":"2","controller":true}]: Only one reference can have Controller set to true. Found "true" in references for ConfigMap/x and Pod/y',
      ],
    ],
    [
      { ownerReferences: [owner({ apiVersion: '', kind: '', name: '', uid: '' })] },
      [
        'metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty',
        'metadata.ownerReferences.kind: Invalid value: "": must not be empty',
        'metadata.ownerReferences.name: Invalid value: "": must not be empty',
        'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
      ],
    ],
    [
      { ownerReferences: [owner({ kind: 'Event' })] },
      [
        'metadata.ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"x","uid":"1"}: /v1, Kind=Event is disallowed from being an owner',
      ],
    ],
    [
      { finalizers: ['foo', 'orphan', 'foregroundDeletion'] },
      [
        'metadata.finalizers: Invalid value: ["foo","orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
        'metadata.finalizers[0]: Invalid value: "foo": name is neither a standard finalizer name nor is it fully qualified',
      ],
    ],
  ])('refuses bad metadata %#', (meta, problems) => {
    expect(problemsOf(meta)).toEqual(problems);
  });
});

describe('validateObjectMetaUpdate', () => {
  const old: ObjectMeta = {
    name: 'a',
    namespace: 'n',
    uid: 'u',
    resourceVersion: '5',
    creationTimestamp: '2020-01-01T00:00:00Z',
    generation: 2,
    finalizers: ['a.b/c'],
  };
  const problems = (next: ObjectMeta, before = old): string[] =>
    validateObjectMetaUpdate({ ...before, ...next }, before).map(formatFieldError);

  it('lets labels, annotations, owners and finalizers change', () => {
    expect(problems({ labels: { a: 'b' }, finalizers: ['a.b/d'] })).toEqual([]);
  });

  it('keeps what identifies the object', () => {
    expect(problems({ deletionTimestamp: '2020-01-01T00:00:00Z' })).toEqual([
      'metadata.deletionTimestamp: Invalid value: "2020-01-01T00:00:00Z": field is immutable',
    ]);
    for (const change of [{ name: 'b' }, { namespace: 'm' }, { uid: 'v' }]) {
      expect(problems(change)).toHaveLength(1);
    }
    expect(problems({ generation: 1 })).toEqual([
      'metadata.generation: Invalid value: 1: must not be decremented',
    ]);
  });

  it('takes no new finalizers once the object is being deleted', () => {
    const deleted = { ...old, deletionTimestamp: '2020-01-01T00:00:00Z' };
    expect(problems({ finalizers: ['a.b/c', 'a.b/d'] }, deleted)).toEqual([
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a.b/d"}',
    ]);
    expect(problems({ finalizers: [] }, deleted)).toEqual([]);
  });
});
