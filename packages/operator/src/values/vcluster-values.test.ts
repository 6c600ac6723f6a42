import { describe, expect, it } from 'vitest';
import { specFromVclusterValues } from './vcluster-values.ts';

describe('specFromVclusterValues', () => {
  it('takes what EOEPCA writes for a workspace', () => {
    const { spec, problems } = specFromVclusterValues({
      controlPlane: { proxy: { extraSANs: ['atlas.k8s.example.org'] } },
      sync: {
        toHost: { serviceAccounts: { enabled: true }, pods: { enabled: true } },
        fromHost: {
          storageClasses: { enabled: true },
          secrets: { enabled: true, mappings: { byName: { '': 'default' } } },
        },
      },
    });
    expect(problems).toEqual([]);
    expect(spec).toEqual({
      controlPlane: { proxy: { extraSANs: ['atlas.k8s.example.org'] } },
      sync: {
        toHost: { serviceAccounts: { enabled: true } },
        fromHost: {
          storageClasses: { enabled: true },
          secrets: { enabled: true, mappings: { byName: { '': 'default' } } },
        },
      },
    });
  });

  it('names every key that it cannot honour, and says the way out', () => {
    const { problems } = specFromVclusterValues({
      controlPlane: { distro: { k0s: { enabled: true } }, hostPathMapper: { enabled: true } },
      plugins: { a: {} },
    });
    expect(problems).toEqual([
      'controlPlane.distro.k0s.enabled is true, but the k0s control plane is not built yet; remove the key to get the embedded one',
      'controlPlane.hostPathMapper ({"enabled":true}) is not known to Dormice; remove the key',
      'plugins ({"a":{}}) is not known to Dormice; remove the key',
    ]);
  });

  it('makes a cluster without a volume claim an ephemeral one', () => {
    const { spec } = specFromVclusterValues({
      controlPlane: { statefulSet: { persistence: { volumeClaim: { enabled: false } } } },
    });
    expect(spec).toEqual({
      mode: 'Dynamic',
      controlPlane: { persistence: { type: 'Ephemeral' } },
    });
  });

  it('leaves sleep and quota out when they are switched off', () => {
    const { spec } = specFromVclusterValues({
      sleepMode: { enabled: false, autoSleep: { afterInactivity: '1h' } },
      policies: { resourceQuota: { enabled: false, quota: { pods: 3 } } },
    });
    expect(spec).toEqual({});
  });

  it('refuses a file that is no map', () => {
    expect(specFromVclusterValues([1]).problems).toEqual([
      'the file is [1]; write a map of values',
    ]);
  });
});
