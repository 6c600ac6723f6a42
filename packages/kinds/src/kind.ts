import type { FieldError, KubeObject, Schema } from '@dormice/apimachinery';

/** A column of `kubectl get`: upstream's definition, and how the cell is made from an object. */
export interface Column {
  /** `Ready`; kubectl shows it in capitals. */
  name: string;
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  /** `name` marks the identifying column. */
  format: string;
  description: string;
  /** 0 always shown, 1 with `-o wide`. */
  priority: number;
  /** Of the object alone; times that go on are `Elapsed`, shown by `showCell`. */
  cell: (object: KubeObject) => unknown;
}

/** What validation may look at besides the object. */
export interface KindContext {
  now: Date;
  /** A random v4 UUID. */
  uuid: () => string;
  /** The subresource that is written, `''` for the main one. */
  subresource: string;
  /** Labels of the namespace of the object. */
  namespaceLabels?: () => Readonly<Record<string, string>>;
  /** Who writes; absent when the server itself does. */
  user?: {
    username: string;
    uid?: string;
    groups?: readonly string[];
    extra?: Readonly<Record<string, readonly string[]>>;
  };
}

/** `status` and the like: which part of the object an endpoint may write. */
export interface Subresource {
  /** Kind of the body where it is not the parent's: `{ group: 'autoscaling', version: 'v1', kind: 'Scale' }`. */
  kind?: { group: string; version: string; kind: string };
  verbs: readonly string[];
}

/** Where a scale subresource finds its numbers, as in a CRD. */
export interface ScaleSpec {
  specReplicasPath: string;
  statusReplicasPath: string;
  /** Path of a selector string, or of a `LabelSelector`/map that is rendered as one. */
  labelSelectorPath?: string;
}

/**
 * A kind is a row: data and a few pure functions. The server works on rows and knows no kind by name. Built-in kinds are
 * modules that call `kind({...})`; CRDs become rows at run time.
 */
export interface Kind {
  group: string;
  version: string;
  kind: string;
  listKind: string;
  /** Plural. */
  resource: string;
  singular: string;
  shortNames: readonly string[];
  categories: readonly string[];
  scope: 'Namespaced' | 'Cluster';
  verbs: readonly string[];
  /** Of the whole object, references resolved lazily. */
  schema: Schema;
  /** Of a list of them, of kinds that are not in the generated table. */
  listSchema?: Schema;
  /** `openAPIV3Schema` as the CRD states it, for publication; built-in kinds have none. */
  openApi?: Record<string, unknown>;
  subresources: Readonly<Record<string, Subresource>>;
  scale?: ScaleSpec;
  columns: readonly Column[];

  /**
   * Two rows with the same `storage.resource` share stored objects (autoscaling v1 and v2, events). The stored form is
   * the row without `storage`, or with both functions absent.
   */
  storage?: {
    group: string;
    resource: string;
    /** The version that is stored. */
    version: string;
    toStorage?: (object: KubeObject) => KubeObject;
    fromStorage?: (object: KubeObject) => KubeObject;
  };

  /** Fills defaults into a private copy, after decoding and after patches. */
  defaults?: (object: KubeObject) => void;
  /** Clears and sets what clients may not choose at creation (status, generation is the server's). Mutates. */
  prepareForCreate?: (object: KubeObject, context: KindContext) => void;
  /** Restores from `old` what this endpoint may not change. The default keeps `status` on the main endpoint and all
   * but `status` and metadata bookkeeping on `status`. Mutates `next`. */
  prepareForUpdate?: (next: KubeObject, old: KubeObject, context: KindContext) => void;
  validate?: (object: KubeObject, context: KindContext) => FieldError[];
  validateUpdate?: (next: KubeObject, old: KubeObject, context: KindContext) => FieldError[];
  /** `Warning` headers for a written object; `old` when it is updated. */
  warnings?: (object: KubeObject, old?: KubeObject) => string[];
  /** `Warning` header of a deletion that names no propagation policy. */
  warningOnDelete?: string;
  /** The same, for a new object only. */
  warningsOnCreate?: (object: KubeObject) => string[];
  /** Paths that nobody owns through an endpoint, where these are not those that it restores. */
  resetFields?: (subresource: string) => string[][];
  /** What of the metadata the status endpoint leaves as it was: all of it, or the labels. Default: nothing. */
  statusKeeps?: 'metadata' | 'labels';
  /** `Warning` header of every request: what replaced this kind. */
  deprecation?: string;
  /** DNS rule of `metadata.name`. Default `subdomain` (RFC 1123). */
  nameRule?: 'subdomain' | 'label' | 'label1035' | 'path' | 'ip' | 'declared' | 'any';
  /** Does `generation` exist and grow when anything outside metadata and status changes? Default: has a `spec`. */
  generation?: boolean;
  /** Do lists that are there and empty count as a change against none? */
  generationOfEmpty?: boolean;
  /** Metadata that counts for the generation, too. */
  generationOf?: 'annotations' | 'labels';
  /** Field selectors besides `metadata.name` and `metadata.namespace`; value as upstream's string. */
  fieldSelectors?: Readonly<Record<string, (object: KubeObject) => string>>;
  /** What is said of another field, where upstream has words of its own for the kind. */
  unknownField?: (field: string) => string;
  /** Seconds of graceful deletion for this object and request; absent or 0: delete at once. Pods. */
  gracePeriod?: (object: KubeObject, requested: number | undefined) => number;
  /** What `kubectl delete` without a policy does to dependents. Default `background`. */
  defaultPropagation?: 'background' | 'orphan';
  /** May PUT create it? */
  allowCreateOnUpdate?: boolean;
  /** May an update omit `resourceVersion`? Default true. */
  allowUnconditionalUpdate?: boolean;
}
