import { describe, expect, it } from 'vitest';
import { type TestServer, testServer } from '../testing/test-server.ts';

async function text({ raw }: TestServer, path: string) {
  const { status, headers, body } = await raw('GET', path);
  return { status, headers, lines: new TextDecoder().decode(body as Uint8Array).split('\n') };
}

/** Answers of kube-apiserver 1.35; it has more hooks. */
describe('health paths', () => {
  it.each(['healthz', 'livez', 'readyz'])('%s says ok, and each check when asked', async (root) => {
    const server = await testServer();
    const short = await text(server, `/${root}`);
    expect([short.status, short.lines]).toEqual([200, ['ok']]);
    expect(short.headers['x-content-type-options']).toBe('nosniff');
    const { lines } = await text(server, `/${root}?verbose`);
    expect(lines.slice(0, 3)).toEqual(['[+]ping ok', '[+]log ok', '[+]etcd ok']);
    expect(lines).toContain('[+]poststarthook/rbac/bootstrap-roles ok');
    expect(lines.slice(-2)).toEqual([`${root} check passed`, '']);
  });

  it.each([
    '/healthz/etcd',
    '/livez/ping',
    '/livez/ping?verbose',
    '/readyz/shutdown',
    '/readyz/informer-sync',
    '/healthz/poststarthook/rbac/bootstrap-roles',
  ])('%s is one check', async (path) => {
    const { status, lines, headers } = await text(await testServer(), path);
    expect([status, lines]).toEqual([200, ['ok']]);
    expect(headers['x-content-type-options']).toBeUndefined();
  });

  it.each(['/livez/nope', '/livez/shutdown', '/healthz/', '/livez/etcd/', '/livez/toString'])(
    '%s is none',
    async (path) => {
      const { status, lines } = await text(await testServer(), path);
      expect([status, lines[0]]).toEqual([404, '404 page not found']);
    },
  );

  it('checks may be left out; unknown ones are named', async () => {
    const server = await testServer();
    const { lines } = await text(server, '/readyz?verbose&exclude=etcd&exclude=b&exclude=a');
    expect(lines).toContain('[+]etcd excluded: ok');
    expect(lines.at(-3)).toBe(
      'warn: some health checks cannot be excluded: no matches for "a","b"',
    );
    expect((await text(server, '/readyz?exclude=nope')).lines).toEqual(['ok']);
  });
});
