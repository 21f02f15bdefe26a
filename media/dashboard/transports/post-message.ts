/**
 * The page's end of a webview's `postMessage`, which carries buffers as they are.
 */
import type { Envelope, HostMessage, PageMessage, PageTransport } from '../../../src/dashboard/protocol.ts';

/** What VS Code gives a webview, once. */
export interface WebviewApi {
  postMessage(envelope: Envelope<PageMessage>): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** Speaks to the extension; that ends only with the page. */
export const postMessageTransport = (api: WebviewApi): PageTransport => ({
  send: (message, buffers = []) => api.postMessage({ message, buffers }),
  onMessage: (listener) =>
    addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (isEnvelope(data)) listener(data);
    }),
  onClose: () => undefined,
  close: () => undefined,
});

/** Browser extensions and developer tools post messages too. */
const isEnvelope = (data: unknown): data is Envelope<HostMessage> =>
  typeof data === 'object' && data !== null && 'message' in data && 'buffers' in data && Array.isArray(data.buffers);
