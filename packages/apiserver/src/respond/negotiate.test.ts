import { describe, expect, it } from 'vitest';
import { negotiate, parseAccept } from './negotiate.ts';

const ask = (accept: string) =>
  negotiate({
    method: 'GET',
    path: '/',
    query: new URLSearchParams(),
    headers: accept === '' ? {} : { accept },
  });

describe('negotiate', () => {
  it('takes JSON when nothing is asked for', () => {
    expect(ask('')).toEqual({ mediaType: 'application/json', shape: { as: 'Object' } });
  });

  it('falls back to JSON from what it cannot write, as client-go expects', () => {
    expect(ask('application/vnd.kubernetes.protobuf,application/json').mediaType).toBe(
      'application/json',
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
