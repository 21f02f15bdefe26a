/**
 * A safetensors file as a page without scripts, in the colours of the theme. All that comes from the file is text.
 */
import type { Description, TensorFigures } from './describe.ts';

/** What the page says about the samples of a generator, or shows of them as a PNG. */
export type Samples = { readonly text: string } | { readonly png: Uint8Array };

export interface Words {
  readonly samples: string;
  readonly provenance: string;
  readonly tensors: string;
  /** Above the columns: name, shape, elements, norm, mean, largest. */
  readonly columns: readonly [string, string, string, string, string, string];
  /** Says how large the file is. */
  readonly size: string;
  /** Says that so many elements are not finite. */
  broken(count: number): string;
}

/** The page of a file; `samples` is absent where there is nothing to draw from. */
export function fileHtml(title: string, description: Description, samples: Samples | undefined, words: Words): string {
  const { metadata, tensors } = description;
  const facts = Object.entries(metadata);
  return page(
    title,
    [
      `<h1>${escaped(title)}</h1><p class="soft">${escaped(words.size)}</p>`,
      samples === undefined ? '' : `<h2>${escaped(words.samples)}</h2>${samplesHtml(samples, words.samples)}`,
      facts.length === 0 ? '' : `<h2>${escaped(words.provenance)}</h2><dl>${facts.map(factHtml).join('')}</dl>`,
      `<h2>${escaped(words.tensors)}</h2><div class="scroll"><table><thead><tr>`,
      ...words.columns.map((column) => `<th scope="col">${escaped(column)}</th>`),
      `</tr></thead><tbody>${tensors.map((tensor) => rowHtml(tensor, words)).join('')}</tbody></table></div>`,
    ].join('\n'),
  );
}

/** The page of a file that cannot be shown. */
export const problemHtml = (title: string, problem: string): string =>
  page(title, `<h1>${escaped(title)}</h1><p class="problem" role="alert">${escaped(problem)}</p>`);

function samplesHtml(samples: Samples, alt: string): string {
  if ('text' in samples) return `<p class="soft" role="status">${escaped(samples.text)}</p>`;
  const url = `data:image/png;base64,${Buffer.from(samples.png).toString('base64')}`;
  return `<img class="samples" src="${url}" alt="${escaped(alt)}" />`;
}

const factHtml = ([key, value]: [string, string]): string =>
  `<dt>${escaped(key)}</dt><dd>${escaped(indented(value))}</dd>`;

/** JSON within a text is easier to read on several lines. */
function indented(text: string): string {
  if (!text.startsWith('{')) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function rowHtml({ name, shape, elements, norm, mean, largest, broken }: TensorFigures, words: Words): string {
  const figures = [elements.toLocaleString('en'), ...[norm, mean, largest].map(short)];
  const warning = broken > 0 ? ` <span class="problem">${escaped(words.broken(broken))}</span>` : '';
  return (
    `<tr><th scope="row">${escaped(name)}${warning}</th><td>${shape.length === 0 ? '·' : shape.join(' × ')}</td>` +
    `${figures.map((text) => `<td class="number">${text}</td>`).join('')}</tr>`
  );
}

const short = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : '–');

const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)!.toString()};`);

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'" />
    <title>${escaped(title)}</title>
    <style>${style}</style>
  </head>
  <body><main>${body}</main></body>
</html>
`;

const style = `
body { color: var(--vscode-foreground); font: var(--vscode-font-size) / 1.5 var(--vscode-font-family); }
main { max-width: 62rem; margin: 0 auto; padding: 1rem 0.5rem 3rem; }
h1 { font-size: 1.4rem; font-weight: 600; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; font-weight: 600; margin: 1.8rem 0 0.6rem; }
p { margin: 0.3rem 0; }
.soft { color: var(--vscode-descriptionForeground); }
.problem { color: var(--vscode-errorForeground); }
.samples { display: block; max-width: min(100%, 28rem); border: 1px solid var(--vscode-panel-border, transparent); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1.5rem; margin: 0; }
dt { color: var(--vscode-descriptionForeground); }
dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; font-family: var(--vscode-editor-font-family); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; font-weight: normal; padding: 0.2rem 1.2rem 0.2rem 0; white-space: nowrap; }
thead th { color: var(--vscode-descriptionForeground); border-bottom: 1px solid var(--vscode-panel-border, currentColor); }
tbody tr:hover { background: var(--vscode-list-hoverBackground); }
tbody th { font-family: var(--vscode-editor-font-family); }
thead th:nth-child(n + 3), .number { text-align: right; }
`;
