/**
 * The editor of `*.safetensors` files, which only shows them.
 */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { size } from '../../src/cli/table.ts';
import { messageOf } from '../../src/errors.ts';
import type { Lab } from '../lab.ts';
import type { Description } from './describe.ts';
import { drawSamples } from './draw-samples.ts';
import { fileHtml, problemHtml, type Samples, type Words } from './html.ts';

/** Bytes; a larger file would hold up the other extensions. */
const MOST_BYTES = 256e6;

export const register = (lab: Lab): vscode.Disposable =>
  vscode.window.registerCustomEditorProvider('dmd.safetensors', {
    openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
    resolveCustomEditor: async ({ uri }, { webview, onDidDispose }) => {
      webview.options = { enableScripts: false, localResourceRoots: [] };
      let showing = new AbortController();
      const show = async () => {
        showing.abort();
        showing = new AbortController();
        await showFile(lab, uri.fsPath, showing.signal, (html) => (webview.html = html));
      };
      const pattern = new vscode.RelativePattern(vscode.Uri.file(dirname(uri.fsPath)), basename(uri.fsPath));
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      const listening = [
        watcher,
        ...[watcher.onDidChange, watcher.onDidCreate].map((event) => event(() => void show())),
        vscode.workspace.onDidGrantWorkspaceTrust(() => void show()),
      ];
      onDidDispose(() => {
        showing.abort();
        for (const one of listening) one.dispose();
      });
      await show();
    },
  });

/** Puts the file's page in place, at first without samples. */
async function showFile(lab: Lab, path: string, signal: AbortSignal, put: (html: string) => void): Promise<void> {
  const title = basename(path);
  let description: Description;
  try {
    const { size: bytes } = await stat(path);
    if (bytes > MOST_BYTES)
      return put(problemHtml(title, vscode.l10n.t('This file has {0}: too much to look at here.', size(bytes))));
    const { describe } = await import('./describe.ts');
    description = describe(await readFile(path), title);
  } catch (error) {
    lab.log.warn(messageOf(error));
    return put(problemHtml(title, messageOf(error)));
  }
  const show = (samples?: Samples) => put(fileHtml(title, description, samples, wordsFor(description)));
  if (signal.aborted) return;
  if (!description.isGenerator) return show();
  if (!lab.trusted()) return show({ text: vscode.l10n.t('Nothing is drawn in a workspace that is not trusted.') });
  show({ text: vscode.l10n.t('Drawing samples…') });
  try {
    const png = await drawSamples(lab, path, signal);
    if (!signal.aborted) show({ png });
  } catch (error) {
    if (!signal.aborted) show({ text: vscode.l10n.t('No samples: {0}', messageOf(error)) });
  }
}

function wordsFor({ bytes, elements, tensors }: Description): Words {
  return {
    samples: vscode.l10n.t('One-step samples'),
    provenance: vscode.l10n.t('What the file says of itself'),
    tensors: vscode.l10n.t('Tensors'),
    columns: [
      vscode.l10n.t('name'),
      vscode.l10n.t('shape'),
      vscode.l10n.t('elements'),
      vscode.l10n.t('L2 norm'),
      vscode.l10n.t('mean'),
      vscode.l10n.t('largest |x|'),
    ],
    size: vscode.l10n.t('{0}, {1} tensors, {2} numbers', size(bytes), tensors.length, elements.toLocaleString('en')),
    broken: (count) => vscode.l10n.t('{0} not finite', count),
  };
}
