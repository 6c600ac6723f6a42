/**
 * Go structs that are embedded in others under no JSON name of their own. Their fields stand in the outer object, but
 * Go's decoder names the embedded struct in the path of an error: `spec.volumes.VolumeSource.hostPath`.
 */
type Rule = { embedded: string } & ({ only: readonly string[] } | { except: readonly string[] });

const nameOfReference: Rule = { embedded: 'LocalObjectReference', only: ['name'] };

const rules: Readonly<Record<string, Rule>> = {
  Probe: { embedded: 'ProbeHandler', only: ['exec', 'grpc', 'httpGet', 'tcpSocket'] },
  Volume: { embedded: 'VolumeSource', except: ['name'] },
  PersistentVolumeSpec: {
    embedded: 'PersistentVolumeSource',
    except: [
      'accessModes',
      'capacity',
      'claimRef',
      'mountOptions',
      'nodeAffinity',
      'persistentVolumeReclaimPolicy',
      'storageClassName',
      'volumeAttributesClassName',
      'volumeMode',
    ],
  },
  EphemeralContainer: { embedded: 'EphemeralContainerCommon', except: ['targetContainerName'] },
  ConfigMapEnvSource: nameOfReference,
  ConfigMapKeySelector: nameOfReference,
  ConfigMapProjection: nameOfReference,
  ConfigMapVolumeSource: nameOfReference,
  SecretEnvSource: nameOfReference,
  SecretKeySelector: nameOfReference,
  SecretProjection: nameOfReference,
};

/** The embedded struct that holds `field` of `struct`, if any. */
export function embeddedStruct(struct: string, field: string): string | undefined {
  const rule = Object.hasOwn(rules, struct) ? rules[struct] : undefined;
  if (!rule) return undefined;
  const held = 'only' in rule ? rule.only.includes(field) : !rule.except.includes(field);
  return held ? rule.embedded : undefined;
}
