import { describe, expect, it } from 'vitest';
import { bootstrapObjects } from './bootstrap.ts';
import { apiGroups, builtinKinds, kindByResource, kindOf } from './builtin-kinds.ts';
import { modules } from './modules.ts';

describe('the rows of the built-in kinds', () => {
  it('are found by kind and by resource', () => {
    expect(kindOf('apps', 'v1', 'Deployment')).toBe(kindByResource('apps', 'v1', 'deployments'));
    expect(kindOf('', 'v1', 'Pood')).toBeUndefined();
  });

  it('have a schema each, with metadata unless they are reviews or bindings', () => {
    for (const kind of builtinKinds) expect(kind.schema.type, kind.kind).toBe('object');
    expect(kindOf('', 'v1', 'Pod')?.schema.name).toBe('io.k8s.api.core.v1.Pod');
  });

  it('make a cell for every column of an object that has nothing in it', () => {
    for (const kind of builtinKinds)
      for (const column of kind.columns)
        expect(() =>
          column.cell({ apiVersion: 'v1', kind: kind.kind, metadata: { name: 'x' } }),
        ).not.toThrow();
  });

  it('use every module, and each for a resource that exists', () => {
    for (const { group, resource } of modules)
      expect(
        builtinKinds.some((kind) => kind.group === group && kind.resource === resource),
        `${group}/${resource}`,
      ).toBe(true);
  });

  it('prefer autoscaling/v2', () => {
    expect(apiGroups.find(({ group }) => group === 'autoscaling')?.versions).toEqual(['v2', 'v1']);
  });
});

describe('the objects of a new cluster', () => {
  it('are fresh copies, namespaces first', () => {
    const [first] = bootstrapObjects();
    expect(first?.kind).toBe('Namespace');
    if (first) first.metadata.name = 'changed';
    expect(bootstrapObjects()[0]?.metadata.name).toBe('default');
  });

  it('have kinds that exist', () => {
    for (const { apiVersion, kind } of bootstrapObjects()) {
      const [version = '', group = ''] = apiVersion.split('/').reverse();
      expect(kindOf(group, version, kind), `${apiVersion} ${kind}`).toBeDefined();
    }
  });
});
