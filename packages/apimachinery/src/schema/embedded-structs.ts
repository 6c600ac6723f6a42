/**
 * Go structs that are embedded in others under no JSON name of their own. Their fields stand in the outer object, but
 * Go's decoder names the embedded struct in the path of an error: `spec.volumes.VolumeSource.hostPath`.
 */
/** `proto`: the number of the embedded message in the outer one. */
type Rule = { embedded: string; proto: number } & (
  | { only: readonly string[] }
  | { except: readonly string[] }
);

const nameOfReference: Rule = { embedded: 'LocalObjectReference', proto: 1, only: ['name'] };
const deviceConfiguration = { embedded: 'DeviceConfiguration', only: ['opaque'] };

const rules: Readonly<Record<string, Rule>> = {
  Probe: { embedded: 'ProbeHandler', proto: 1, only: ['exec', 'grpc', 'httpGet', 'tcpSocket'] },
  Volume: { embedded: 'VolumeSource', proto: 2, except: ['name'] },
  PersistentVolumeSpec: {
    embedded: 'PersistentVolumeSource',
    proto: 2,
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
  EphemeralContainer: {
    embedded: 'EphemeralContainerCommon',
    proto: 1,
    except: ['targetContainerName'],
  },
  IngressRule: { embedded: 'IngressRuleValue', proto: 2, only: ['http'] },
  RuleWithOperations: { embedded: 'Rule', proto: 2, except: ['operations'] },
  NamedRuleWithOperations: { embedded: 'RuleWithOperations', proto: 2, except: ['resourceNames'] },
  DeviceAllocationConfiguration: { ...deviceConfiguration, proto: 3 },
  DeviceClassConfiguration: { ...deviceConfiguration, proto: 1 },
  DeviceClaimConfiguration: { ...deviceConfiguration, proto: 2 },
  ConfigMapEnvSource: nameOfReference,
  ConfigMapKeySelector: nameOfReference,
  ConfigMapProjection: nameOfReference,
  ConfigMapVolumeSource: nameOfReference,
  SecretEnvSource: nameOfReference,
  SecretKeySelector: nameOfReference,
  SecretProjection: nameOfReference,
};

/** The embedded struct that holds `field` of `struct`, if any. */
function embeddedStruct(struct: string, field: string): string | undefined {
  const rule = embeddingOf(struct);
  return rule?.holds(field) ? rule.embedded : undefined;
}

/** All structs that lead to a field that is not `struct`'s own, from the outside in. */
export function embeddedStructs(struct: string, field: string): string[] {
  const embedded = embeddedStruct(struct, field);
  return embedded === undefined ? [] : [embedded, ...embeddedStructs(embedded, field)];
}

/** What `struct` embeds: the struct, its protobuf number, and which fields it holds. */
export function embeddingOf(
  struct: string,
): { embedded: string; proto: number; holds: (field: string) => boolean } | undefined {
  const rule = Object.hasOwn(rules, struct) ? rules[struct] : undefined;
  if (!rule) return undefined;
  const { embedded, proto } = rule;
  return {
    embedded,
    proto,
    holds: (field) => ('only' in rule ? rule.only.includes(field) : !rule.except.includes(field)),
  };
}
