import { errors, StatusError } from '@dormice/apimachinery';
import type { ApiRequest } from '@dormice/client';

/** What shape a client wants objects in. */
export type Shape =
  | { as: 'Object' }
  | { as: 'Table'; version: string }
  | { as: 'PartialObjectMetadata'; version: string }
  | { as: 'PartialObjectMetadataList'; version: string };

export interface Negotiated {
  shape: Shape;
  mediaType: 'application/json' | 'application/yaml';
}

interface Clause {
  type: string;
  parameters: Record<string, string>;
  quality: number;
}

/** The clauses of an `Accept` header, best first. */
export function parseAccept(header: string): Clause[] {
  return header
    .split(',')
    .map((text, index) => ({ ...clauseOf(text), index }))
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality || a.index - b.index);
}

function clauseOf(text: string): Clause {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  const parameters = Object.fromEntries(
    rest.map((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
    }),
  );
  const quality = parameters['q'] === undefined ? 1 : Number(parameters['q']);
  return { type: type.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 0 : quality };
}

const servable = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

const mediaTypes: Record<string, Negotiated['mediaType']> = {
  'application/json': 'application/json',
  'application/*': 'application/json',
  '*/*': 'application/json',
  'application/yaml': 'application/yaml',
};

/** The best of what the client accepts that we can give. @throws StatusError 406 */
export function negotiate(request: ApiRequest): Negotiated {
  const header = request.headers['accept'];
  if (header === undefined || header === '') {
    return { mediaType: 'application/json', shape: { as: 'Object' } };
  }
  let known = false;
  for (const { type, parameters } of parseAccept(header)) {
    const mediaType = mediaTypes[type];
    if (mediaType === undefined) continue;
    known = true;
    const shape = shapeOf(parameters);
    if (shape) return { mediaType, shape };
  }
  if (known) throw errors.notAcceptable(servable);
  throw new StatusError(
    406,
    'NotAcceptable',
    `406: Not Acceptable\n\nAvailable representations: ${servable.join(', ')}`,
    {},
  );
}

function shapeOf(parameters: Record<string, string>): Shape | undefined {
  const { as, v = 'v1', g } = parameters;
  if (as === undefined) return { as: 'Object' };
  if (g !== 'meta.k8s.io' || (v !== 'v1' && v !== 'v1beta1')) return undefined;
  if (as === 'Table' || as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') {
    return { as, version: v };
  }
  return undefined;
}
