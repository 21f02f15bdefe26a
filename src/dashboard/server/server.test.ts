import { once } from 'node:events';
import { request as ask, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { decodeFrame, encodeFrame } from '../framing.ts';
import type { Envelope, HostTransport, PageMessage } from '../protocol.ts';
import { startServer, type DashboardServer } from './server.ts';

const page = {
  template: '<head>{{head}}{{style}}</head>{{script}}',
  script: Buffer.from('script'),
  style: Buffer.from('style'),
};

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(serve: (transport: HostTransport) => void = () => undefined, log?: (message: string) => void) {
  const server = await startServer({ port: 0, page, serve, log });
  cleanups.push(() => server.close());
  return server;
}

interface Answered {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function get(
  { port }: DashboardServer,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const asked = ask({ host: '127.0.0.1', port, path, headers, method }, (response) => {
      let body = '';
      response.on('data', (data: Buffer) => (body += data.toString()));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

const pathOf = (url: string): string => url.slice(url.indexOf('/?'));

/** The cookie that the token of a new link is exchanged for. */
async function enter(server: DashboardServer): Promise<string> {
  const { headers } = await get(server, pathOf(server.newUrl()));
  return headers['set-cookie']![0]!.split(';')[0]!;
}

describe('the door', () => {
  it('takes a token for a cookie once, and leads on to the page', async () => {
    const server = await start();
    const url = server.newUrl();
    expect(url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${server.port}/\\?token=[\\w-]{43}$`));
    const first = await get(server, pathOf(url));
    expect([first.status, first.headers.location]).toEqual([303, '/']);
    const [cookie] = first.headers['set-cookie']!;
    expect(cookie).toMatch(new RegExp(`^dmd-lab-${server.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`));
    const { status, body } = await get(server, '/', { cookie: cookie!.split(';')[0]! });
    expect([status, body]).toEqual([200, expect.stringContaining('<link rel="stylesheet" href="dashboard.css"')]);

    const again = await get(server, pathOf(url));
    expect([again.status, again.headers['set-cookie']]).toEqual([403, undefined]);
    expect(again.body).toContain('This link has been used');
    expect(again.body).toContain('start the command again');
    // whoever is in may follow the old link
    const back = await get(server, pathOf(url), { cookie: cookie!.split(';')[0]! });
    expect([back.status, back.headers.location]).toEqual([303, '/']);
  });

  it('is shut to wrong tokens and cookies, and to the token before the last', async () => {
    const server = await start();
    const old = server.newUrl();
    const url = server.newUrl();
    const cookie = await enter(server);
    const wrong = [
      pathOf(old),
      pathOf(url),
      '/?token=',
      '/?token=undefined',
      `/?token=${'x'.repeat(5000)}`,
      '/',
      '/dashboard.js',
      '/dashboard.css',
    ];
    for (const path of wrong) expect([path, (await get(server, path)).status]).toEqual([path, 403]);
    const cookies = [`${cookie}x`, 'dmd-lab=1', `dmd-lab-1=${cookie.split('=')[1]}`, 'dmd-lab', ''];
    for (const cookie of cookies) expect([cookie, (await get(server, '/', { cookie })).status]).toEqual([cookie, 403]);
  });

  it('does not lose the token to one that only asks for the head', async () => {
    const server = await start();
    const path = pathOf(server.newUrl());
    expect((await get(server, path, {}, 'HEAD')).status).toBe(403);
    expect((await get(server, path)).status).toBe(303);
  });

  it('answers under names of this machine alone', async () => {
    const server = await start();
    const cookie = await enter(server);
    for (const host of [`localhost:${server.port}`, '127.0.0.1:9', '[::1]:80', 'LOCALHOST'])
      expect([host, (await get(server, '/', { cookie, host })).status]).toEqual([host, 200]);
    for (const host of [
      'evil.example',
      `127.0.0.1.evil.example:${server.port}`,
      'localhost:1:2',
      '127.0.0.2',
      'localhost.',
    ])
      expect([host, (await get(server, '/', { cookie, host })).status]).toEqual([host, 403]);
  });

  it('leads on without a redirect where one would not carry the cookie', async () => {
    const server = await start();
    const { status, body, headers } = await get(server, pathOf(server.newUrl()), { 'sec-fetch-site': 'cross-site' });
    expect([status, headers['set-cookie']?.length]).toEqual([200, 1]);
    expect(body).toContain('http-equiv="refresh"');
  });

  it('gives what it has and nothing else, and is only asked', async () => {
    const server = await start();
    const cookie = await enter(server);
    expect((await get(server, '/dashboard.js', { cookie })).body).toBe('script');
    expect((await get(server, '/dashboard.css', { cookie })).headers['content-type']).toContain('text/css');
    const paths = [
      '/package.json',
      '/../package.json',
      '/%2e%2e/package.json',
      '/..%2f..%2fetc%2fpasswd',
      '//etc/passwd',
    ];
    for (const path of [...paths, '/dashboard.js/', '/__proto__'])
      expect([path, (await get(server, path, { cookie })).status]).toEqual([path, 404]);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect([method, (await get(server, '/', { cookie }, method)).status]).toEqual([method, 405]);
  });

  it('lets the page load its own scripts alone, with a nonce that is new each time', async () => {
    const server = await start();
    const cookie = await enter(server);
    const nonces = new Set<string>();
    for (let i = 0; i < 2; i++) {
      const { headers, body } = await get(server, '/', { cookie });
      const policy = headers['content-security-policy'] as string;
      const [, nonce] = /script-src 'nonce-([\w-]+)'(;|$)/.exec(policy)!;
      expect(policy).toMatch(/^default-src 'none'; /);
      expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline/);
      expect(body).toContain(`nonce="${nonce}"`);
      nonces.add(nonce!);
    }
    expect(nonces.size).toBe(2);
  });

  it('says which port it is when that is taken', async () => {
    const { port } = await start();
    const second = startServer({ port, page, serve: () => undefined });
    await expect(second).rejects.toThrow(`Port \`${port}\` is in use. Choose another with \`--port\``);
  });
});

describe('the socket', () => {
  async function open(server: DashboardServer, headers: Record<string, string> = {}, path = '/socket') {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
    cleanups.push(() => socket.terminate());
    const outcome = await new Promise<string>((resolve) => {
      socket.on('open', () => resolve('open'));
      socket.on('error', ({ message }) => resolve(message));
    });
    return { socket, outcome };
  }

  it('opens to the own page with a cookie alone', async () => {
    const server = await start();
    const cookie = await enter(server);
    const origin = `http://127.0.0.1:${server.port}`;
    expect((await open(server, { cookie, origin })).outcome).toBe('open');
    const refusals: [Record<string, string>, string?][] = [
      [{ origin }],
      [{ cookie }],
      [{ cookie, origin: 'http://evil.example' }],
      [{ cookie, origin: `http://localhost:${server.port}` }],
      [{ cookie, origin: 'null' }],
      [{ cookie, origin: 'http://evil.example', host: 'evil.example' }],
      [{ cookie: 'dmd-lab=x', origin }],
      [{ cookie, origin }, '/other'],
    ];
    for (const [headers, path] of refusals) {
      const { outcome } = await open(server, headers, path);
      expect([headers, path, outcome]).toEqual([headers, path, 'Unexpected server response: 403']);
    }
  });

  it('carries messages with buffers both ways, and says when the page is gone', async () => {
    const heard: Envelope<PageMessage>[] = [];
    const closed = vi.fn();
    const server = await start((transport) => {
      transport.onMessage((envelope) => {
        heard.push(envelope);
        transport.send({ type: 'problem', message: 'back' }, envelope.buffers);
      });
      transport.onClose(closed);
    });
    const { socket } = await open(server, { cookie: await enter(server), origin: `http://127.0.0.1:${server.port}` });
    const answer = once(socket, 'message');
    socket.send(encodeFrame({ message: { type: 'hello', v: 1 }, buffers: [Float32Array.of(1, 2).buffer] }));
    const { message, buffers } = decodeFrame((await answer)[0] as Buffer);
    expect(message).toEqual({ type: 'problem', message: 'back' });
    expect([...new Float32Array(buffers[0]!)]).toEqual([1, 2]);
    expect(heard.map(({ message }) => message)).toEqual([{ type: 'hello', v: 1 }]);
    socket.close();
    await vi.waitFor(() => expect(closed).toHaveBeenCalledTimes(1));
  });

  it.each([
    ['text', 'hello', 1003],
    ['no frame', Buffer.of(9, 9, 9, 9), 1003],
    ['too much', Buffer.alloc(2 ** 20 + 1), 1009],
  ])('hangs up on one that sends %s, and on nobody else', async (_, data, code) => {
    const listener = vi.fn();
    const server = await start((transport) => transport.onMessage(listener));
    const headers = { cookie: await enter(server), origin: `http://127.0.0.1:${server.port}` };
    const [bad, good] = [await open(server, headers), await open(server, headers)];
    const closed = once(bad.socket, 'close');
    bad.socket.send(data);
    expect((await closed)[0]).toBe(code);
    good.socket.send(encodeFrame({ message: { type: 'hello', v: 1 }, buffers: [] }));
    await vi.waitFor(() => expect(listener).toHaveBeenCalledTimes(1));
  });

  it('outlives what is no HTTP', async () => {
    const server = await start();
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.resume();
    socket.write('\u0000\u0001 nonsense\r\n\r\n');
    await once(socket, 'close');
    expect((await get(server, '/')).status).toBe(403);
  });
});
