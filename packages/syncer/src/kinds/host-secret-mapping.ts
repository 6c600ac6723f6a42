/** Where Secrets of the cluster's own host namespace appear in the virtual cluster. */
export interface SecretMapping {
  /** Virtual place of a host Secret; `undefined` when it is not mapped. */
  toVirtual(hostName: string): { namespace: string; name: string } | undefined;
  /** Host name of what appears at a virtual place; `undefined` when nothing does. */
  toHost(namespace: string, name: string): string | undefined;
}

/**
 * Reads `sync.fromHost.secrets.mappings.byName`, with vcluster.yaml's grammar:
 *
 * - `"": "default"` – all Secrets of the host namespace, into a virtual namespace
 * - `"/db": "shop/database"` or `"/db": "shop"` – one Secret
 * - `"NAMESPACE/*": "shop/*"` and `"NAMESPACE/db": …` – the same, if NAMESPACE is the cluster's own
 *
 * Another host namespace is refused: who may make a virtual cluster may not thereby read Secrets elsewhere. The first
 * mapping that fits wins, single names before whole namespaces.
 */
export function secretMapping(
  byName: Record<string, string>,
  hostNamespace: string,
): SecretMapping {
  const single = new Map<string, { namespace: string; name: string }>();
  let all: string | undefined;
  for (const [key, value] of Object.entries(byName)) {
    const from = sourceOf(key, hostNamespace);
    const [namespace = '', name] = value.split('/');
    if (namespace === '' || value.split('/').length > 2) {
      throw problem(
        key,
        `target ${JSON.stringify(value)} is neither "namespace" nor "namespace/name"`,
      );
    }
    if (from === '*') {
      if (name !== undefined && name !== '*') {
        throw problem(
          key,
          `all Secrets cannot go to the one name ${JSON.stringify(value)}; use "${namespace}/*"`,
        );
      }
      all ??= namespace;
    } else if (name === '*') {
      throw problem(key, `one Secret cannot go to ${JSON.stringify(value)}; use "${namespace}"`);
    } else {
      single.set(from, { namespace, name: name ?? from });
    }
  }
  return {
    toVirtual: (name) =>
      single.get(name) ?? (all === undefined ? undefined : { namespace: all, name }),
    toHost(namespace, name) {
      for (const [from, to] of single) {
        if (to.namespace === namespace && to.name === name) return from;
      }
      return namespace === all && !single.has(name) ? name : undefined;
    },
  };
}

/** `*` for all, or one name. */
function sourceOf(key: string, hostNamespace: string): string {
  if (key === '' || key === '*') return '*';
  const parts = key.split('/');
  const [namespace = '', name = ''] = parts.length === 1 ? ['', key] : parts;
  if (parts.length > 2 || name === '') {
    throw problem(key, 'is none of "", "/NAME", "NAMESPACE/NAME", "NAMESPACE/*"');
  }
  if (namespace !== '' && namespace !== hostNamespace) {
    throw problem(
      key,
      `names host namespace "${namespace}", but only the virtual cluster's own ("${hostNamespace}") can be mapped`,
    );
  }
  return name;
}

function problem(key: string, text: string): Error {
  return new Error(`sync.fromHost.secrets.mappings.byName[${JSON.stringify(key)}]: ${text}`);
}
