import { hostMetadata } from '../host-metadata.ts';
import type { Translator } from '../translator.ts';

/** ConfigMaps that pods use. */
export const configMap: Translator = {
  group: '',
  resource: 'configmaps',
  toHost: (object, context) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: hostMetadata(object, context),
    ...(object.data === undefined ? {} : { data: object.data }),
    ...(object.binaryData === undefined ? {} : { binaryData: object.binaryData }),
    ...(object.immutable === undefined ? {} : { immutable: object.immutable }),
  }),
};
