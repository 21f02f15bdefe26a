/**
 * Where the page finds itself, which says how it reaches its host and where it keeps what the reader chose.
 */
import type { PageTransport } from '../../../src/dashboard/protocol.ts';
import { storageKeeper, webviewKeeper } from '../keepers.ts';
import type { Keeper } from '../settings.ts';
import { postMessageTransport, type WebviewApi } from './post-message.ts';
import { findRecording, replayTransport } from './replay.ts';
import { webSocketTransport } from './web-socket.ts';

declare const acquireVsCodeApi: (() => WebviewApi) | undefined;

export interface Surroundings {
  /** Reaches the host, anew each time. */
  connect(): PageTransport;
  /** What holds for every page of this reader. */
  readonly settings: Keeper;
  /** What holds for this page alone, through a reload. */
  readonly memory: Keeper;
}

/** A webview, a recording or a server's page. */
export function surroundings(): Surroundings {
  if (typeof acquireVsCodeApi === 'function') {
    const api = acquireVsCodeApi();
    return {
      connect: () => postMessageTransport(api),
      settings: webviewKeeper(api, 'settings'),
      memory: webviewKeeper(api, 'memory'),
    };
  }
  const recording = findRecording();
  return {
    connect: () => (recording ? replayTransport(recording) : webSocketTransport()),
    settings: storageKeeper(() => localStorage, 'dmd-lab'),
    memory: storageKeeper(() => sessionStorage, 'dmd-lab'),
  };
}
