import {
  fieldErrors,
  isDns1035Label,
  isDns1123Subdomain,
  type KubeObject,
} from '@dormice/apimachinery';
import { type Check, follows, isEmpty, needed } from '../checks.ts';
import type { Loose } from '../loose.ts';
import { validateServicePort } from '../validate-client-config.ts';

const { invalid, required } = fieldErrors;

const positive = (path: string, value: number, most: number): Check =>
  value >= 1 && value <= most
    ? []
    : [invalid(path, value, `must be positive and less than ${most}`)];

export function validateApiService(object: KubeObject): Check {
  const { spec = {} } = object as KubeObject[string];
  const { group = '', version = '' } = spec;
  const wanted = `${version}.${group}`;
  return [
    ...(['generateName', 'name'] as const).flatMap((field) => {
      const given = object.metadata[field] ?? '';
      const why = `must be \`spec.version+"."+spec.group\`: "${wanted}"`;
      return given === '' || given === wanted ? [] : [invalid(`metadata.${field}`, given, why)];
    }),
    ...(isEmpty(group)
      ? version === 'v1'
        ? []
        : [required('spec.group', 'only v1 may have an empty group and it better be legacy kube')]
      : follows('spec.group', group, isDns1123Subdomain)),
    ...follows('spec.version', version, isDns1035Label),
    ...positive('spec.groupPriorityMinimum', spec.groupPriorityMinimum ?? 0, 20_000),
    ...positive('spec.versionPriority', spec.versionPriority ?? 0, 1000),
    ...(spec.service ? validateRemote(spec) : validateLocal(spec)),
  ];
}

function validateRemote({ service, insecureSkipTLSVerify, caBundle }: Loose): Check {
  return [
    ...needed('spec.service.namespace', service.namespace),
    ...needed('spec.service.name', service.name),
    ...validateServicePort(service.port, 'spec.service.port'),
    ...(insecureSkipTLSVerify && caBundle
      ? [invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present')]
      : []),
  ];
}

/** Base64 of so many bytes. */
const bytesOf = (base64: string): number =>
  Math.floor((base64.length * 3) / 4) - (/=*$/.exec(base64)?.[0].length ?? 0);

function validateLocal({ insecureSkipTLSVerify, caBundle }: Loose): Check {
  return [
    ...(caBundle
      ? [
          invalid(
            'spec.caBundle',
            `${bytesOf(caBundle)} bytes`,
            'local APIServices may not have a caBundle',
          ),
        ]
      : []),
    ...(insecureSkipTLSVerify
      ? [
          invalid(
            'spec.insecureSkipTLSVerify',
            true,
            'local APIServices may not have insecureSkipTLSVerify',
          ),
        ]
      : []),
  ];
}
