import { kind } from '../kind-module.ts';
import { validateConfigMap, validateConfigMapUpdate } from './validate-config.ts';

const size = (map: object | undefined): number => Object.keys(map ?? {}).length;

export const configMap = kind({
  group: '',
  resource: 'configmaps',
  cells: { Data: (object) => size(object['data']) + size(object['binaryData']) },
  validate: validateConfigMap,
  validateUpdate: validateConfigMapUpdate,
});
