import { hostMetadata } from '../host-metadata.ts';
import type { Translator } from '../translator.ts';

/** Types that the host's own controllers fill, delete or check against objects that it does not have. */
const typesWithMeaning = new Set([
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
]);

/** Secrets that pods use. */
export const secret: Translator = {
  group: '',
  resource: 'secrets',
  toHost: (object, context) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: withoutMeaning(hostMetadata(object, context)),
    type: typesWithMeaning.has(object.type) ? 'Opaque' : (object.type ?? 'Opaque'),
    ...(object.data === undefined ? {} : { data: object.data }),
    ...(object.immutable === undefined ? {} : { immutable: object.immutable }),
  }),
};

/** The annotations by which the host would take it for the token of one of its own accounts. */
function withoutMeaning<T extends { annotations?: Record<string, string> }>(metadata: T): T {
  const kept = Object.entries(metadata.annotations ?? {}).filter(
    ([key]) => !key.startsWith('kubernetes.io/service-account.'),
  );
  return { ...metadata, annotations: Object.fromEntries(kept) };
}
