import { describe, expect, it } from 'vitest';
import { servedFeatures } from './served-features.ts';

const beta = 'admissionregistration.k8s.io/v1beta1=true';
const gate = 'MutatingAdmissionPolicy=true';

describe('servedFeatures', () => {
  it('turns nothing on by itself', () => {
    expect(servedFeatures()).toEqual({});
    expect(servedFeatures('', 'MutatingAdmissionPolicy=false')).toEqual({});
  });

  it('turns mutating admission policies on by both flags', () => {
    expect(servedFeatures(beta, gate)).toEqual({ mutatingPolicies: ['v1beta1'] });
    expect(servedFeatures(`admissionregistration.k8s.io/v1alpha1,${beta}`, gate)).toEqual({
      mutatingPolicies: ['v1beta1', 'v1alpha1'],
    });
  });

  it('says which flag is missing, or not known', () => {
    expect(() => servedFeatures(beta)).toThrow('need both');
    expect(() => servedFeatures('', gate)).toThrow('need both');
    expect(() => servedFeatures('', 'Foo=true')).toThrow('unknown feature gate "Foo"');
    expect(() => servedFeatures('batch/v2=true')).toThrow('unknown API version "batch/v2"');
    expect(() => servedFeatures('', 'Foo=maybe')).toThrow('neither true nor false');
  });
});
