import { describe, expect, it } from 'vitest';
import { negotiate, type Offer, parseAccept } from './negotiate.ts';

const ask = (accept: string, offer: Offer = {}) =>
  negotiate(
    {
      method: 'GET',
      path: '/',
      query: new URLSearchParams(),
      headers: accept === '' ? {} : { accept },
    },
    offer,
  );

describe('negotiate', () => {
  it('takes JSON when nothing is asked for', () => {
    expect(ask('')).toEqual({ mediaType: 'application/json', shape: { as: 'Object' } });
  });

  it('falls back to the next clause from what it cannot write, as client-go expects', () => {
    const both = 'application/vnd.kubernetes.protobuf,application/json';
    expect(ask(both).mediaType).toBe('application/vnd.kubernetes.protobuf');
    expect(ask(both, { custom: true }).mediaType).toBe('application/json');
    expect(ask('application/cbor,application/json').mediaType).toBe('application/json');
  });

  it('gives metadata of custom resources in protobuf', () => {
    const accept =
      'application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
    expect(ask(accept, { custom: true }).mediaType).toBe('application/vnd.kubernetes.protobuf');
  });

  it('has no tables in protobuf, no watches in YAML, no tables of reviews', () => {
    const table = ';as=Table;g=meta.k8s.io;v=v1';
    const types = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
    expect(() => ask(`application/vnd.kubernetes.protobuf${table}`)).toThrow(types);
    expect(() => ask(`application/json${table}`, { noTable: true })).toThrow(types);
    expect(() => ask('application/yaml', { stream: true })).toThrow(
      'application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch',
    );
  });

  it('gives the table that kubectl prefers', () => {
    const accept =
      'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';
    expect(ask(accept).shape).toEqual({ as: 'Table', version: 'v1' });
  });

  it('goes by quality, then by order', () => {
    expect(ask('application/json;q=0.5,application/yaml').mediaType).toBe('application/yaml');
    expect(parseAccept('a/b;q=0, c/d;q=0.1, e/f').map(({ type }) => type)).toEqual(['e/f', 'c/d']);
  });

  it('refuses other types with what there is', () => {
    expect(() => ask('text/plain')).toThrow(
      '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    );
  });

  it('refuses shapes that it does not know', () => {
    expect(() => ask('application/json;as=Foo;v=v1;g=meta.k8s.io')).toThrow(
      'only the following media types are accepted',
    );
  });
});
