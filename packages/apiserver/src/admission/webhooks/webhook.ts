import type { KubeObject } from '@dormice/apimachinery';

export interface Rule {
  apiGroups?: string[];
  apiVersions?: string[];
  resources?: string[];
  operations?: string[];
  scope?: '*' | 'Cluster' | 'Namespaced';
}

/** A webhook as a configuration states it; defaults are filled in when it is stored. */
export interface Webhook {
  name: string;
  clientConfig: {
    url?: string;
    service?: { namespace: string; name: string; path?: string; port?: number };
    /** PEM in base64. */
    caBundle?: string;
  };
  rules?: Rule[];
  failurePolicy: 'Fail' | 'Ignore';
  matchPolicy: 'Equivalent' | 'Exact';
  namespaceSelector?: object;
  objectSelector?: object;
  sideEffects: string;
  timeoutSeconds: number;
  admissionReviewVersions: string[];
  reinvocationPolicy?: 'Never' | 'IfNeeded';
  matchConditions?: { name: string; expression: string }[];
}

export interface ConfiguredWebhook extends Webhook {
  /** Name of the configuration. */
  configuration: string;
}

/** All webhooks of all configurations, in the order in which they are called: by configuration name, as listed. */
export function webhooksOf(configurations: readonly KubeObject[]): ConfiguredWebhook[] {
  return [...configurations]
    .sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))
    .flatMap(({ metadata, webhooks = [] }) =>
      (webhooks as Webhook[]).map((webhook) => ({
        ...webhook,
        configuration: metadata.name ?? '',
      })),
    );
}
