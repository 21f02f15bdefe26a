/**
 * The host's end of a webview's `postMessage`. VS Code takes a page away when it is hidden and loads it anew when it is
 * shown again: each page says `hello`, and gets a transport of its own.
 */
import type * as vscode from 'vscode';
import type { Envelope, HostTransport, PageMessage } from '../../src/dashboard/protocol.ts';

type Channel = Pick<vscode.Webview, 'postMessage' | 'onDidReceiveMessage'>;

export interface Pages {
  /** The page is gone. */
  leave(): void;
  /** So it is for good. */
  dispose(): void;
}

/** Calls `serve` with a transport for each page in the webview; `told` sees what the page says. */
export function servePages(
  webview: Channel,
  serve: (transport: HostTransport) => void,
  told: (message: PageMessage) => void,
): Pages {
  let page: Page | undefined;
  const leave = () => {
    page?.close();
    page = undefined;
  };
  const listening = webview.onDidReceiveMessage((data: unknown) => {
    if (!isEnvelope(data)) return;
    if (data.message.type === 'hello') {
      leave();
      page = new Page(webview);
      serve(page);
    }
    told(data.message);
    page?.take(data);
  });
  const dispose = () => {
    listening.dispose();
    leave();
  };
  return { leave, dispose };
}

class Page implements HostTransport {
  private readonly listeners: ((envelope: Envelope<PageMessage>) => void)[] = [];
  private readonly enders: ((reason: string) => void)[] = [];
  private sent: PromiseLike<unknown> = Promise.resolve();
  private isClosed = false;

  constructor(private readonly webview: Channel) {}

  take(envelope: Envelope<PageMessage>): void {
    for (const listener of this.listeners) listener(envelope);
  }

  send(message: object, buffers: readonly ArrayBuffer[] = []): void {
    if (!this.isClosed) this.sent = this.webview.postMessage({ message, buffers });
  }

  onMessage(listener: (envelope: Envelope<PageMessage>) => void): void {
    this.listeners.push(listener);
  }

  onClose(listener: (reason: string) => void): void {
    this.enders.push(listener);
  }

  async drained(): Promise<void> {
    await this.sent;
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const end of this.enders) end('The page is gone.');
  }
}

/** What a page may send is checked by the host; here only that it is an envelope at all. */
function isEnvelope(data: unknown): data is Envelope<PageMessage> {
  if (typeof data !== 'object' || data === null || !('message' in data) || !('buffers' in data)) return false;
  const { message, buffers } = data;
  return (
    typeof message === 'object' &&
    message !== null &&
    Array.isArray(buffers) &&
    buffers.every((buffer) => buffer instanceof ArrayBuffer)
  );
}
