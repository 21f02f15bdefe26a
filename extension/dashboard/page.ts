/**
 * The dashboard's page as a webview shows it: it may load its own script and style, and reach nothing but the extension.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { contentPolicy, fillTemplate, loaded, type PageFiles } from '../../src/dashboard/page-files.ts';
import { packagePath } from '../../src/paths.ts';

const folder = (): string => packagePath('dist', 'media');

/** What a webview of the dashboard may do. */
export const webviewOptions = (): vscode.WebviewOptions => ({
  enableScripts: true,
  localResourceRoots: [vscode.Uri.file(folder())],
});

/** A new page each time, since a policy's nonce is good once. */
export function dashboardHtml(webview: vscode.Webview, { template }: PageFiles): string {
  const nonce = randomBytes(16).toString('base64url');
  const policy = contentPolicy(nonce, { 'style-src': `${webview.cspSource} 'unsafe-inline'` });
  const url = (name: string): string => webview.asWebviewUri(vscode.Uri.file(join(folder(), name))).toString();
  return fillTemplate(template, {
    head: `<meta http-equiv="Content-Security-Policy" content="${policy}" />`,
    ...loaded(url('dashboard.css'), url('dashboard.js'), nonce),
  });
}
