import https from 'node:https';

const timeoutMs = 30_000;
/** Documents of issuers are a few KiB. */
const largest = 1024 * 1024;

/** A document of an issuer, as text. @param ca PEM of the issuer's own authority; default those of the system */
export function fetchDocument(url: string, ca: string | undefined): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = https.get(
      url,
      { agent: false, timeout: timeoutMs, ...(ca ? { ca } : {}) },
      (response) => {
        const pieces: Buffer[] = [];
        let size = 0;
        response.on('data', (piece: Buffer) => {
          size += piece.length;
          if (size > largest) request.destroy(new Error(`${url} sends more than ${largest} bytes`));
          else pieces.push(piece);
        });
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status = 500 } = response;
          resolve(new Response(Buffer.concat(pieces), { status }));
        });
      },
    );
    request.on('timeout', () => request.destroy(new Error(`${url} does not answer`)));
    request.on('error', reject);
  });
}
