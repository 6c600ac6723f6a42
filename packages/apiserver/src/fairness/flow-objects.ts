import { keyPrefix } from '../registry/keys.ts';

const group = 'flowcontrol.apiserver.k8s.io';

export const flowSchemaPrefix = keyPrefix({ group, resource: 'flowschemas' });
export const priorityLevelPrefix = keyPrefix({ group, resource: 'prioritylevelconfigurations' });
