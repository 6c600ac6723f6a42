import type { KubeObject } from '@dormice/apimachinery';
import { describe, expect, it } from 'vitest';
import { showCell } from '../elapsed.ts';
import { kindsOfCrd } from './crd-kind.ts';

const now = new Date('2026-01-01T00:10:00Z');
const schema = {
  openAPIV3Schema: {
    type: 'object',
    properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
  },
};
const crd: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.shop.example' },
  spec: {
    group: 'shop.example',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'] },
    versions: [
      { name: 'v1alpha1', served: false, storage: false, schema },
      { name: 'v1beta1', served: true, storage: false, schema },
      {
        name: 'v1',
        served: true,
        storage: true,
        schema,
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' },
        },
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
          { name: 'Since', type: 'date', jsonPath: '.status.since' },
          {
            name: 'Mood',
            type: 'string',
            jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
          },
        ],
        selectableFields: [{ jsonPath: '.spec.color' }],
      },
    ],
  },
};
const [beta, stable] = kindsOfCrd(crd);
const widget: KubeObject = {
  apiVersion: 'shop.example/v1',
  kind: 'Widget',
  metadata: { name: 'w', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { size: 3, color: 'red' },
  status: {
    since: '2026-01-01T00:05:00Z',
    conditions: [{ type: 'Ready', reason: 'Good' }],
  },
};

describe('the rows of a CRD', () => {
  it('are one for each served version', () => {
    expect(kindsOfCrd(crd).map(({ version }) => version)).toEqual(['v1beta1', 'v1']);
  });

  it('take names that are not given from the kind', () => {
    expect(stable).toMatchObject({
      listKind: 'WidgetList',
      singular: 'widget',
      shortNames: ['wd'],
    });
  });

  it('store other versions in the storage version', () => {
    expect(stable?.storage?.fromStorage?.(widget)).toMatchObject({ apiVersion: 'shop.example/v1' });
    expect(beta?.storage?.version).toBe('v1');
    expect(beta?.storage?.fromStorage?.(widget).apiVersion).toBe('shop.example/v1beta1');
  });

  it('print the columns that the CRD asks for', () => {
    expect(stable?.columns.map(({ name, cell }) => [name, showCell(cell(widget), now)])).toEqual([
      ['Name', 'w'],
      ['Size', 3],
      ['Since', '5m'],
      ['Mood', 'Good'],
    ]);
  });

  it('print name and age without such columns', () => {
    expect(beta?.columns.map(({ name, cell }) => [name, showCell(cell(widget), now)])).toEqual([
      ['Name', 'w'],
      ['Age', '10m'],
    ]);
  });

  it('select by the fields that the CRD names', () => {
    expect(stable?.fieldSelectors?.['spec.color']?.(widget)).toBe('red');
  });

  it('have status and scale as the version says', () => {
    expect(Object.keys(stable?.subresources ?? {})).toEqual(['status', 'scale']);
    expect(stable?.scale?.specReplicasPath).toBe('.spec.size');
    expect(Object.keys(beta?.subresources ?? {})).toEqual([]);
  });

  it('know everybody’s metadata beside their own fields', () => {
    expect(stable?.schema.name).toBeUndefined();
    expect(stable?.schema.fields?.['metadata']?.fields?.['finalizers']?.listType).toBe('set');
    expect(stable?.schema.fields?.['spec']?.fields?.['size']?.type).toBe('integer');
  });
});
