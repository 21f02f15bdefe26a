/**
 * Jupyter's messages as they go over ZeroMQ: who it is from and for, a signature, and four JSON texts.
 */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

/** What Jupyter writes for a kernel: where it is to listen, and the key that messages are signed with. */
export interface Connection {
  readonly transport: string;
  readonly ip: string;
  readonly key: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
}

export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

export interface Message {
  readonly identities: readonly Buffer[];
  readonly header: Header;
  readonly content: Readonly<Record<string, unknown>>;
}

const DELIMITER = Buffer.from('<IDS|MSG>');

export const address = ({ transport, ip }: Connection, port: number): string =>
  `${transport}://${ip}${transport === 'ipc' ? '-' : ':'}${port}`;

/** Reads a message; nothing when it is not Jupyter's, or signed by somebody else. */
export function read(key: string, frames: readonly Buffer[]): Message | undefined {
  const at = frames.findIndex((frame) => frame.equals(DELIMITER));
  const [signature, ...texts] = frames.slice(at + 1);
  if (at < 0 || signature === undefined || texts.length < 4) return undefined;
  const [given, right] = [signature.toString(), sign(key, texts)].map((text) => Buffer.from(text));
  if (key !== '' && (given!.length !== right!.length || !timingSafeEqual(given!, right!))) return undefined;
  try {
    const [header, , , content] = texts.map((text) => JSON.parse(text.toString()) as unknown);
    return { identities: frames.slice(0, at), header: header as Header, content: content as Message['content'] };
  } catch {
    return undefined;
  }
}

/** The frames of a message that comes of `parent`: of its answer, with its identities, or of news to all. */
export function write(
  key: string,
  { parent, type, content, news }: { parent: Message; type: string; content: object; news?: boolean },
): (string | Buffer)[] {
  const { session, username } = parent.header;
  const date = new Date().toISOString();
  const header: Header = { msg_id: randomUUID(), msg_type: type, session, username, date, version: '5.3' };
  const texts = [header, parent.header, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
  return [...(news ? [type] : parent.identities), DELIMITER, sign(key, texts), ...texts];
}

function sign(key: string, texts: readonly Buffer[]): string {
  if (key === '') return '';
  const hmac = createHmac('sha256', key);
  for (const text of texts) hmac.update(text);
  return hmac.digest('hex');
}
