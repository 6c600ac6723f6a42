import { DialError } from './dial-error.ts';

type NodeError = Error & {
  code?: string;
  host?: string;
  cert?: { subjectaltname?: string; valid_to?: string };
};

const unknownAuthority = 'x509: certificate signed by unknown authority';

const certificateErrors: Record<string, (error: NodeError) => string> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: () => unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: () => unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: () => unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: () => unknownAuthority,
  DEPTH_ZERO_SELF_SIGNED_CERT: () => unknownAuthority,
  CERT_SIGNATURE_FAILURE: () => unknownAuthority,
  CERT_HAS_EXPIRED: () => 'x509: certificate has expired or is not yet valid',
  CERT_NOT_YET_VALID: () => 'x509: certificate has expired or is not yet valid',
  INVALID_PURPOSE: () => 'x509: certificate specifies an incompatible key usage',
  ERR_TLS_CERT_ALTNAME_INVALID: otherName,
};

function otherName({ host = '', cert }: NodeError): string {
  const names = (cert?.subjectaltname ?? '')
    .split(', ')
    .filter((entry) => entry !== '')
    .map((entry) => entry.replace(/^(DNS|IP Address):/, ''));
  const isAddress = /^[0-9.]+$/.test(host) || host.includes(':');
  if (names.length === 0 && isAddress) {
    return `x509: cannot validate certificate for ${host} because it doesn't contain any IP SANs`;
  }
  if (names.length === 0)
    return `x509: certificate is not valid for any names, but wanted to match ${host}`;
  return `x509: certificate is valid for ${names.join(', ')}, not ${host}`;
}

/** What went wrong with an outbound exchange, as Go's `net/http` client says it. */
export function goErrorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof DialError) return error.message;
  const { code = '' } = error as NodeError;
  const certificate = certificateErrors[code];
  if (certificate) return `tls: failed to verify certificate: ${certificate(error)}`;
  if (error.name === 'TimeoutError' || error.name === 'AbortError' || code === 'ABORT_ERR') {
    return 'context deadline exceeded';
  }
  if (code === 'ECONNRESET' || code === 'HPE_INVALID_EOF_STATE') return 'EOF';
  if (
    code === 'EPROTO' ||
    code === 'ERR_SSL_WRONG_VERSION_NUMBER' ||
    code.startsWith('ERR_SSL_PACKET')
  ) {
    return 'http: server gave HTTP response to HTTPS client';
  }
  if (code.startsWith('HPE_'))
    return `net/http: HTTP/1.x transport connection broken: ${error.message}`;
  return error.message;
}
