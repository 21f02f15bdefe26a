import { expect, test } from 'vitest';
import type { HostTransport } from '../../src/dashboard/protocol.ts';
import { servePages } from './transport.ts';

/** The extension's end of a webview, as VS Code makes it. */
function webview() {
  const listeners = new Set<(data: unknown) => void>();
  const posted: unknown[] = [];
  return {
    posted,
    say: (data: unknown) => listeners.forEach((listener) => listener(data)),
    channel: {
      postMessage: (message: unknown) => Promise.resolve(posted.push(structuredClone(message)) > 0),
      onDidReceiveMessage: (listener: (data: never) => unknown) => {
        listeners.add(listener as (data: unknown) => void);
        return { dispose: () => listeners.delete(listener as (data: unknown) => void) };
      },
    },
  };
}

const hello = { message: { type: 'hello', v: 1 }, buffers: [] };

test('each page that says hello is served anew, and the one before is gone', async () => {
  const { channel, say, posted } = webview();
  const served: HostTransport[] = [];
  const heard: string[] = [];
  const pages = servePages(
    channel,
    (transport) => {
      const n = served.push(transport);
      transport.onMessage(({ message }) => heard.push(`${n} ${message.type}`));
      transport.onClose(() => heard.push(`${n} gone`));
    },
    () => undefined,
  );
  say(hello);
  say({ message: { type: 'runs', id: 1 }, buffers: [new ArrayBuffer(4)] });
  say(hello);
  served[0]!.send({ type: 'runs', runs: [] });
  served[1]!.send({ type: 'problem', message: 'x' }, [Float32Array.of(1.5).buffer]);
  await served[1]!.drained!();
  pages.leave();
  say({ message: { type: 'runs', id: 2 }, buffers: [] });
  expect(heard).toEqual(['1 hello', '1 runs', '1 gone', '2 hello', '2 gone']);
  expect(posted).toEqual([{ message: { type: 'problem', message: 'x' }, buffers: [Float32Array.of(1.5).buffer] }]);
});

test('what is no envelope is dropped', () => {
  const { channel, say } = webview();
  let served = 0;
  const pages = servePages(
    channel,
    () => served++,
    () => undefined,
  );
  for (const data of [
    null,
    3,
    'hello',
    {},
    { message: null, buffers: [] },
    { ...hello, buffers: [1] },
    { ...hello, buffers: {} },
  ])
    say(data);
  expect(served).toBe(0);
  say(hello);
  expect(served).toBe(1);
  pages.dispose();
  say(hello);
  expect(served).toBe(1);
});
