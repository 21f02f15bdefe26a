/**
 * The built page: its template, script and style, and what its security policy lets them do.
 */
import { readFile } from 'node:fs/promises';
import { failure } from '../errors.ts';
import { packagePath } from '../paths.ts';
import { reasonOf } from '../runs/files.ts';

export interface PageFiles {
  /** HTML with `{{head}}`, `{{style}}`, `{{script}}` and `{{nonce}}` in places. */
  readonly template: string;
  readonly script: Buffer;
  readonly style: Buffer;
}

/** Reads the page that `npm run build` has made. A failure when it is not there. */
export async function readPageFiles(directory = packagePath('dist', 'media')): Promise<PageFiles> {
  const read = (name: string): Promise<Buffer> =>
    readFile(`${directory}/${name}`).catch((error: unknown) => {
      throw failure(
        `The dashboard's page cannot be read from \`${directory}\`: ${reasonOf(error)}. Install dmd-lab again.`,
        error,
      );
    });
  const [template, script, style] = await Promise.all(['dashboard.html', 'dashboard.js', 'dashboard.css'].map(read));
  return { template: template!.toString(), script: script!, style: style! };
}

export interface Places {
  /** Markup for the page's head. */
  readonly head: string;
  /** Where style and script are, as URLs. */
  readonly style: string;
  readonly script: string;
  readonly nonce: string;
}

/** The page's HTML with everything in its place. */
export const fillTemplate = (template: string, places: Places): string =>
  template.replaceAll(/\{\{(head|style|script|nonce)\}\}/g, (_, name: keyof Places) => places[name]);

/** A policy of what the page may load and reach: pictures of its own, scripts with `nonce`, and what `more` names. */
export const contentPolicy = (nonce: string, more: Readonly<Record<string, string>>): string =>
  Object.entries({
    'default-src': "'none'",
    'script-src': `'nonce-${nonce}'`,
    // Plotly writes styles as it draws
    'style-src': "'unsafe-inline'",
    'img-src': 'data: blob:',
    'media-src': 'blob:',
    'base-uri': "'none'",
    'form-action': "'none'",
    ...more,
  })
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
