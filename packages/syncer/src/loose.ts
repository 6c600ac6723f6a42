import type { KubeObject } from '@dormice/apimachinery';

/** A part of an object whose shape the API server has checked already. */
export type Loose = KubeObject['spec'];
