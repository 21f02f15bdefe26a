/**
 * The dashboard in a browser: its page over HTTP and its messages over a WebSocket, on this machine alone.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { usageError } from '../../errors.ts';
import { contentPolicy, fillTemplate, loaded, type PageFiles } from '../page-files.ts';
import type { HostTransport } from '../protocol.ts';
import { Access, isAskedByName, isAskedByOwnPage } from './access.ts';
import { refusal, movedOn } from './server-pages.ts';
import { socketTransport } from './socket-transport.ts';

const LOOPBACK = '127.0.0.1';
/** Bytes of a page's message: notes and drawings are the longest. */
const LONGEST_MESSAGE = 2 ** 20;
/** Pages at once; more are hung up on. */
const MOST_PAGES = 64;

export interface ServerOptions {
  /** 0: any that is free. */
  readonly port: number;
  readonly page: PageFiles;
  /** Serves a page that has connected. */
  readonly serve: (transport: HostTransport) => void;
  /** Told of bytes that are no frames, once for each page. */
  readonly log?: (message: string) => void;
}

export interface DashboardServer {
  readonly port: number;
  /** An address that lets a browser in, once. The one that was given out before lets nobody in any more. */
  newUrl(): string;
  /** Hangs up on all pages and stops listening. */
  close(): Promise<void>;
}

/** Listens on this machine. A usage error when the port is taken or may not be used. */
export async function startServer({ port, page, serve, log }: ServerOptions): Promise<DashboardServer> {
  const access = new Access();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LONGEST_MESSAGE, perMessageDeflate: false });
  const server = createServer((request, response) => answer(request, response, { access, page, cookie: cookieName() }));
  const cookieName = (): string => `dmd-lab-${(server.address() as AddressInfo | null)?.port ?? port}`;
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const { pathname } = urlOf(request);
    const isWelcome = isAskedByName(request) && isAskedByOwnPage(request) && access.knows(request, cookieName());
    if (!isWelcome || pathname !== '/socket' || sockets.clients.size >= MOST_PAGES) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (accepted) =>
      serve(socketTransport(accepted, (message) => log?.(`A page sent what is no message: ${message}.`))),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(port, error)));
    server.listen(port, LOOPBACK, resolve);
  });
  // a connection that cannot be accepted, for want of file handles say, is no reason to end
  server.on('error', () => undefined);
  const actual = (server.address() as AddressInfo).port;
  return {
    port: actual,
    newUrl: () => `http://${LOOPBACK}:${actual}/?token=${access.newToken()}`,
    close: () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

interface Serving {
  readonly access: Access;
  readonly page: PageFiles;
  /** What our cookie is called: those of a machine are shared by all its ports. */
  readonly cookie: string;
}

function answer(request: IncomingMessage, response: ServerResponse, { access, page, cookie }: Serving): void {
  const { pathname, searchParams } = urlOf(request);
  const send = (status: number, type: string, body: string | Buffer, headers: Record<string, string> = {}): void => {
    response.writeHead(status, {
      'Content-Type': type,
      'Cache-Control': 'no-store',
      'Content-Security-Policy': contentPolicy('', { 'script-src': "'none'", 'frame-ancestors': "'none'" }),
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  const html = 'text/html; charset=utf-8';
  if (!isAskedByName(request)) return send(403, html, refusal('name'));
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return send(405, html, refusal('method'), { Allow: 'GET' });

  const token = searchParams.get('token');
  const isKnown = access.knows(request, cookie);
  if (pathname === '/' && token !== null) {
    // a link that is followed again where it was followed before
    if (isKnown) return send(303, html, '', { Location: '/' });
    // whoever asks for the head alone is no person who follows a link
    const session = request.method === 'GET' ? access.exchange(token) : undefined;
    if (session === undefined) return send(403, html, refusal('token'));
    const headers = { 'Set-Cookie': `${cookie}=${session}; Path=/; HttpOnly; SameSite=Strict` };
    // from another site's page, a redirect would not carry the cookie
    if (request.headers['sec-fetch-site'] === 'cross-site') return send(200, html, movedOn, headers);
    return send(303, html, '', { ...headers, Location: '/' });
  }
  if (!isKnown) return send(403, html, refusal('token'));
  switch (pathname) {
    case '/': {
      const nonce = randomBytes(16).toString('base64url');
      const policy = contentPolicy(nonce, {
        'style-src': "'self' 'unsafe-inline'",
        'connect-src': `'self' ws://${request.headers.host}`,
        'frame-ancestors': "'none'",
      });
      const places = { head: '', ...loaded('dashboard.css', 'dashboard.js', nonce) };
      return send(200, html, fillTemplate(page.template, places), { 'Content-Security-Policy': policy });
    }
    case '/dashboard.js':
      return send(200, 'text/javascript; charset=utf-8', page.script);
    case '/dashboard.css':
      return send(200, 'text/css; charset=utf-8', page.style);
    default:
      return send(404, html, refusal('path'));
  }
}

/** What was asked for; `/` where that cannot be understood. */
function urlOf({ url = '/' }: IncomingMessage): URL {
  const base = `http://${LOOPBACK}`;
  return URL.canParse(url, base) ? new URL(url, base) : new URL(base);
}

function portError(port: number, error: NodeJS.ErrnoException): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return usageError(
        `Port \`${port}\` is in use. Choose another with \`--port\`, or none for any that is free.`,
        error,
      );
    case 'EACCES':
      return usageError(`Port \`${port}\` may not be used. Choose one from 1024 with \`--port\`.`, error);
    default:
      return error;
  }
}
