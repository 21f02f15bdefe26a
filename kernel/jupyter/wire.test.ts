import { expect, test } from 'vitest';
import { address, read, write, type Connection, type Message } from './wire.ts';

const frames = (key: string, parent: Message, news = false) =>
  write(key, { parent, type: 'stream', content: { text: 'ä' }, news }).map((frame) => Buffer.from(frame));
const header = { msg_id: '1', msg_type: 'execute_request', session: 's', username: 'u', date: '', version: '5.3' };
const parent: Message = { identities: [Buffer.from('client')], header, content: {} };

test('an answer goes to who has asked, and is signed', () => {
  const message = read('key', frames('key', parent));
  expect(message).toMatchObject({ header: { msg_type: 'stream', session: 's' }, content: { text: 'ä' } });
  expect(message!.identities.map(String)).toEqual(['client']);
  expect(read('key', frames('key', parent, true))!.identities.map(String)).toEqual(['stream']);
});

test('what is signed by somebody else, or is no message, is nothing', () => {
  expect(read('key', frames('another', parent))).toBeUndefined();
  expect(read('key', frames('key', parent).slice(0, -1))).toBeUndefined();
  expect(read('key', [Buffer.from('noise')])).toBeUndefined();
  expect(read('', frames('', parent))).toBeDefined();
});

test('addresses are those of ZeroMQ', () => {
  const connection = { transport: 'tcp', ip: '127.0.0.1' } as Connection;
  expect(address(connection, 5)).toBe('tcp://127.0.0.1:5');
  expect(address({ ...connection, transport: 'ipc', ip: '/run/k' }, 5)).toBe('ipc:///run/k-5');
});
