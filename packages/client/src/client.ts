import type { KubeList, KubeObject, StatusError } from '@dormice/apimachinery';
import type { Resource } from './resource.ts';
import type { Transport } from './transport.ts';

export interface ObjectOptions {
  /** Required for namespaced resources, refused for others. */
  namespace?: string;
  /** `status`, `scale`, `binding`, `token` … */
  subresource?: string;
  signal?: AbortSignal;
}

export interface ListOptions {
  /** Absent: all namespaces. */
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  limit?: number;
  continue?: string;
  resourceVersion?: string;
  signal?: AbortSignal;
}

export interface WatchOptions extends ListOptions {
  /** Server-side length of the watch, seconds. */
  timeoutSeconds?: number;
}

export interface WriteOptions extends ObjectOptions {
  fieldManager?: string;
  dryRun?: boolean;
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

export interface PatchOptions extends WriteOptions {
  type: PatchType;
  /** `apply` only: take fields over from other managers. */
  force?: boolean;
}

export interface DeleteOptions extends ObjectOptions {
  gracePeriodSeconds?: number;
  propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  preconditions?: { uid?: string; resourceVersion?: string };
  dryRun?: boolean;
}

export type WatchEvent<T extends KubeObject = KubeObject> =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; object: T }
  | { type: 'ERROR'; error: StatusError };

/**
 * A Kubernetes API with typed verbs. All methods reject with `StatusError` when the server refuses, and with the
 * transport's error when there is no answer.
 */
export interface Client {
  /** For requests that the verbs below do not cover; in a process they are its user's. */
  readonly transport: Transport;
  get<T extends KubeObject = KubeObject>(
    resource: Resource,
    name: string,
    options?: ObjectOptions,
  ): Promise<T>;
  /** One page; `listAll` of this package follows `continue`. */
  list<T extends KubeObject = KubeObject>(
    resource: Resource,
    options?: ListOptions,
  ): Promise<KubeList<T>>;
  /** Ends when the server ends it; an informer resumes. */
  watch<T extends KubeObject = KubeObject>(
    resource: Resource,
    options?: WatchOptions,
  ): AsyncIterable<WatchEvent<T>>;
  create<T extends KubeObject = KubeObject>(
    resource: Resource,
    object: T,
    options?: WriteOptions,
  ): Promise<T>;
  /** Name and namespace are the object's. */
  update<T extends KubeObject = KubeObject>(
    resource: Resource,
    object: T,
    options?: WriteOptions,
  ): Promise<T>;
  patch<T extends KubeObject = KubeObject>(
    resource: Resource,
    name: string,
    patch: unknown,
    options: PatchOptions,
  ): Promise<T>;
  /** The object (when it stays for finalizers or grace) or a `Status`. */
  delete(resource: Resource, name: string, options?: DeleteOptions): Promise<KubeObject>;
  deleteCollection(resource: Resource, options?: ListOptions & DeleteOptions): Promise<void>;
}
