import { errors, StatusError } from '@dormice/apimachinery';
import type { ApiRequest } from '@dormice/client';

/** What shape a client wants objects in. */
export type Shape =
  | { as: 'Object' }
  | { as: 'Table'; version: string }
  | { as: 'PartialObjectMetadata'; version: string }
  | { as: 'PartialObjectMetadataList'; version: string };

export type MediaType =
  | 'application/json'
  | 'application/yaml'
  | 'application/vnd.kubernetes.protobuf';

export interface Negotiated {
  shape: Shape;
  mediaType: MediaType;
}

/** What can be given for a request. */
export interface Offer {
  /** Custom resources have no protobuf form; their metadata has. */
  custom?: boolean;
  /** A watch, which has no YAML form. */
  stream?: boolean;
  /** Discovery documents choose their own shapes. */
  discovery?: boolean;
  /** Kinds without columns (reviews) have no table. */
  noTable?: boolean;
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

const servable: MediaType[] = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
];
const streamable = [
  'application/json;stream=watch',
  'application/vnd.kubernetes.protobuf;stream=watch',
];

const mediaTypes: Record<string, MediaType> = {
  'application/json': 'application/json',
  '*/*': 'application/json',
  'application/yaml': 'application/yaml',
  'application/vnd.kubernetes.protobuf': 'application/vnd.kubernetes.protobuf',
};

/** The best of what the client accepts that we can give. @throws StatusError 406 */
export function negotiate(request: ApiRequest, offer: Offer = {}): Negotiated {
  const header = request.headers['accept'];
  if (header === undefined || header === '') {
    return { mediaType: 'application/json', shape: { as: 'Object' } };
  }
  let known = false;
  for (const { type, parameters } of parseAccept(header)) {
    const mediaType = mediaTypes[type];
    if (mediaType === undefined) continue;
    known = true;
    if (offer.stream && mediaType === 'application/yaml') continue;
    const shape = offer.discovery ? ({ as: 'Object' } as const) : shapeOf(parameters);
    if (shape && isOffered(mediaType, shape, offer)) return { mediaType, shape };
  }
  if (known) {
    const isYaml = offer.stream && mediaTypeOfErrors(request) === 'application/yaml';
    throw errors.notAcceptable(isYaml ? streamable : servable);
  }
  throw new StatusError(
    406,
    'NotAcceptable',
    `406: Not Acceptable\n\nAvailable representations: ${servable.join(', ')}`,
    {},
  );
}

/** Tables are JSON or YAML only; protobuf needs numbers, which custom resources have not. */
function isOffered(mediaType: MediaType, shape: Shape, offer: Offer): boolean {
  if (shape.as === 'Table' && offer.noTable) return false;
  if (mediaType !== 'application/vnd.kubernetes.protobuf') return true;
  return shape.as === 'Object' ? !offer.custom : shape.as !== 'Table';
}

/** Errors come in the first media type that the client accepts and we have; else JSON. */
export function mediaTypeOfErrors({ headers }: ApiRequest): MediaType {
  for (const { type } of parseAccept(headers['accept'] ?? '')) {
    const mediaType = mediaTypes[type];
    if (mediaType !== undefined) return mediaType;
  }
  return 'application/json';
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
