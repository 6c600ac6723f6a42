import { describe, expect, it } from 'vitest';
import { decodeContinue, encodeContinue } from './continue-token.ts';

const said = (text: string): string => {
  try {
    return JSON.stringify(decodeContinue(text));
  } catch (error) {
    return (error as Error).message;
  }
};
const token = (json: string) => Buffer.from(json).toString('base64url');

describe('a continue token', () => {
  it('says where the list goes on', () => {
    const place = { revision: 5, start: 'default/a\0' };
    expect(decodeContinue(encodeContinue(place))).toEqual(place);
  });

  it.each([
    ['!', 'illegal base64 data at input byte 0'],
    ['A', 'illegal base64 data at input byte 0'],
    ['AAAAA', 'illegal base64 data at input byte 4'],
    ['bm9uc2Vuc2U', "invalid character 'o' in literal null (expecting 'u')"],
    [token('{}'), 'server does not recognize this encoded version '],
    [
      token('{"v":"meta.k8s.io/v2","rv":5}'),
      'server does not recognize this encoded version meta.k8s.io/v2',
    ],
    [
      token('{"v":"meta.k8s.io/v1"}'),
      'incorrect encoded start resourceVersion (version meta.k8s.io/v1)',
    ],
    [token('{"v":"meta.k8s.io/v1","rv":5}'), 'encoded start key empty (version meta.k8s.io/v1)'],
    [token('{"v":"meta.k8s.io/v1","rv":5,"start":"../../a"}'), '../../a'],
    [
      token('{"v":"meta.k8s.io/v1","rv":"x"}'),
      'json: cannot unmarshal string into Go struct field continueToken.rv of type int64',
    ],
    [token('1'), 'json: cannot unmarshal number into Go value of type storage.continueToken'],
  ])('is refused in the words of a kube-apiserver: %s', (text, why) => {
    expect(said(text)).toBe(`invalid continue token: continue key is not valid: ${why}`);
  });
});
