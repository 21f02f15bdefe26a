/**
 * Who may see the dashboard in a browser: whoever shows a token that is good once, for which a cookie is given; and only
 * under a name of this machine, asked from the dashboard's own page.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const names = new Set(['127.0.0.1', 'localhost', '[::1]']);

export class Access {
  private token: string | undefined;
  /** Digests, so that comparing tells nothing of what is compared. */
  private readonly sessions = new Set<string>();

  /** A token in the place of the last one, used or not. */
  newToken(): string {
    this.token = randomBytes(32).toString('base64url');
    return this.token;
  }

  /** The value of a cookie for whoever shows the token, once; undefined when it is not the one, or was used. */
  exchange(token: string): string | undefined {
    if (this.token === undefined || !isSame(token, this.token)) return undefined;
    this.token = undefined;
    const session = randomBytes(32).toString('base64url');
    this.sessions.add(digest(session).toString('hex'));
    return session;
  }

  /** Whether the request shows a cookie of ours, called `name`. */
  knows(request: IncomingMessage, name: string): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    return cookies.some((cookie) => {
      const at = cookie.indexOf('=');
      return cookie.slice(0, at) === name && this.sessions.has(digest(cookie.slice(at + 1)).toString('hex'));
    });
  }
}

/**
 * Whether the request names this machine as its host, by whatever port it came: one that names another, which an attacker
 * has made to lead here, must get nothing.
 */
export function isAskedByName({ headers: { host } }: IncomingMessage): boolean {
  const [, name] = /^(.+?)(?::\d{1,5})?$/.exec(host ?? '') ?? [];
  return name !== undefined && names.has(name.toLowerCase());
}

/** Whether a page of the very server that is asked asks. */
export const isAskedByOwnPage = ({ headers: { host, origin } }: IncomingMessage): boolean =>
  origin !== undefined && origin.toLowerCase() === `http://${host?.toLowerCase()}`;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
