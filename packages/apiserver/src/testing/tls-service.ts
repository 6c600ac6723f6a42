import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { KeyPair } from '../pki/cluster-pki.ts';
import { issueLeaf, newAuthority } from '../pki/x509.ts';

export interface TestRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface TestReply {
  status?: number;
  headers?: Record<string, string>;
  body: string;
}

/** An HTTPS server on loopback that ends with the test. */
export interface TlsService {
  port: number;
  ca: KeyPair;
  /** The authority, PEM in base64, as `caBundle` has it. */
  caBundle: string;
  requests: TestRequest[];
}

/** Starts one whose certificate is for `names`. */
export async function tlsService(
  reply: (request: TestRequest) => TestReply | Promise<TestReply>,
  names: string[] = ['127.0.0.1'],
): Promise<TlsService> {
  const now = new Date();
  const ca = await newAuthority('test-service', now, 1);
  const leaf = await issueLeaf(ca, {
    subject: { CN: 'service' },
    sans: names,
    usage: 'serverAuth',
    now,
    days: 1,
  });
  const requests: TestRequest[] = [];
  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = [];
    for await (const piece of message) pieces.push(piece as Buffer);
    const request = {
      method: message.method ?? '',
      url: message.url ?? '',
      headers: message.headers,
      body: Buffer.concat(pieces).toString('utf8'),
    };
    requests.push(request);
    const { status = 200, headers = {}, body } = await reply(request);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body);
  };
  const server = createTlsServer({ cert: leaf.certificate, key: leaf.key }, (message, response) => {
    serve(message, response).catch((error: Error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    ca,
    caBundle: Buffer.from(ca.certificate).toString('base64'),
    requests,
  };
}
