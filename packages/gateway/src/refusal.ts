/** Why a connection was not served, as the label `reason` of `dormice_gateway_refused_total`. */
export const refusals = {
  'too-many': { answer: 'none', text: 'too many connections wait for their first bytes' },
  empty: { answer: 'none', text: 'closed before the hello was complete' },
  'slow-hello': { answer: 'none', text: 'the hello took too long' },
  'not-tls': { answer: 'none', text: 'neither TLS nor HTTP' },
  'plain-http': { answer: 'http', text: 'HTTP where HTTPS is expected' },
  malformed: { answer: 'decode_error', text: 'the hello breaks the protocol' },
  'too-large': { answer: 'decode_error', text: 'the hello is too large' },
  'bad-proxy-header': { answer: 'none', text: 'the PROXY header breaks the protocol' },
  'no-name': { answer: 'unrecognized_name', text: 'no server name' },
  'unknown-name': { answer: 'unrecognized_name', text: 'no virtual cluster has this name' },
  stopped: { answer: 'access_denied', text: 'the virtual cluster is stopped: start it first' },
  'wake-limit': { answer: 'internal_error', text: 'woken too often' },
  'held-limit': { answer: 'internal_error', text: 'too many connections wait for the wake' },
  'left-waiting': { answer: 'none', text: 'the client left before the wake was done' },
  'wake-failed': { answer: 'internal_error', text: 'the wake failed' },
  'wake-timeout': { answer: 'internal_error', text: 'the wake took too long' },
  closing: { answer: 'internal_error', text: 'the gateway shuts down' },
} as const satisfies Record<string, { answer: Answer; text: string }>;

export type Refusal = keyof typeof refusals;

type Answer = 'none' | 'http' | keyof typeof alerts;

/** TLS alert descriptions (RFC 8446 section 6.2). */
const alerts = {
  access_denied: 49,
  decode_error: 50,
  internal_error: 80,
  unrecognized_name: 112,
} as const;

const httpText = 'This port expects HTTPS: use https:// in the address of the server.\n';
const httpAnswer = `HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${httpText.length}\r\nConnection: close\r\n\r\n${httpText}`;

/** The last bytes that a refused client gets; `undefined`: none. */
export function refusalBytes(refusal: Refusal): Buffer | undefined {
  const { answer } = refusals[refusal];
  if (answer === 'none') return undefined;
  if (answer === 'http') return Buffer.from(httpAnswer);
  // A record of type alert, version TLS 1.2, with one fatal alert.
  return Buffer.from([21, 3, 3, 0, 2, 2, alerts[answer]]);
}
