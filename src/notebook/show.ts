/**
 * Shows values among the outputs of a cell, wherever in it.
 */
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { format } from './format.ts';
import { kernelHost, type DisplayOptions, type MimeBundle } from './kernel-host.ts';

/** Something that is shown and can be replaced. */
export interface Shown {
  /** Shows `value` in its place. */
  update(value: unknown): Promise<void>;
}

/**
 * Shows `value` now, as it would be if the cell ended in it: a figure, a tensor, a table, a run, or anything else as text.
 *
 * ```ts
 * const shown = await show(lines({ loss }));
 * await shown.update(lines({ loss: more }));
 * ```
 */
export async function show(value: unknown): Promise<Shown> {
  const id = randomUUID();
  display(await bundleOf(value), { id });
  return { update: async (next) => display(await bundleOf(next), { id, update: true }) };
}

const bundleOf = async (value: unknown): Promise<MimeBundle> =>
  (await format(value)) ?? { data: { 'text/plain': typeof value === 'string' ? value : inspect(value) } };

/** Gives `bundle` to the kernel; a plain script prints its text. */
export function display(bundle: MimeBundle, options: DisplayOptions): void {
  const host = kernelHost();
  if (host) host.display(bundle, options);
  else process.stdout.write(`${String(bundle.data['text/plain'])}\n`);
}
