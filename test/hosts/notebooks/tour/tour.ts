/**
 * The notebooks of the tour for their tests: as they are saved, or run from clean with the solutions of their exercises behind
 * them, and what their outputs say.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { executeNotebook, textOf, type NotebookCell, type NotebookOutput } from '../execute.ts';

export interface TourCell extends NotebookCell {
  readonly id: string;
  readonly metadata: object;
  readonly execution_count?: number | null;
}

export interface Tour {
  readonly cells: readonly TourCell[];
  readonly metadata: { readonly kernelspec: object };
}

const FOLDER = 'notebooks';

/** The names of all notebooks of the tour. */
export const tourNames = (): string[] => readdirSync(FOLDER).filter((name) => name.endsWith('.ipynb'));

/** The text of a notebook of the tour as it is saved. */
export const savedText = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

/** A notebook of the tour as it is saved. */
export const saved = (name: string): Tour => JSON.parse(savedText(name)) as Tour;

/** Runs a notebook of the tour from clean in a folder of its own; the solutions of its exercises are cells `solution-1`, … . */
export async function run(name: string): Promise<Tour> {
  const folder = mkdtempSync(join(tmpdir(), 'dmd-tour-'));
  try {
    // what cells import besides this package is found there
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'), 'junction');
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(withSolutions(saved(name))));
    return (await executeNotebook(path, { secondsPerCell: 840 })) as Tour;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function withSolutions(tour: Tour): Tour {
  const prose = tour.cells.filter(({ cell_type: type }) => type === 'markdown').map(({ source }) => textOf(source));
  const code = [...prose.join('\n').matchAll(/<details>.*?```ts\n(.*?)```/gs)].map(([, code]) => code!);
  const solutions = code.map((source, i): TourCell & { execution_count: null } => ({
    cell_type: 'code',
    id: `solution-${i + 1}`,
    metadata: {},
    execution_count: null,
    outputs: [],
    source,
  }));
  return { ...tour, cells: [...tour.cells, ...solutions] };
}

/** The cell `id`. */
export function cellOf({ cells }: Tour, id: string): TourCell {
  const cell = cells.find((one) => one.id === id);
  if (!cell) throw new Error(`There is no cell \`${id}\``);
  return cell;
}

/** What the cell `id` printed or ended in, as text. */
export const saidBy = (tour: Tour, id: string): string =>
  (cellOf(tour, id).outputs ?? []).map(({ text, data }) => textOf(text) || plain(data)).join('\n');

/** The last table of the cell `id`: an object for each row. */
export function tableOf(tour: Tour, id: string): Record<string, string>[] {
  const html = (cellOf(tour, id).outputs ?? [])
    .map(({ data }) => textOf(data?.['text/html'] as string))
    .filter(Boolean);
  const contents = (tag: string, text: string) =>
    [...text.matchAll(new RegExp(`<${tag}[ >].*?</${tag}>`, 'gs'))].map(([all]) => all);
  const text = (cell: string) => cell.replace(/<[^>]*>/g, '');
  const [head = '', ...rows] = contents('tr', html.at(-1) ?? '');
  const names = contents('th', head).map(text);
  return rows.map((row) => Object.fromEntries(contents('td', row).map((cell, i) => [names[i]!, text(cell)])));
}

/** The outputs that are figures: Plotly's, with a PNG beside it. */
export const figuresOf = ({ cells }: Tour): NotebookOutput[] =>
  cells.flatMap(({ outputs = [] }) => outputs.filter(({ data }) => data && 'application/vnd.plotly.v1+json' in data));

const plain = (data: NotebookOutput['data']): string => textOf(data?.['text/plain'] as string | undefined);
