/** A block of a PEM text. */
interface Block {
  type: string;
  headers: boolean;
  /** DER. */
  bytes: Uint8Array;
}

const block = /-----BEGIN ([^\n-]+)-----\r?\n([\s\S]*?)-----END \1-----/g;

/** The blocks of a PEM text that came in base64, as `[]byte` fields do. */
function blocksOf(base64: string): Block[] {
  const text = atob(base64);
  return [...text.matchAll(block)].flatMap(([, type = '', body = '']) => {
    try {
      const data = body.replace(/^[^\n]*:.*\n/gm, '').replace(/\s/g, '');
      const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
      return [{ type, headers: body.includes(':'), bytes }];
    } catch {
      return [];
    }
  });
}

/** A DER sequence as long as it says. */
function isSequence(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x30 || bytes.length < 2) return false;
  const first = bytes[1] ?? 0;
  if (first < 0x80) return bytes.length === 2 + first;
  const count = first & 0x7f;
  let length = 0;
  for (let at = 0; at < count; at += 1) length = length * 256 + (bytes[2 + at] ?? 0);
  return bytes.length === 2 + count + length;
}

/** What is wrong with a certificate request, in Go's words; nothing when it is one. */
export function isCertificateRequest(base64: string): string | undefined {
  const [first] = blocksOf(base64);
  if (first?.type !== 'CERTIFICATE REQUEST') return 'PEM block type must be CERTIFICATE REQUEST';
  return isSequence(first.bytes) ? undefined : 'asn1: syntax error: data truncated';
}

/** What is wrong with a chain of certificates, in Go's words; nothing when it is one. */
export function isCertificateBundle(base64: string): string | undefined {
  const blocks = blocksOf(base64);
  for (const { type, headers, bytes } of blocks) {
    if (type !== 'CERTIFICATE') {
      return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`;
    }
    if (headers) return 'no PEM block headers are permitted';
    if (!isSequence(bytes)) return 'x509: malformed certificate';
  }
  return blocks.length === 0 ? 'must contain at least one CERTIFICATE PEM block' : undefined;
}

/** Why clients could trust no certificate of a bundle, in Go's words; nothing when there is one. */
export function isAuthorityBundle(base64: string): string | undefined {
  const blocks = blocksOf(base64);
  const certificates = blocks.filter(({ type, headers }) => type === 'CERTIFICATE' && !headers);
  if (certificates.some(({ bytes }) => isSequence(bytes))) return undefined;
  const start = 'unable to load root certificates: ';
  if (blocks.length === 0) return `${start}unable to parse bytes as PEM block`;
  return certificates.length > 0
    ? `${start}failed to parse certificate: x509: malformed certificate`
    : `${start}no valid certificate authority data seen`;
}
