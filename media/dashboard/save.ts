/**
 * Keeping what the page has made: VS Code asks where to, a browser downloads.
 */
import type { App } from './app.ts';

/** Keeps `bytes` as a file that is called `name`, of MIME type `mime`. Rejects with the host's reason. */
export async function saveFile(
  { host, hostKind }: Pick<App, 'host' | 'hostKind'>,
  name: string,
  mime: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  if (hostKind === 'vscode') {
    await host.ask('save', { name, mime }, [bytes.slice().buffer]);
    return;
  }
  const url = URL.createObjectURL(new Blob([bytes], { type: mime }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // the download has begun by then, however slow its start
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** A name that every file system takes: letters, digits and dashes. */
export const fileName = (...parts: readonly string[]): string =>
  parts
    .join('-')
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N}.]+/gu, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 100);
