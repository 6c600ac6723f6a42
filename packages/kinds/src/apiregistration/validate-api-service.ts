import { fieldErrors, type KubeObject } from '@dormice/apimachinery';
import { type Check, needed } from '../checks.ts';

const { invalid, required } = fieldErrors;

const positive = (path: string, value: number, most: number): Check =>
  value >= 1 && value <= most
    ? []
    : [invalid(path, value, `must be positive and less than ${most}`)];

export function validateApiService(object: KubeObject): Check {
  const { spec = {} } = object as KubeObject[string];
  const wanted = `${spec.version ?? ''}.${spec.group ?? ''}`;
  return [
    ...(object.metadata.name === wanted
      ? []
      : [
          invalid(
            'metadata.name',
            object.metadata.name,
            `must be \`spec.version+"."+spec.group\`: "${wanted}"`,
          ),
        ]),
    ...needed('spec.version', spec.version),
    ...positive('spec.groupPriorityMinimum', spec.groupPriorityMinimum ?? 0, 20_000),
    ...positive('spec.versionPriority', spec.versionPriority ?? 0, 1000),
    ...(spec.service
      ? [
          ...needed('spec.service.namespace', spec.service.namespace),
          ...needed('spec.service.name', spec.service.name),
          ...(spec.insecureSkipTLSVerify && spec.caBundle
            ? [
                invalid(
                  'spec.insecureSkipTLSVerify',
                  true,
                  'may not be true if caBundle is present',
                ),
              ]
            : []),
        ]
      : spec.caBundle
        ? [required('spec.service', 'caBundle has no meaning for a local API service')]
        : []),
  ];
}
