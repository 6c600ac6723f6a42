import { deepEqual, fieldErrors, isQualifiedName, type KubeObject } from '@dormice/apimachinery';
import { type Check, follows, immutable, isEmpty, needed, onEach, oneOf } from '../checks.ts';

const { forbidden, required } = fieldErrors;

export function validateStorageClass(storageClass: KubeObject): Check {
  const provisioner = storageClass['provisioner'];
  return [
    ...(isEmpty(provisioner)
      ? [required('provisioner')]
      : follows('provisioner', provisioner.toLowerCase(), isQualifiedName)),
    ...oneOf('reclaimPolicy', storageClass['reclaimPolicy'], ['Delete', 'Retain']),
    ...oneOf(
      'volumeBindingMode',
      storageClass['volumeBindingMode'],
      ['Immediate', 'WaitForFirstConsumer'],
      true,
    ),
    ...Object.keys(storageClass['parameters'] ?? {})
      .filter((name) => name === '')
      .map(() => required('parameters', 'field can not be empty.')),
  ];
}

const fixed = ['parameters', 'provisioner', 'reclaimPolicy'];

export const validateStorageClassUpdate = (next: KubeObject, old: KubeObject): Check => [
  ...validateStorageClass(next),
  ...fixed
    .filter((field) => !deepEqual(next[field], old[field]))
    .map((field) => forbidden(field, `updates to ${field} are forbidden.`)),
  ...immutable('volumeBindingMode', next['volumeBindingMode'], old['volumeBindingMode']),
];

export const validateCsiDriver = (driver: KubeObject): Check => [
  ...oneOf('spec.fsGroupPolicy', driver['spec']?.fsGroupPolicy, [
    'File',
    'None',
    'ReadWriteOnceWithFSType',
  ]),
  ...onEach(driver['spec']?.volumeLifecycleModes, 'spec.volumeLifecycleModes', (mode, at) =>
    oneOf(at, mode, ['Ephemeral', 'Persistent']),
  ),
];

export const validateVolumeAttachment = (attachment: KubeObject): Check => [
  ...needed('spec.attacher', attachment['spec']?.attacher),
  ...needed('spec.nodeName', attachment['spec']?.nodeName),
  ...(attachment['spec']?.source?.persistentVolumeName ||
  attachment['spec']?.source?.inlineVolumeSpec
    ? []
    : [
        required(
          'spec.source',
          'must specify exactly one of inlineVolumeSpec and persistentVolumeName',
        ),
      ]),
];
