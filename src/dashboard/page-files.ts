/**
 * The built page: its template, script and style, and what its security policy lets them do.
 */
import { readFile } from 'node:fs/promises';
import { failure } from '../errors.ts';
import { packagePath } from '../paths.ts';
import { reasonOf } from '../runs/files/replace-file.ts';

export interface PageFiles {
  /** HTML with `{{head}}`, `{{style}}` and `{{script}}` in places. */
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
  /** The elements of the style and of the script. */
  readonly style: string;
  readonly script: string;
}

/** The elements of a style and a script that are loaded from where they are. */
export const loaded = (style: string, script: string, nonce: string): Pick<Places, 'style' | 'script'> => ({
  style: `<link rel="stylesheet" href="${style}" nonce="${nonce}" />`,
  script: `<script type="module" src="${script}" nonce="${nonce}"></script>`,
});

/** The elements that hold them, for a page that loads nothing: it works where a page is shown within another as well. */
export const within = ({ style, script }: PageFiles, nonce: string): Pick<Places, 'style' | 'script'> => ({
  style: `<style nonce="${nonce}">${style.toString().replaceAll('</', String.raw`<\/`)}</style>`,
  // in a text of the program, where alone they can stand, these say the same
  script: `<script type="module" nonce="${nonce}">${script.toString().replaceAll(/<(?=\/script|!--)/gi, String.raw`\x3c`)}</script>`,
});

/** The page's HTML with everything in its place. */
export const fillTemplate = (template: string, places: Places): string =>
  template.replaceAll(/\{\{(head|style|script)\}\}/g, (_, name: keyof Places) => places[name]);

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
