/**
 * Who keeps what the reader chose: the browser's storage, or the webview's state.
 */
import type { Keeper } from './settings.ts';
import type { WebviewApi } from './transports/post-message.ts';

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

/** Keeps under `key` of a storage. A file on disk may have none, and a full or forbidden one is no reason to fail. */
export function storageKeeper(storage: () => Storage, key: string): Keeper {
  return {
    read() {
      try {
        return record(JSON.parse(storage().getItem(key) ?? '{}'));
      } catch {
        return {};
      }
    },
    write(settings) {
      try {
        storage().setItem(key, JSON.stringify(settings));
      } catch {
        // what cannot be kept holds until the page goes
      }
    },
  };
}

/** Keeps a part of the state of a webview. */
export const webviewKeeper = (api: WebviewApi, part: string): Keeper => ({
  read: () => record(record(api.getState())[part]),
  write: (settings) => api.setState({ ...record(api.getState()), [part]: settings }),
});
