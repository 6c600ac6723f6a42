import { createApiServer, createClusterPki, serviceIpAllocator } from '@dormice/apiserver';
import { MemoryStore } from '@dormice/storage';
import type { Answer, Side, Step } from '../script.ts';
import { parseAnswer, requestOf } from './body.ts';

/** Milliseconds until an answer that does not end (a watch without a timeout) is cut. */
const longestAnswer = 10_000;

const admin = {
  username: 'admin',
  groups: ['system:masters', 'system:authenticated'],
  extra: { 'authentication.kubernetes.io/credential-id': ['X509SHA256=00'] },
};

/** Our API server in this process, over a memory store, asked by the same administrator. */
export async function startOurSide(): Promise<Side> {
  const pki = await createClusterPki({
    name: 'twin',
    uid: 'twin',
    sans: [],
    now: () => new Date(),
  });
  const server = createApiServer({
    store: new MemoryStore(),
    pki,
    admission: [serviceIpAllocator({ cidr: '10.97.0.0/16' })],
  });
  await server.bootstrap();
  return {
    name: 'ours',
    async send(step: Step): Promise<Answer> {
      const { body, headers } = requestOf(step);
      const { pathname, searchParams } = new URL(step.path, 'http://twin');
      const answer = await server.request({
        method: step.method,
        path: pathname,
        query: searchParams,
        headers,
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(longestAnswer),
        user: admin,
      });
      const text = await textOf(answer.body);
      return {
        status: answer.status,
        headers: Object.fromEntries(
          Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
        ),
        body: parseAnswer(step, text),
      };
    },
    close: () => server.close(),
  };
}

async function textOf(body: Uint8Array | AsyncIterable<Uint8Array>): Promise<string> {
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
