import { deepEqual, fieldErrors, isDns1123Subdomain, type KubeObject } from '@dormice/apimachinery';
import { type Check, follows, isAbsent, needed } from '../checks.ts';
import { validateVolumeSpec } from '../core/validate-persistent-volume.ts';
import { validateDriverName } from '../core/volumes/paths.ts';
import type { Loose } from '../loose.ts';

const { forbidden, invalid, required, tooLong } = fieldErrors;

const metadataLimit = 256 * 1024;
const messageLimit = 1024;
const oneSource = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';

function validateSource(source: Loose, path: string): Check {
  const { inlineVolumeSpec: inline, persistentVolumeName: name } = source;
  if (!inline && isAbsent(name)) return [required(path, oneSource)];
  if (inline && !isAbsent(name)) return [forbidden(path, oneSource)];
  if (inline) return validateVolumeSpec(inline, `${path}.inlineVolumeSpec`, '', true);
  return name === ''
    ? [required(`${path}.persistentVolumeName`, 'must specify non empty persistentVolumeName')]
    : [];
}

function validateError(error: Loose, path: string): Check {
  if (!error) return [];
  return [
    ...((error.message ?? '').length > messageLimit
      ? [tooLong(`${path}.message`, metadataLimit)]
      : []),
    ...(error.errorCode < 0
      ? [
          invalid(
            `${path}.errorCode`,
            error.errorCode,
            'must be between 0 and 2147483647, inclusive',
          ),
        ]
      : []),
  ];
}

function validateStatus(status: Loose): Check {
  const size = Object.entries(status?.attachmentMetadata ?? {}).reduce(
    (sum, pair) => sum + pair.join('').length,
    0,
  );
  return [
    ...(size > metadataLimit ? [tooLong('status.attachmentMetadata', metadataLimit)] : []),
    ...validateError(status?.attachError, 'status.attachError'),
    ...validateError(status?.detachError, 'status.detachError'),
  ];
}

const validateAttachment = ({ spec = {}, status }: Loose): Check => [
  ...needed('spec.attacher', spec.attacher),
  ...validateSource(spec.source ?? {}, 'spec.source'),
  ...follows('spec.nodeName', spec.nodeName ?? '', isDns1123Subdomain),
  ...validateStatus(status),
];

export function validateVolumeAttachment(attachment: KubeObject): Check {
  const { attacher, source } = attachment['spec'] ?? {};
  const name = source?.persistentVolumeName;
  return [
    ...validateAttachment(attachment),
    ...validateDriverName(attacher, 'spec.attacher'),
    ...(isAbsent(name)
      ? []
      : follows('spec.source.persistentVolumeName', name, isDns1123Subdomain)),
  ];
}

export const validateVolumeAttachmentUpdate = (next: KubeObject, old: KubeObject): Check => [
  ...validateAttachment(next),
  ...(deepEqual(next['spec'], old['spec'])
    ? []
    : [invalid('spec', next['spec'] ?? null, 'field is immutable')]),
];
